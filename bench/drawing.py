"""What a class draws: recorded figures of Excalidraw, put together into ten minutes.

``drawing.json.gz`` is made by ``bench.record_drawing``. A tutor's pen is down a fifth
of the time, as each fourth person's is, a pupil's a twentieth; some is deleted. A dense
hour has twice as much, and long figures as often as short ones.
"""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

RECORDING = Path(__file__).with_name("drawing.json.gz")
FRAME = 1 / 60
PEOPLE = 4
PREVIEW_SECONDS = 1 / 20
PATCH_SECONDS = 2.0

Element = dict[str, Any]
ROUNDED = ("x", "y", "width", "height", "points", "lastCommittedPoint")
STYLE = ("type", "x", "y", "strokeColor", "strokeWidth")


class Habits(NamedTuple):
    """Seconds that a tutor and a pupil rest between figures, and which they draw."""

    tutor: tuple[float, float]
    pupil: tuple[float, float]
    short_ones: bool  # more often, as in handwriting


STEADY = Habits((1.0, 4.0), (4.0, 20.0), short_ones=True)
DENSE = Habits((0.5, 1.7), (3.0, 10.0), short_ones=False)


class Act(NamedTuple):
    """What somebody's page sends at a moment, in seconds from the beginning."""

    at: float
    type: str
    payload: dict[str, Any]


def figures() -> list[list[Element]]:
    """Read the recording; give each figure's states, one for each move."""
    recorded = json.loads(gzip.decompress(RECORDING.read_bytes()))
    return [list(_states(changes)) for changes in recorded]


def naive(seconds: float, who: int, habits: Habits = STEADY) -> Iterator[Act]:
    """Every change that Excalidraw hands over is a patch, as it is."""
    for at, states in _drawn(seconds, who, habits):
        for n, state in enumerate(states):
            yield Act(at + n * FRAME, "board.patch", {"elements": [state]})


def thrifty(seconds: float, who: int, habits: Habits = STEADY) -> Iterator[Act]:
    """Previews while the pen is down; a patch when it goes up, and every 2 s."""
    for at, states in _drawn(seconds, who, habits):
        told, pieces, patched, previewed = 0, 0, at, -1.0
        for n, state in enumerate(states):
            now = at + n * FRAME
            points = _rounded(state.get("points") or _corner(state))
            if n == len(states) - 1 or now - patched >= PATCH_SECONDS:
                sent = {k: _rounded(v) if k in ROUNDED else v for k, v in state.items()}
                yield Act(now, "board.patch", {"elements": [sent]})
                patched = now
            elif now - previewed >= PREVIEW_SECONDS:
                fresh = points[told:] if "points" in state else points
                more = {} if pieces else {name: state[name] for name in STYLE}
                piece = {"id": state["id"], "n": pieces, "points": fresh, **more}
                yield Act(now, "board.preview", piece)
                told, pieces, previewed = len(points), pieces + 1, now


def _states(changes: list[Element]) -> Iterator[Element]:
    state: Element = {}
    for change in changes:
        fresh = dict(change)
        if "from" in fresh:
            start = fresh.pop("from")
            fresh["points"] = state.get("points", [])[:start] + fresh["points"]
        state = state | fresh
        yield state


def _drawn(
    seconds: float, who: int, habits: Habits
) -> Iterator[tuple[float, list[Element]]]:
    """Yield when somebody begins a figure, and its states."""
    rng, known = random.Random(who), figures()
    weights = [1 / len(states) if habits.short_ones else 1 for states in known]
    pause = habits.pupil if who % PEOPLE else habits.tutor
    at, number = rng.uniform(*pause), 0
    while at < seconds:
        states = _of_ones_own(rng.choices(known, weights)[0], f"{who}-{number}", rng)
        yield at, states
        at += len(states) * FRAME + rng.uniform(*pause)
        if rng.random() < 0.05:
            last = states[-1]
            gone = {"isDeleted": True, "version": last["version"] + 1}
            yield at, [last | gone | {"versionNonce": rng.getrandbits(31)}]
        number += 1


def _of_ones_own(states: list[Element], name: str, rng: random.Random) -> list[Element]:
    moved = rng.randrange(2000), rng.randrange(2000)
    id = f"{name}-{rng.getrandbits(64):016x}"
    return [
        state
        | {"id": id, "x": state["x"] + moved[0], "y": state["y"] + moved[1]}
        | {"versionNonce": rng.getrandbits(31), "seed": rng.getrandbits(31)}
        for state in states
    ]


def _corner(state: Element) -> list[list[float]]:
    return [[state["width"], state["height"]]]


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(each) for each in value]
    return round(value, 1) if isinstance(value, float) else value
