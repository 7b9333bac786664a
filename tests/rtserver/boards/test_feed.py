"""A board's channel, opened at one moment."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from rtserver.access.actor import Actor
from rtserver.boards.feed import BoardFeed
from rtserver.delivery.channels import parse
from rtserver.delivery.replay import ReplayLimits
from rtserver.delivery.subscriptions import SubscribeRequest, SubscribeResult
from rtserver.errors import BadRequest, Forbidden, NotFound
from store import facts, members
from tests.lesson_school import ADMIN, LESSON, OLENA, SOFIA, STRANGER, TARAS
from tests.rtserver.board_fakes import element
from tests.rtserver.board_nodes import Node
from tests.rtserver.sessions_of import session_of

CHANNEL = parse(f"board:lesson:{LESSON}")
LIMITS = ReplayLimits(2, 1 << 20)


async def open_board(
    node: Node,
    actor: Actor = SOFIA,
    since: object = None,
    epoch: str | None = None,
    feed: BoardFeed | None = None,
) -> SubscribeResult:
    raw = None if since is None else msgspec.Raw(json.dumps(since).encode())
    feed = feed or BoardFeed(node.db, LIMITS)
    return await feed.open(session_of(actor), CHANNEL, SubscribeRequest(raw, epoch))


def seqs(opening: SubscribeResult) -> list[int]:
    return [event.seq for event in opening.missed.events]


async def test_everybody_learns_their_own_right(school: Any, node: Node) -> None:
    member = await node.db.read(members.get, LESSON, SOFIA.user_id)
    await school.run(members.update, replace(member, board="view"))

    rights = [(await open_board(node, each)).ack["board"] for each in (OLENA, SOFIA)]

    assert rights == ["draw", "view"]


async def test_without_since_there_is_the_position_and_no_word_of_recovery(
    node: Node,
) -> None:
    await node.patch(element("a"))

    opening = await open_board(node)

    assert opening.ack == {
        "channel": CHANNEL.name,
        "seq": 1,
        "epoch": await node.db.read(facts.epoch),
        "board": "draw",
    }
    assert (opening.positions, seqs(opening)) == ({f"board:{LESSON}": 1}, [])


async def test_what_was_missed_follows_up_to_the_position(node: Node) -> None:
    for id in "abc":
        await node.patch(element(id))

    opening = await open_board(node, since=1)

    assert seqs(opening) == [2, 3]
    assert opening.ack["recovered"] is True and "reason" not in opening.ack


@pytest.mark.parametrize(
    ("since", "epoch", "reason"),
    [(0, None, "too_many"), (9, None, "ahead"), (1, "another", "epoch")],
)
async def test_what_is_not_replayed_says_why(
    node: Node, since: int, epoch: str | None, reason: str
) -> None:
    for id in "abc":
        await node.patch(element(id))

    opening = await open_board(node, since=since, epoch=epoch)

    assert (opening.ack["recovered"], opening.ack["reason"]) == (False, reason)
    assert (opening.ack["seq"], seqs(opening)) == (3, [])


@pytest.mark.parametrize(
    ("actor", "error"), [(STRANGER, NotFound), (TARAS, Forbidden), (ADMIN, Forbidden)]
)
async def test_only_members_open_it(
    node: Node, actor: Actor, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await open_board(node, actor)


async def test_who_come_at_once_get_each_their_own_of_one_read(node: Node) -> None:
    reads: list[float] = []
    node.db.listeners.read = lambda waited, took: reads.append(took)
    for id in "abc":
        await node.patch(element(id))
    asked = [(SOFIA, 1), (OLENA, 1), (SOFIA, 2), (SOFIA, None), (TARAS, 1)]
    feed = BoardFeed(node.db, LIMITS)
    del reads[:]

    *opened, refusal = await asyncio.gather(
        *(open_board(node, actor, since, feed=feed) for actor, since in asked),
        return_exceptions=True,
    )

    assert [seqs(each) for each in opened] == [[2, 3], [2, 3], [3], []]
    assert opened[0].missed is opened[1].missed  # and so its frames are built once
    assert isinstance(refusal, Forbidden)
    assert len(reads) == 1


@pytest.mark.parametrize("since", [-1, "1", {"1": 1}, 1.5])
async def test_since_is_one_number_here(node: Node, since: object) -> None:
    with pytest.raises(BadRequest) as refusal:
        await open_board(node, since=since)

    assert refusal.value.faults[0].path == "payload.since"
