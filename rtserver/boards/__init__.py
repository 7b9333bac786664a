"""Whiteboards: changed, journalled, saved, followed (contract 2.5)."""
