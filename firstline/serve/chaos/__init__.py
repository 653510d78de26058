"""The chaos run: conversations against a stack whose parts are killed, and an audit of what is left."""
