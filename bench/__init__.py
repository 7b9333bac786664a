"""Measurements of the server, and of what it survives; see README.md."""
