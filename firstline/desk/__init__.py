"""Staff's side: cases and their queue, claims, replies, accounts."""
