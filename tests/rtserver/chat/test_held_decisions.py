"""Who decides what waits for a tutor, when, and once."""

import asyncio
from typing import Any

import pytest

from rtserver.chat.held import HeldMessages
from rtserver.errors import (
    Conflict,
    Forbidden,
    NotFound,
    Unauthenticated,
)
from rtserver.views import MessageView
from store import held_messages, lessons, members, users
from store.database import Database
from tests.lesson_school import (
    ADMIN,
    LESSON,
    OLENA,
    SOFIA,
    STRANGER,
    TARAS,
)
from tests.moderated_talk import Moderated


@pytest.mark.parametrize("how", ["reject", "withdraw"])
async def test_refused_or_withdrawn_it_is_gone_and_its_id_stays_used(
    talk: Moderated, how: str
) -> None:
    held = (await talk.post("May I?", "c1")).message.held_id
    actor = OLENA if how == "reject" else SOFIA

    await getattr(talk.held, how)(actor, held)

    left = await talk.db.read(held_messages.get, held)
    assert left is not None and (left.text, left.sent_digest) == ("", None)
    assert await talk.waiting() == await talk.history() == []
    for text in ("May I?", "Other"):
        with pytest.raises(Conflict, match="client_id"):
            await talk.post(text, "c1")


async def test_what_is_decided_is_decided_once(talk: Moderated) -> None:
    ids = await talk.hold("One", "Two", "Three")
    await talk.held.approve(OLENA, ids[0])
    await talk.held.reject(OLENA, ids[1])
    await talk.held.withdraw(SOFIA, ids[2])

    for id in ids:
        for attempt in (
            talk.held.approve(OLENA, id),
            talk.held.reject(OLENA, id),
            talk.held.withdraw(SOFIA, id),
        ):
            with pytest.raises(Conflict):
                await attempt


async def test_of_all_who_decide_at_once_one_wins(talk: Moderated) -> None:
    [id] = await talk.hold("May I?")

    outcomes = await asyncio.gather(
        talk.held.approve(OLENA, id),
        talk.held.withdraw(SOFIA, id),
        talk.held.reject(OLENA, id),
        return_exceptions=True,
    )

    lost = [one for one in outcomes if isinstance(one, Conflict)]
    assert len(lost) == 2
    assert len(await talk.history()) == int(isinstance(outcomes[0], MessageView))


async def test_in_a_cancelled_lesson_it_can_only_be_refused_or_withdrawn(
    talk: Moderated,
) -> None:
    one, two = await talk.hold("One", "Two")
    await talk.run(lessons.cancel, LESSON)

    with pytest.raises(Conflict):
        await talk.held.approve(OLENA, one)
    with pytest.raises(Conflict):
        await talk.post("Three")
    await talk.held.reject(OLENA, one)
    await talk.held.withdraw(SOFIA, two)

    assert await talk.waiting() == []


@pytest.mark.parametrize("gone", ["removed", "deactivated"])
async def test_who_takes_part_no_longer_says_nothing_any_more(
    talk: Moderated, gone: str
) -> None:
    [id] = await talk.hold("May I?")
    if gone == "removed":
        await talk.run(members.delete, LESSON, SOFIA.user_id)
    else:
        await talk.run(users.update, SOFIA.user_id, {"is_active": False})

    with pytest.raises(Conflict):
        await talk.held.approve(OLENA, id)
    with pytest.raises((NotFound, Unauthenticated)):
        await talk.held.withdraw(SOFIA, id)
    assert await talk.waiting() == ["May I?"]
    await talk.held.reject(OLENA, id)


@pytest.mark.parametrize(
    ("actor", "error"),
    [(SOFIA, Forbidden), (TARAS, Forbidden), (ADMIN, Forbidden), (STRANGER, NotFound)],
)
async def test_only_tutors_decide_and_only_the_author_withdraws(
    talk: Moderated, actor: Any, error: type[Exception]
) -> None:
    [id] = await talk.hold("May I?")

    for attempt in (talk.held.approve(actor, id), talk.held.reject(actor, id)):
        with pytest.raises(error):
            await attempt
    if actor is not SOFIA:
        with pytest.raises(error):
            await talk.held.withdraw(actor, id)
    with pytest.raises(Forbidden):
        await talk.held.withdraw(OLENA, id)
    with pytest.raises(NotFound):
        await talk.held.approve(actor, id + 1)
    assert await talk.waiting() == ["May I?"]


async def test_of_two_processes_that_decide_at_once_one_wins(
    talk: Moderated, database_url: str
) -> None:
    ids = await talk.hold(*map(str, range(10)))
    database = Database(database_url)
    await database.open()
    there = HeldMessages(database, talk.clock, talk.mails.notices)

    outcomes = await asyncio.gather(
        *(there.approve(OLENA, id) for id in ids),
        *(talk.held.withdraw(SOFIA, id) for id in reversed(ids)),
        return_exceptions=True,
    )

    await database.close()
    assert sum(isinstance(one, Conflict) for one in outcomes) == len(ids)
    made = [one for one in outcomes if isinstance(one, MessageView)]
    assert len(await talk.history()) == len(made)
