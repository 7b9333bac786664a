"""What ``/metrics`` says, as a test wants it."""

import re
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from tests.school import School


class Sample(NamedTuple):
    family: str
    name: str
    labels: dict[str, str]
    value: float


class MetricsPage:
    """One scrape; ``page("name")`` adds a figure up, over the labels that aren't given.

    ``names`` are those that a query can ask for.
    """

    def __init__(self, text: str) -> None:
        families = list(text_string_to_metric_families(text))
        self.samples = [
            Sample(family.name, *sample[:3])
            for family in families
            for sample in family.samples
        ]
        # As the documentation writes them: those too that count nothing yet, and
        # histograms without more.
        self.documented = {
            f"{family.name}_total" if family.type == "counter" else family.name
            for family in families
        }

    def __call__(self, name: str, **labels: str) -> float:
        found = [
            sample.value
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]
        assert found, f"no {name} {labels}"
        return sum(found)

    @property
    def names(self) -> set[str]:
        return {sample.name for sample in self.samples}


async def scraped(school: School) -> MetricsPage:
    reply = await school.http("GET", "/metrics")
    assert reply.status == 200
    return MetricsPage(reply.text)


def asked_for(text: str) -> set[str]:
    """Find the names of figures in queries."""
    return set(re.findall(r"\b(?:rtserver|process)_[a-z_]+", text))
