"""What Prometheus reads: the figures of this process."""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.exposition import choose_encoder

_SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
_SIZES = tuple(float(4**power) for power in range(5, 13))


class Metrics:
    """The figures, in a registry of their own; they may be moved from any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self.board_changes = Counter(
            "rtserver_board_changes",
            "Commands that change a board, by kind and by what became of them.",
            ["kind", "outcome"],
            registry=self._registry,
        )
        self.merge_seconds = self._seconds(
            "rtserver_board_merge_seconds",
            "Time to merge what waits for boards, inside the transaction.",
        )
        self.snapshot_seconds = self._seconds(
            "rtserver_board_snapshot_seconds", "Time to write a snapshot of a board."
        )
        self.snapshot_bytes = Histogram(
            "rtserver_board_snapshot_bytes",
            "Size of a board's snapshot, compressed.",
            buckets=_SIZES,
            registry=self._registry,
        )
        self.presence_seconds = self._seconds(
            "rtserver_presence_seconds",
            "Time of a call that changes presence in Redis.",
        )
        self.resyncs = Counter(
            "rtserver_resyncs",
            "Subscribers who were told that something was missed.",
            registry=self._registry,
        )

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a figure that is read at the moment when somebody asks."""
        Gauge(name, text, registry=self._registry).set_function(value)

    def page(self, accept: str) -> tuple[bytes, str]:
        """Write the figures; give them and their content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def _seconds(self, name: str, text: str) -> Histogram:
        return Histogram(name, text, buckets=_SECONDS, registry=self._registry)
