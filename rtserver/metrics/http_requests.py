"""HTTP requests: how many there were, and how long they took."""

from rtserver.metrics.registry import Metrics


class RequestFigures:
    """The figures of HTTP requests, by route.

    Never by address, or whoever asks for made-up ones would make figures without end.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._requests = metrics.counter(
            "rtserver_http_requests",
            "HTTP requests answered, by route, method and status class.",
            ["route", "method", "status"],
        )
        self._seconds = metrics.seconds(
            "rtserver_http_request_duration_seconds",
            "Duration of an HTTP request, by route and method.",
            ["route", "method"],
        )

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one; ``route`` is of the URL table, ``method`` a known one."""
        self._requests.labels(route, method, f"{status // 100}xx").inc()
        self._seconds.labels(route, method).observe(seconds)
