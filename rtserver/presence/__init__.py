"""Presence: who is online, over all connections and processes."""
