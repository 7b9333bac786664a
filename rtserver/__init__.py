"""rtserver: the realtime server of an online tutoring school."""

__version__ = "0.1.0"
