"""Help desks that partners already have: a case is opened and followed there, and Firstline answers as their bot."""
