"""The checks of ``rtserver check``: what the server needs is tried out."""
