"""What Microsoft's published rules and our own say, as pure code over dated data files: no database, no words."""
