"""HTTP requests: how many there were, and how long they took."""

from prometheus_client import Counter, Histogram

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

        # To look one of them up by its labels takes as long as to move it.
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one; ``route`` is of the URL table, ``method`` a known one."""
        kind = route, method, status // 100
        requests, durations = self._known.get(kind) or self._know(*kind)
        requests.inc()
        durations.observe(seconds)

    def _know(self, route: str, method: str, hundred: int) -> tuple[Counter, Histogram]:
        figures = (
            self._requests.labels(route, method, f"{hundred}xx"),
            self._seconds.labels(route, method),
        )
        self._known[route, method, hundred] = figures
        return figures

    def refused(self, status: int) -> None:
        """Count what was no request that could be read, and has no route."""
        self._requests.labels("(unread)", "(unknown)", f"{status // 100}xx").inc()
