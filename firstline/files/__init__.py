"""Files that customers and agents send each other: told apart by content, bounded, scanned, kept out of the web."""
