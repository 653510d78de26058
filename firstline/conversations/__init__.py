"""What a conversation is and who speaks in it: states, messages, transcript."""
