"""One board, drawn on through two processes."""

import asyncio
import random

from tests.drawing import Copy, Drawer, drawer, element, live
from tests.flows.processes import Processes


async def draw_many(drawing: Drawer, copy: Copy, name: str) -> None:
    """Change what the other one changes too, and now and then look at it all."""
    rng = random.Random(name)
    for number in range(1, 41):
        change = element(f"{rng.randrange(4)}", number, rng.randrange(3), by=name)
        ack = await drawing.draw(change, element(f"{name}{number}"))
        accepted = [change] if change["id"] in ack["accepted"] else []
        copy.merge([*accepted, element(f"{name}{number}"), *ack["current"]])
        if number % 10 == 0:
            await drawing.call("board.snapshot.request")


async def test_two_processes_keep_one_order_and_end_alike(
    processes: Processes,
) -> None:
    one, two = await processes.start(2)
    olena, taras, lesson = await processes.lesson()
    drawers = [await drawer(one, olena, lesson), await drawer(two, taras, lesson)]
    copies = [Copy(), Copy()]

    await asyncio.gather(
        *map(draw_many, drawers, copies, ("left", "right")),
    )
    states = [await each.state() for each in drawers]

    for each, copy in zip(drawers, copies, strict=True):
        seqs = seqs_in_order(each)
        assert seqs == list(range(1, len(seqs) + 1))
        for event in await each.socket.quiet():
            copy.take(event)
    assert states[0] == states[1]
    assert copies[0].live() == copies[1].live() == live(states[0].values())


def seqs_in_order(each: Drawer) -> list[int]:
    """Return the seqs of events and acks; a snapshot has to stand behind its own."""
    seqs: list[int] = []
    for frame in each.socket.received:
        payload = frame.get("payload", {})
        if frame["type"] == "ack" and "elements" in payload:
            assert payload["seq"] == len(seqs)
        elif frame["type"] == "board.patch":
            seqs.append(frame["seq"])
        elif frame["type"] == "ack" and payload.get("seq") and "accepted" in payload:
            seqs.append(payload["seq"])
    return seqs
