"""Reads what a customer typed, by rules that stand in data files: set phrases, courtesies, parts, names and numbers."""
