"""Whatever comes in, the answer is the documented one and nothing else happens."""

import asyncio
import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from handlers import dispatch
from store import outbox
from tests.client import Socket
from tests.flows.bad_commands import Example, examples
from tests.flows.bad_values import NEVER, NO_JSON, OK, Case, cases, plain
from tests.patience import PATIENCE
from tests.school import School

ROOMY = {
    "boards_element_bytes": 65_536,
    "limits_bad_frames": 1_000_000,
    "limits_commands_burst": 1_000_000,
    "limits_logins_per_minute": 1_000_000,
}
NO_COMMANDS = (
    *("", " ", "x", "{", '{"type":"ping"', "nul", "[1,", '"', "{}x", "\ufeff{}"),
    *("[]", '["ping"]', '"ping"', "1", "null", "true", "{}", "'", "\0", "NaN"),
    *('{"id":null}', '{"type":"ping","id":}', "[" * 100_000, '{"a":' * 20_000),
    '{"type":"ping",}',
)
NO_IDS = ("null", "true", "1.5", "[]", "{}", '""', "9" * 30, '"' + "x" * 65 + '"')
NEEDS_ID = (
    *("board.patch", "board.reset"),
    *("board.snapshot.send", "board.snapshot.request"),
)


class Bench(NamedTuple):
    """A tutor who sends, and a student who should hear nothing of it."""

    school: School
    tutor: int
    lesson: int
    socket: Socket
    watching: Socket
    examples: list[tuple[str, Example]]
    never: Mapping[str, str]


@pytest.fixture
def bench(io_loop, database_url, make_school) -> Bench:
    return io_loop.run_sync(lambda: prepared(make_school, database_url))


@pytest.fixture
def sqlite_bench(io_loop, sqlite_url, make_school) -> Bench:
    return io_loop.run_sync(lambda: prepared(make_school, sqlite_url))


async def prepared(make_school, database_url) -> Bench:
    school = await make_school(database_url, **ROOMY)
    olena, taras = await school.person("Olena", "tutor"), await school.person("Taras")
    lesson = await school.lesson(tutors=[olena], students=[taras])
    await school.say(olena, lesson, "Hello")
    sockets = [await school.chatting(user) for user in (olena, taras)]
    for socket in sockets:
        for kind in ("board", "room"):
            await socket.call("subscribe", f"{kind}:lesson:{lesson}")
    await settled(school)
    await sockets[1].quiet()  # who has entered the room
    # Found before any database is asked, so once is enough.
    never = NEVER if database_url.startswith("sqlite") else NO_JSON
    good = examples(olena, lesson, school.token(olena))
    return Bench(school, olena, lesson, *sockets, good, never)


@pytest.fixture(autouse=True)
def nothing_unexpected(caplog) -> Iterator[None]:
    """Fail for every line of log that tells of something unexpected."""
    yield
    found = [r for r in caplog.get_records("call") if r.levelno >= logging.ERROR]
    found += [record for record in caplog.get_records("call") if record.exc_info]
    assert [record.getMessage() for record in found] == []


async def settled(school: School) -> None:
    """Wait until what the preparation caused, mails among it, is all done."""
    before: Any = None
    async with asyncio.timeout(PATIENCE):
        while before != (now := await contents(school)) or not await _quiet(school):
            before = now
            await asyncio.sleep(0.3)


async def _quiet(school: School) -> bool:
    """Return whether the message was told of, and no mail is on its way."""
    db, now = school.services.db, school.services.clock.now()
    told = (await contents(school))["notifications"]
    counts = (await db.read(outbox.depth, now)).counts
    return (
        any("chat.message" in row for row in told)
        and not counts["due"] + counts["sending"]
    )


async def contents(school: School) -> dict[str, list[str]]:
    """Return every row of every table but that whose signs of life go on."""

    def read(tx: Any) -> dict[str, list[str]]:
        found = {}
        for table in set(tx.engine.get_tables()) - {"attendance"}:
            rows = tx.engine.execute_sql(f'SELECT * FROM "{table}"').fetchall()
            found[table] = sorted(repr([plain(value) for value in row]) for row in rows)
        return found

    return await school.services.db.read(read)


# Commands


def test_every_command_with_every_field_is_in_the_suite():
    given: dict[str, set[str]] = {}
    for type, example in examples(1, 1, "x"):
        given.setdefault(type, set()).update(example.fields)

    assert given.keys() == dispatch.ROUTES.keys()
    for type, route in dispatch.ROUTES.items():
        assert {*route.payload.__struct_fields__} - {"ignored_user_id"} <= given[type]


async def command(bench: Bench, type: str, example: Example, payload: str) -> Any:
    """Send a command with any payload; give the frame that answers it."""
    frame = {"type": type, "id": "it", "payload": "@payload@"}
    if example.channel is not None:
        frame["channel"] = example.channel
    text = json.dumps(frame).replace('"@payload@"', payload)
    return await answer(bench.socket, text)


async def answer(socket: Socket, text: str) -> Any:
    """Send a frame; give the first ack or error that comes after it."""
    await socket.send(text)
    return await socket.next("ack", "error")


def wanted(bench: Bench, *, ok: bool) -> Iterator[tuple[str, Example, Case]]:
    for type, example in bench.examples:
        for case in cases(*example[1:], bench.never):
            if (case.expected == OK) == ok:
                yield type, example, case


async def test_a_bad_field_is_named_and_changes_nothing(bench):
    before = await contents(bench.school)
    wrong = []

    for type, example, case in wanted(bench, ok=False):
        got = await command(bench, type, example, case.text)
        if not fits(got, case, f"payload.{case.path}"):
            wrong.append((type, example.channel, case.path, case.name, str(got)[:200]))

    assert not wrong, "\n".join(map(str, wrong))
    assert await contents(bench.school) == before
    assert await bench.watching.quiet() == []


