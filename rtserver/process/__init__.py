"""What belongs to the process itself: logs, file limit, drain, systemd."""
