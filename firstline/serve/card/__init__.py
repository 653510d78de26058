"""The retrieval card as files: a page, a plot per language and the figures."""
