"""The registry of this process's figures, which Prometheus reads."""

from collections.abc import Callable, Mapping, Sequence

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder

from rtserver.metrics.readings import Reading

# The bounds of histograms' buckets.
SECONDS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
BYTES = tuple(float(4**power) for power in range(5, 13))
CHANGES = tuple(float(2**power) for power in range(9))


class Metrics:
    """The registry of this process's figures, which may be moved from any thread."""

    def __init__(self) -> None:
        disable_created_metrics()  # else each counter has a second figure, its birth
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self.board_changes = self.counter(
            "rtserver_board_changes",
            "Commands that change a board, by kind and outcome: `changed`, `unchanged` "
            "or the code of an error.",
            ["kind", "outcome"],
        )
        self.merge_seconds = self.seconds(
            "rtserver_board_merge_duration_seconds",
            "Duration of merging queued changes into boards, within a transaction.",
        )
        self.snapshot_seconds = self.seconds(
            "rtserver_board_snapshot_duration_seconds",
            "Duration of writing a snapshot of a board.",
        )
        self.snapshot_bytes = self.histogram(
            "rtserver_board_snapshot_size_bytes",
            "Size of a snapshot of a board, compressed.",
            BYTES,
        )
        self.journal_trimmed = self.counter(
            "rtserver_board_journal_trimmed",
            "Changes of boards deleted early, for `boards.journal_bytes`.",
        )
        self.steps_merged = self.counter(
            "rtserver_board_steps_merged",
            "Changes of boards merged with later ones (`boards.history_step`).",
        )
        self.presence_seconds = self.seconds(
            "rtserver_presence_update_duration_seconds",
            "Duration of an update of presence in Redis.",
        )
        self.resyncs = self.counter(
            "rtserver_resyncs", "Subscribers told to reload because events were missed."
        )

    def watch(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a figure that is read at each scrape."""
        Gauge(name, text, registry=self._registry).set_function(value)

    def watch_info(self, **facts: str) -> None:
        """Show what this program is, as labels of ``rtserver_info``."""
        values = {tuple(facts.values()): 1.0}
        text = "Version of the program and kind of its database; always 1."
        reading = Reading("rtserver_info", text, [*facts], lambda: values, counts=False)
        self._registry.register(reading)

    def watch_known(
        self, name: str, text: str, value: Callable[[], float | None]
    ) -> None:
        """Show a figure that is read at each scrape, and left out while it is None."""
        read = _if_known(value)
        self._registry.register(Reading(name, text, (), read, counts=False))

    def watch_by(
        self,
        name: str,
        text: str,
        label: str,
        values: Callable[[], Mapping[str, float]],
    ) -> None:
        """Show figures by a label; one left out of ``values`` isn't known just now."""
        read = _by_one(values)
        self._registry.register(Reading(name, text, (label,), read, counts=False))

    def watch_count(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a counter that is kept elsewhere; ``_total`` is added to its name."""
        read = _alone(value)
        self._registry.register(Reading(name, text, (), read, counts=True))

    def watch_counts(
        self,
        name: str,
        text: str,
        labels: Sequence[str],
        values: Callable[[], Mapping[tuple[str, ...], float]],
    ) -> None:
        """Show counters that are kept elsewhere, by labels."""
        self._registry.register(Reading(name, text, labels, values, counts=True))

    def watch_counts_by(
        self,
        name: str,
        text: str,
        label: str,
        values: Callable[[], Mapping[str, float]],
    ) -> None:
        """Show counters that are kept elsewhere, by one label."""
        self.watch_counts(name, text, (label,), _by_one(values))

    def counter(self, name: str, text: str, labels: Sequence[str] = ()) -> Counter:
        """Make a counter, for what doesn't happen thousands of times a second."""
        return Counter(name, text, labels, registry=self._registry)

    def seconds(self, name: str, text: str, labels: Sequence[str] = ()) -> Histogram:
        """Make a histogram of durations."""
        return self.histogram(name, text, SECONDS, labels)

    def histogram(
        self,
        name: str,
        text: str,
        buckets: Sequence[float],
        labels: Sequence[str] = (),
    ) -> Histogram:
        """Make a histogram."""
        return Histogram(name, text, labels, buckets=buckets, registry=self._registry)

    def page(self, accept: str) -> tuple[bytes, str]:
        """Return the figures in the format that is accepted, and its content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type


def _alone(value: Callable[[], float]) -> Callable[[], Mapping[tuple[str, ...], float]]:
    return lambda: {(): value()}


def _if_known(
    value: Callable[[], float | None],
) -> Callable[[], Mapping[tuple[str, ...], float]]:
    def read() -> Mapping[tuple[str, ...], float]:
        known = value()
        return {} if known is None else {(): known}

    return read


def _by_one(
    values: Callable[[], Mapping[str, float]],
) -> Callable[[], Mapping[tuple[str, ...], float]]:
    return lambda: {(label,): value for label, value in values().items()}
