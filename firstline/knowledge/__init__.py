"""Articles and their life cycle, embedding, indexes, search and its evaluation, and the starter library."""
