"""A lesson as one file to keep: its chat, its board and its files."""
