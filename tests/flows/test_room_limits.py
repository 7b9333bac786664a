"""What one who floods a room costs the others in it (contract 2.2, 2.4)."""

import asyncio
from typing import Any

import pytest

from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.flows.test_rooms import entered, lesson_of

BURST = 8


@pytest.mark.parametrize(
    ("who", "command", "turns"),
    [
        ("student", "room.react", [{"hand": True}, {"hand": False}]),
        ("student", "room.react", [{"reaction": "yes"}, {"reaction": None}]),
        ("tutor", "room.react", [{"all": True, "hand": False, "reaction": None}] * 2),
        ("tutor", "room.lead", [{"on": True}, {"on": False}]),
    ],
    ids=["hands", "reactions", "lowering", "lead"],
)
async def test_a_flood_tells_the_others_no_more_than_the_rate_lets_pass(
    make_school: MakeSchool, who: str, command: str, turns: list[dict[str, Any]]
) -> None:
    school = await make_school(clock=FakeClock(), limits_commands_burst=BURST)
    lesson, olena, taras = await lesson_of(school)
    flooding, other = (taras, olena) if who == "student" else (olena, taras)
    watcher, _ = await entered(school, other, lesson)
    flooder, _ = await entered(school, flooding, lesson)
    await watcher.next("room.entered")

    room = f"room:lesson:{lesson}"
    asked = [flooder.ask(command, room, turns[n % 2]) for n in range(2 * BURST)]
    answers = await asyncio.gather(*asked)
    told = await watcher.quiet()

    served = [each for each in answers if each["type"] == "ack"]
    refused = {each["payload"].get("code") for each in answers if each not in served}
    assert (len(served), refused) == (BURST - 1, {"rate_limited"})
    assert len(told) == (0 if "all" in turns[0] else len(served))
