"""Figures that others keep as plain numbers, read when Prometheus asks."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

Values = Callable[[], Mapping[tuple[str, ...], float]]


class Reading(Collector):
    """A figure that is read when it is asked for, by its labels' values.

    ``counts`` if it only ever grows.
    """

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
        """Yield the bare name, by which the registry refuses a second one."""
        yield self._empty()

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """Yield the figure with the values of this moment."""
        family = self._empty()
        for labels, value in self._values().items():
            family.add_metric(labels, value)
        yield family

    def _empty(self) -> CounterMetricFamily | GaugeMetricFamily:
        return self._family(self._name, self._text, labels=self._labels)
