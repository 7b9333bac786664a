"""Rates, sums and percentiles of several processes, between two scrapes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import inf

from rtserver.cli.top_scrape import Scrape


class Figures:
    """The figures of several processes together, and how they grew between two scrapes.

    ``before`` and ``after`` have the same processes. One that is just back has its
    figures, but no rates yet.
    """

    def __init__(self, before: Sequence[Scrape], after: Sequence[Scrape]) -> None:
        pairs = zip(before, after, strict=True)
        self._pairs = [pair for pair in pairs if not (pair[0].error or pair[1].error)]
        self._known = [scrape for scrape in after if not scrape.error]

    def total(self, name: str, **labels: str) -> float:
        """Add a figure up over all processes and labels."""
        return sum(self._now(name, labels))

    def most(self, name: str, **labels: str) -> float:
        """Return the greatest of all: for what processes share, or have to be below."""
        return max(self._now(name, labels), default=0.0)

    def least(self, name: str) -> float | None:
        """Return the smallest of all; None where there is no such figure."""
        return min(self._now(name, {}), default=None)

    def rate(self, name: str, **labels: str) -> float:
        """Return the growth of a counter, per second."""
        return sum(self._grown(name, labels, lambda _: "").values())

    def rates(self, name: str, label: str) -> dict[str, float]:
        """Return the growth per second by a label's value, the fastest first."""
        grown = self._grown(name, {}, lambda found: found.get(label, ""))
        ranked = sorted(grown.items(), key=lambda item: -item[1])
        return {key: rate for key, rate in ranked if rate > 0}

    def quantiles(self, name: str, **labels: str) -> dict[str, float | None]:
        """Return a histogram's ``p50`` and ``p99``, of what was observed in between."""
        grown = self._grown(f"{name}_bucket", labels, lambda found: found["le"])
        buckets = sorted((float(bound), count) for bound, count in grown.items())
        return {"p50": quantile(buckets, 0.5), "p99": quantile(buckets, 0.99)}

    def _now(self, name: str, labels: dict[str, str]) -> Iterable[float]:
        for scrape in self._known:
            yield from (value for _, value in scrape.each(name, **labels))

    def _grown(
        self, name: str, labels: dict[str, str], key: Callable[[dict[str, str]], str]
    ) -> dict[str, float]:
        rates: dict[str, float] = defaultdict(float)
        for before, after in self._pairs:
            seconds = max(1e-3, after.at - before.at)
            for found, value in after.each(name, **labels):
                earlier = before.samples.get((name, tuple(sorted(found.items()))), 0.0)
                # A count that has shrunk is that of a process started meanwhile.
                grown = value - earlier if value >= earlier else value
                rates[key(found)] += grown / seconds
        return rates


def quantile(buckets: Sequence[tuple[float, float]], part: float) -> float | None:
    """Estimate a percentile from cumulative buckets; None when nothing came."""
    if not buckets or buckets[-1][1] <= 0:
        return None
    wanted = part * buckets[-1][1]
    low = below = 0.0
    for bound, count in buckets:
        if count >= wanted:
            if bound == inf:
                return low
            return low + (bound - low) * (wanted - below) / (count - below)
        low, below = bound, count
    return low
