"""Lesson chat (contract 3.2)."""
