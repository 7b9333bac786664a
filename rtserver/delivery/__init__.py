"""What every event passes on its way out: publisher, gates, hub, subscriptions."""
