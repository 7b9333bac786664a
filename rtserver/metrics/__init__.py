"""The figures that Prometheus reads, kept apart from what they measure."""
