"""Privacy: export, erasure and retention of people's data."""
