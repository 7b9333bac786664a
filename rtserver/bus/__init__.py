"""How processes tell each other of what they publish."""