def fits(got: Any, case: Case, path: str) -> bool:
    """Return whether this is the answer to the case."""
    payload = got["payload"]
    if (got["type"], got["id"]) != ("error", "it"):
        return False
    if case.expected is not None:
        return bool(payload["code"] == case.expected)
    return payload["code"] == "bad_request" and names(payload, path)


def names(error: Any, path: str) -> bool:
    """Return whether an error names the path, or one below it.

    A key of the client's own, here always a number, may stand there as ``[...]``.
    """
    found = error["errors"][0]["path"]
    said = error.get("message") or error["detail"]
    forms = (path, re.sub(r"\.\d+$", "[...]", path))
    return found.startswith(forms) and said.startswith(f"{found}: ")


async def test_what_only_looks_wrong_is_acked(bench):
    for type, example, case in wanted(bench, ok=True):
        got = await command(bench, type, example, case.text)
        assert (got["type"], got["id"]) == ("ack", "it"), (type, case.path, case.name)
    assert await bench.socket.call("ping")


async def test_a_channel_that_is_no_text_is_named(sqlite_bench):
    for type, example in sqlite_bench.examples:
        for channel in ("null", "1", "true", "[]", "{}", *NEVER.values()):
            if channel == "null" and example.channel is None:
                continue
            frame = {"type": type, "id": "it", "channel": "@", "payload": {}}
            frame["payload"] = example.payload
            text = json.dumps(frame).replace('"@"', channel)
            got = await answer(sqlite_bench.socket, text)
            assert (got["id"], got["payload"]["code"]) == ("it", "bad_request")
            assert names(got["payload"], "channel"), got


async def test_a_channel_of_no_known_form_is_unknown(sqlite_bench):
    for type, example in sqlite_bench.examples:
        for channel in ("", "x", "\0", "board:lesson:0", "x" * 100_000):
            if example.channel is not None:
                wrong = example._replace(channel=channel)
                payload = json.dumps(example.payload)
                got = await command(sqlite_bench, type, wrong, payload)
                assert (got["id"], got["payload"]["code"]) == ("it", "unknown_channel")


async def test_a_command_of_a_board_or_a_room_is_refused_elsewhere(bench):
    before = await contents(bench.school)
    for type, example in bench.examples:
        kind = type.partition(".")[0]
        expected = {
            f"chat:user:{bench.tutor}": "bad_request",
            "status:users": "bad_request",
            f"{kind}:lesson:9007199254740991": "not_subscribed",
        }
        for channel, code in expected.items() if kind in ("board", "room") else ():
            wrong = example._replace(channel=channel)
            got = await command(bench, type, wrong, json.dumps(example.payload))
            assert (got["id"], got["payload"]["code"]) == ("it", code), (type, channel)

    assert await contents(bench.school) == before


async def test_a_command_that_needs_an_id_says_so(sqlite_bench):
    before = await contents(sqlite_bench.school)
    for type, example in sqlite_bench.examples:
        if type in NEEDS_ID:
            frame = {"type": type, "channel": example.channel}
            text = json.dumps({**frame, "payload": example.payload})
            got = await answer(sqlite_bench.socket, text)
            assert (got["id"], got["payload"]["code"]) == (None, "bad_request")
            assert names(got["payload"], "id")

    assert await contents(sqlite_bench.school) == before


# Frames


async def test_what_is_no_command_gets_an_error_without_an_id(sqlite_bench):
    for text in NO_COMMANDS:
        got = await answer(sqlite_bench.socket, text)

        assert (got["type"], got["id"]) == ("error", None)
        assert got["payload"]["code"] == "bad_request"
        assert got["payload"]["errors"][0]["message"]
    assert await sqlite_bench.watching.quiet() == []


async def test_an_id_that_is_none_is_not_echoed(sqlite_bench):
    for id in (*NEVER.values(), *NO_IDS):
        got = await answer(sqlite_bench.socket, f'{{"type":"ping","id":{id}}}')

        assert (got["id"], got["payload"]["code"]) == (None, "bad_request")
        assert names(got["payload"], "id")


async def test_a_bad_field_of_the_envelope_echoes_the_id(sqlite_bench):
    for field, also in {"type": ['""'], "payload": ['""', '"x"']}.items():
        for value in (*NEVER.values(), "null", "true", "1.5", "[]", *also):
            fields = {"id": '"it"', "type": '"ping"', field: value}
            text = ",".join(f'"{name}":{written}' for name, written in fields.items())
            got = await answer(sqlite_bench.socket, "{" + text + "}")

            assert (got["id"], got["payload"]["code"]) == ("it", "bad_request")
            assert names(got["payload"], field)


async def test_a_type_that_nothing_has_is_unknown(sqlite_bench):
    for type in ("x", "Ping", "ping ", "\0", "x" * 100_000, "__init__"):
        got = await answer(sqlite_bench.socket, json.dumps({"type": type, "id": "it"}))

        assert (got["id"], got["payload"]["code"]) == ("it", "unknown_type")


async def test_of_a_key_that_comes_twice_the_last_counts(sqlite_bench):
    text = '{"type":"x","id":1,"type":"ping","id":"it"}'

    got = await answer(sqlite_bench.socket, text)

    assert (got["type"], got["id"]) == ("ack", "it")


async def test_what_is_not_utf_8_closes_with_1007(sqlite_bench):
    await sqlite_bench.socket.connection.send(b'{"type":"\xff"}', text=True)

    assert await sqlite_bench.socket.closed() == 1007
