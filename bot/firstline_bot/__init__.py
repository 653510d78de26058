"""Firstline's dialogue island: Rasa components, a channel and a launcher. Python 3.10; speaks JSON with the app."""
