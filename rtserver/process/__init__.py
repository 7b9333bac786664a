"""The process itself: logs, file limit, drain, systemd, in which form it runs."""
