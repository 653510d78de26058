"""Intents of public collections: our classifier beside others, on the same messages."""
