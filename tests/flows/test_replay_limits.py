"""Whoever is sent what they missed again and again waits for it, and nobody else."""

import time
from typing import Any

import pytest

from rtserver.access.allowances import REPLAYED_AT_ONCE
from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.school import School

SAID = 20


@pytest.fixture
def school(io_loop: Any, make_school: MakeSchool) -> School:
    return io_loop.run_sync(lambda: make_school(clock=FakeClock()))


async def talk(school: School) -> tuple[int, dict[str, Any]]:
    """Make a lesson in which something was said; give its tutor and what to ask for."""
    tutor = await school.person("Olena", "tutor")
    lesson = await school.lesson(tutors=[tutor])
    for n in range(SAID):
        await school.say(tutor, lesson, f"Message {n}")
    return tutor, {"since": {str(lesson): 0}}


def spent(school: School, user_id: int, events: int) -> float:
    """Count events that were sent again; give how long the next have to wait."""
    allowances, now = school.services.allowances, school.services.clock.monotonic()
    allowances.replayed(user_id, now, events)
    return float(allowances.replay_wait(user_id, now))


async def test_what_is_sent_again_counts_over_all_connections(school: School) -> None:
    tutor, missed = await talk(school)
    sockets = [await school.connect(tutor) for _ in range(2)]
    channel = f"chat:user:{tutor}"

    assert spent(school, tutor, REPLAYED_AT_ONCE - 2 * SAID) == 0
    for socket in sockets:
        await socket.call("subscribe", channel, **missed)
        await socket.next("chat.message.new")

    assert spent(school, tutor, 2) == pytest.approx(2 / 2000)


async def test_the_next_one_waits_until_that_is_made_up(school: School) -> None:
    tutor, missed = await talk(school)
    socket = await school.connect(tutor)
    spent(school, tutor, REPLAYED_AT_ONCE + 200)

    began = time.monotonic()
    await socket.call("subscribe", f"chat:user:{tutor}", **missed)

    assert time.monotonic() - began > 0.09
