"""Figures that are read when Prometheus asks."""

import pytest

from rtserver.metrics.readings import Reading
from rtserver.metrics.registry import Metrics


def reading(**values: float) -> Reading:
    samples = {(name,): value for name, value in values.items()}
    return Reading("mails", "Mails.", ("state",), lambda: samples, counts=False)


def test_each_label_has_its_value() -> None:
    [family] = reading(due=2, dead=1).collect()

    samples = {sample.labels["state"]: sample.value for sample in family.samples}
    assert (samples, family.type) == ({"due": 2, "dead": 1}, "gauge")


def test_registering_one_reads_no_value() -> None:
    def early() -> dict[tuple[str, ...], float]:
        raise AssertionError("nobody has asked yet")

    made = Reading("mails", "Mails.", (), early, counts=False)

    assert [family.samples for family in made.describe()] == [[]]


def test_two_of_one_name_are_a_mistake_at_the_start() -> None:
    metrics = Metrics()
    metrics.watch_known("mails", "Mails.", lambda: 1.0)

    with pytest.raises(ValueError, match="Duplicated"):
        metrics.watch_known("mails", "Mails.", lambda: 2.0)
