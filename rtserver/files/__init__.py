"""A lesson's pictures and documents: bytes in a folder, and a row for each."""
