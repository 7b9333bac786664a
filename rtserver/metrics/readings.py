"""Figures that others keep as plain numbers, read when Prometheus asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

Values = Callable[[], Mapping[tuple[str, ...], float]]


class Reading(Collector):
    """One figure, by its labels' values; ``counts`` if it only ever grows."""

    def __init__(
        self,
        name: str,
        text: str,
        labels: Sequence[str],
        values: Values,
        *,
        counts: bool,
    ) -> None:
        self._name = name
        self._text = text
        self._labels = tuple(labels)
        self._values = values
        self._family = CounterMetricFamily if counts else GaugeMetricFamily

    def describe(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Tell the registry the name, so that none is there twice."""
        yield self._empty()

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Read the values."""
        family = self._empty()
        for labels, value in self._values().items():
            family.add_metric(labels, value)
        yield family

    def _empty(self) -> CounterMetricFamily | GaugeMetricFamily:
        return self._family(self._name, self._text, labels=self._labels)
