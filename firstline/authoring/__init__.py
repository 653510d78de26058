"""What authors do: drafts and their life, what differs between languages, what an edit changes, and what is missing."""
