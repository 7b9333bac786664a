"""The services, made and joined together at the start."""
