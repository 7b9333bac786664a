"""Delivery: publisher, gates, hub and subscriptions, which every event passes."""
