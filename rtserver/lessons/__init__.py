"""Lessons and their members (contract 3.3)."""
