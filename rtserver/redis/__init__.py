"""The one way to Redis: its connections, their limits, and what is subscribed."""
