"""What the server needs, tried out by ``rtserver check``."""
