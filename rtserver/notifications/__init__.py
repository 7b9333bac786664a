"""Notifications (contract 3.4, 4)."""
