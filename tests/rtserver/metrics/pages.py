"""The page of figures, as Prometheus reads it."""

from rtserver.metrics.registry import Metrics


def figures(metrics: Metrics, name: str) -> dict[str, float]:
    """Return a figure's values by what stands behind its name, such as ``{a="b"}``."""
    page, _ = metrics.page("")
    lines = page.decode().splitlines()
    found = [line.rpartition(" ") for line in lines if line.startswith(name)]
    return {
        sample.removeprefix(name): float(value)
        for sample, _, value in found
        if sample == name or sample.startswith(f"{name}{{")
    }
