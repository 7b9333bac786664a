"""The bus, by which processes tell each other of what they publish."""
