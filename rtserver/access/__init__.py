"""Access: actors, the one table of rights, and the stream of their changes."""
