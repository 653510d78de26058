"""Customers' side: tokens, turns, the bot's client, sockets and the widget."""
