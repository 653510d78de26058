"""Puts the app together, starts it and its bot, and holds the command line."""
