"""Uploads that take their time: how many one user has, and how slow they may be."""

import asyncio

import pytest

from handlers.upload import pace_of
from rtserver.app import Waits
from rtserver.files.under_way import AT_ONCE
from tests.app_fixtures import MakeSchool
from tests.fakes import FakeClock
from tests.school import School
from tests.uploading import (
    PICTURE,
    large_png,
    names,
    owners,
    under_way,
    until_under_way,
)

EACH = 17  # uploads of each of three


async def test_whoever_says_nothing_is_told_so_and_then_cut_off(
    make_school: MakeSchool,
) -> None:
    school = await make_school(waits=Waits(upload=0.2))
    owner = (await owners(school))[1]
    sending = await owner.sending("Content-Length: 150000")
    await sending.send(PICTURE)

    status, problem = await sending.answer()

    assert (status, problem["code"]) == (429, "rate_limited")
    assert await sending.ended() == b""
    await until_under_way(school, 0)
    assert names(school) == set()


async def test_whoever_trickles_is_told_so_and_leaves_nothing(
    make_school: MakeSchool, database_url: str
) -> None:
    clock = FakeClock()
    school = await make_school(database_url, clock=clock)
    owner = (await owners(school))[1]
    sending = await owner.sending("Content-Length: 150000", "Expect: 100-continue")
    await sending.reader.readuntil(b"100 Continue\r\n\r\n")
    clock.advance(61)
    await sending.send(PICTURE)

    status, problem = await sending.answer()

    assert (status, problem["code"]) == (429, "rate_limited")
    await until_under_way(school, 0)
    assert names(school) == set()
    sending.close()


@pytest.mark.parametrize(
    ("length", "pace"),
    [(None, 4096), (1, 4096), (10_485_760, 17_476), (2**30, 32_768)],
)
def test_what_is_long_has_to_be_there_soon(length: int | None, pace: int) -> None:
    assert pace_of(length) == pace


async def test_of_one_user_some_are_taken_at_once(
    sqlite_school: School,
) -> None:
    school = sqlite_school
    owner = (await owners(school))[1]
    sendings = [await owner.sending("Content-Length: 99") for _ in range(AT_ONCE)]
    await until_under_way(school, AT_ONCE)

    refused = await owner.upload(PICTURE)
    sendings.pop().close()
    await until_under_way(school, AT_ONCE - 1)
    taken = await owner.upload(PICTURE)

    assert (refused.status, refused.json["code"]) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) == 5
    assert taken.status == 201
    for one in sendings:
        one.close()


async def test_others_are_not_hindered_by_one(
    sqlite_school: School,
) -> None:
    school = sqlite_school
    tutor, sofia, _ = await owners(school)
    sendings = [await sofia.sending("Content-Length: 99") for _ in range(AT_ONCE)]
    await until_under_way(school, AT_ONCE)

    assert (await tutor.upload(PICTURE)).status == 201
    for one in sendings:
        one.close()


async def test_many_slow_ones_at_once_leave_nothing(
    sqlite_school: School,
) -> None:
    school = sqlite_school
    data = large_png(150_000)
    people = await owners(school)
    length = "Content-Length: 150000"
    every = [await one.sending(length) for one in people for _ in range(EACH)]
    for start in range(0, 150_000, 30_000):
        piece = data[start : start + 30_000]
        await asyncio.gather(*(one.send(piece) for one in every))
    answers = [await one.answer() for one in every]

    repeated = [200] * len(people) * (EACH - 1)
    assert sorted(status for status, _ in answers) == repeated + [201] * len(people)
    assert (len(names(school)), await under_way(school)) == (len(people), 0)
    for one in every:
        one.close()
