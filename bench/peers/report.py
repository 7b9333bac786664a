"""The figures as lines, as the table of ``docs/performance.md``, and as a picture."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.peers.servers import NAMES
from bench.peers.shapes import Figures, Measure, Shape

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- figures: python -m bench peers --write -->", "<!-- end -->"
COLOURS = {
    "rtserver": "#2563eb",
    "node": "#9ca3af",
    "bun": "#d6b98c",
    "uws": "#86b3a1",
    "c": "#6b7280",
}
BAR, LEFT, WIDE = 14, 150, 440


class Row(NamedTuple):
    """One measure of one shape: the median of each server."""

    shape: Shape
    measure: Measure
    medians: Mapping[str, float]

    def times(self, kind: str) -> str:
        """Return how many times as good as Node.js a server is; "" without it."""
        base, own = self.medians.get("node"), self.medians.get(kind)
        if not base or not own:
            return ""
        ratio = own / base if self.measure.more_is_better else base / own
        return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.2g}"


def rows(shape: Shape, runs: Mapping[str, Sequence[Figures]]) -> list[Row]:
    return [
        Row(
            shape,
            measure,
            {
                kind: statistics.median(map(measure.read, of))
                for kind, of in runs.items()
            },
        )
        for measure in shape.measures
    ]


def line(name: str, row: Row) -> str:
    told = (f"{kind} {cell(row, kind)}" for kind in row.medians)
    return f"{name:8} {row.measure.title:20} " + "  ".join(told)


def cell(row: Row, kind: str) -> str:
    """Write one figure, with its ratio to Node.js behind it."""
    if kind not in row.medians:
        return "–"
    value, times = row.medians[kind], row.times(kind)
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    text = f"{value:,.{digits}f}".replace(",", " ")
    return f"{text} (× {times})" if times and kind != "node" else text


def write(found: Sequence[Row], kinds: Sequence[str], told: str) -> None:
    """Put the table into the page, between its marks, and the picture beside it."""
    page = DOCS / "performance.md"
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    table = "\n".join(_table(found, kinds))
    page.write_text(f"{before}{BEGIN}\n\n{told}.\n\n{table}\n\n{END}{after}", "utf-8")
    (DOCS / "performance.svg").write_text("\n".join(_picture(found)) + "\n", "utf-8")


def _table(found: Sequence[Row], kinds: Sequence[str]) -> Iterator[str]:
    yield "| what | figure | " + " | ".join(NAMES[kind] for kind in kinds) + " |"
    yield "|---" * (2 + len(kinds)) + "|"
    for row in found:
        cells = " | ".join(cell(row, kind) for kind in kinds)
        yield f"| {row.shape.title} | {row.measure.title} | {cells} |"


def _picture(found: Sequence[Row]) -> Iterator[str]:
    """Draw what a second of CPU achieves: bars, the longest of each shape as wide."""
    drawn = [row for row in found if row.measure.title.endswith("/cpu s")]
    drawn = [row for row in drawn if len(row.medians) > 1]
    high = sum(34 + BAR * len(row.medians) for row in drawn) + 10
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {high}" '
        'font-family="system-ui, sans-serif" font-size="11">'
    )
    yield f'<rect width="720" height="{high}" fill="#fff"/>'
    y = 20
    for row in drawn:
        title = f"{row.shape.title}: {row.measure.title}".replace("`", "")
        yield f'<text x="8" y="{y}" font-weight="600">{title}</text>'
        yield from _bars(row, y + 6)
        y += 34 + BAR * len(row.medians)
    yield "</svg>"


def _bars(row: Row, y: int) -> Iterator[str]:
    longest = max(row.medians.values())
    for kind, value in row.medians.items():
        wide = round(WIDE * value / longest)
        name = NAMES[kind].replace("`", "")
        yield (
            f'<text x="{LEFT - 6}" y="{y + 11}" text-anchor="end">{name}</text>'
            f'<rect x="{LEFT}" y="{y + 2}" width="{wide}" height="{BAR - 3}" '
            f'fill="{COLOURS[kind]}"/>'
            f'<text x="{LEFT + wide + 6}" y="{y + 11}">{cell(row, kind)}</text>'
        )
        y += BAR
