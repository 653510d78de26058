"""Measures search at sizes that no partner's own articles reach."""
