"""The bot's actions: slots in, one call to knowledge, charter or desk, a response name out. No words of their own."""
