"""What the benches of the classroom page share: a school, and people who draw."""

import asyncio
import heapq
import random
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple

from bench import drawing, stage
from bench.board_seat import Seat
from bench.boards_traffic import sit
from bench.drawing import Act, Element
from tests.browser.page import keeping_its_port
from tests.browser.tabs import Browser
from tests.browser.test_classroom import demo
from tests.served import Lesson, Served

ROOM = 1  # the demo school's lesson that is on
IN_PATCH = 100
IN_TURN = 100_000  # places, more than anybody fills
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class School(NamedTuple):
    """A server with the demo school; its first lesson's tutor, and three students."""

    served: Served
    lesson: Lesson

    def address(self, who: int) -> str:
        """Where somebody comes into the room, signed in."""
        token = self.served.token(self.lesson.members[who])
        return f"{self.served.url}/lessons/{ROOM}#demo={token}"


@contextmanager
def school() -> Iterator[School]:
    """Lend a school on the first core; whoever looks at it is on the other one."""
    with stage.folder() as at:
        served = keeping_its_port(at)
        people = demo(served)
        names = ("olena", "taras", "sofiia", "emma")
        members = [people[f"{name}@demo.example"]["id"] for name in names]
        with stage.on_core(0):
            served.start()
        try:
            yield School(served, Lesson(ROOM, members))
        finally:
            served.stop()


@asynccontextmanager
async def browser(*, on_all_cores: bool = False) -> AsyncIterator[Browser]:
    """Lend a browser that has never been anywhere, on the second core.

    On all of them, scripts are compiled beside the main thread, as with people.
    """
    # Its processes may write a little longer than it runs.
    lent = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    kept = nullcontext() if on_all_cores else stage.on_core(1)
    with lent as folder, kept:
        async with Browser(Path(folder)) as opened:
            yield opened


async def fill(school: School, count: int) -> None:
    """Put so many figures on the board, as far apart as a lesson's are."""
    served, lesson = school
    seat = await Seat(served.url, served.token(lesson.members[0]), lesson.id).open()
    figures, rng = drawing.figures(), random.Random(count)
    for first in range(0, count, IN_PATCH):
        numbers = range(first, min(count, first + IN_PATCH))
        elements = [_one(rng.choice(figures)[-1], number, rng) for number in numbers]
        await seat.call("board.patch", {"elements": elements})
    await seat.socket.close()


def _one(figure: Element, number: int, rng: random.Random) -> Element:
    moved = {"x": rng.uniform(-1000, 3000), "y": rng.uniform(-1000, 3000)}
    of_its_own = {"id": f"filled-{number}", "index": index(number)}
    return figure | moved | of_its_own | {"seed": rng.getrandbits(31)}


def index(number: int) -> str:
    """Name a place among the elements, as Excalidraw would."""
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return f"d{digits}"


async def others_draw(
    school: School, seconds: float, speed: float, cursors: float, turn: int = 0
) -> None:
    """Have the tutor and two students draw, their pointers moving so often a second.

    Each turn they draw something else, above what is there.
    """
    pens = [await sit(*school, who) for who in range(drawing.PEOPLE - 1)]
    listening = [asyncio.create_task(pen.listen()) for pen in pens]
    hands = [turn * drawing.PEOPLE + who for who in range(len(pens))]
    await asyncio.gather(
        *(
            pen.draw(acts(seconds, hand, cursors), speed)
            for pen, hand in zip(pens, hands, strict=True)
        )
    )
    for pen in pens:
        await pen.settle()
    for task in listening:
        task.cancel()


def acts(seconds: float, hand: int, cursors: float) -> Iterator[Act]:
    """What a hand's page sends; its elements have places of their own."""
    numbers: dict[str, int] = {}
    drawn = drawing.thrifty(seconds, hand)
    moved = _moves(seconds, hand, cursors)
    for act in heapq.merge(drawn, moved, key=lambda act: act.at):
        yield act._replace(payload=_placed(act.payload, numbers, hand))


def _placed(
    payload: dict[str, Any], numbers: dict[str, int], hand: int
) -> dict[str, Any]:
    def place(id: str) -> dict[str, str]:
        number = numbers.setdefault(id, len(numbers))
        return {"index": index((hand + 1) * IN_TURN + number)}

    if "elements" in payload:
        return {"elements": [each | place(each["id"]) for each in payload["elements"]]}
    return payload | (place(payload["id"]) if payload.get("n") == 0 else {})


def _moves(seconds: float, hand: int, cursors: float) -> Iterator[Act]:
    rng = random.Random(hand)
    for n in range(int(seconds * cursors)):
        where = {"x": rng.randrange(900), "y": rng.randrange(700)}
        yield Act(n / cursors, "board.cursor.move", where | {"tool": "pointer"})
