"""Handing a case on: who is next, the dossier that goes along, what the hops answer, and service-credit files."""
