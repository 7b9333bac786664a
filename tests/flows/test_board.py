"""Drawing together: patches, acks, events (contract 2.3 to 2.5)."""

import asyncio
import json
import random

from tests.drawing import Copy, Drawer, drawer, element, gone, live, two_drawers
from tests.school import School


async def test_patch_reaches_the_others_and_is_acked_with_its_seq(
    school: School,
) -> None:
    tutor, student, lesson = await two_drawers(school)

    ack = await tutor.draw(element("a", type="ellipse"), element("b"))
    event = await student.next("board.patch")

    assert ack == {"seq": 1, "accepted": ["a", "b"], "rejected": [], "current": []}
    assert (event["seq"], event["channel"]) == (1, f"board:lesson:{lesson}")
    assert event["payload"]["elements"][0] == element("a", type="ellipse")
    assert event["payload"]["user_id"] == tutor.socket.welcome["user"]["id"]


async def test_sender_isnt_told_what_it_sent_but_its_other_connection_is(
    school: School,
) -> None:
    tutor, _, lesson = await two_drawers(school)
    user = tutor.socket.welcome["user"]["id"]
    phone = await drawer(school, user, lesson)

    await tutor.draw(element("a"))
    event = await phone.next("board.patch")

    assert event["seq"] == 1
    assert await tutor.socket.quiet() == []


async def test_older_version_is_rejected_with_the_winner(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", 3, color="red"), element("b", 1))
    await student.next("board.patch")

    ack = await student.draw(element("a", 2, color="blue"), element("b", 2))
    event = await tutor.next("board.patch")

    assert (ack["accepted"], ack["rejected"]) == (["b"], ["a"])
    assert ack["current"] == [element("a", 3, color="red")]
    assert event["payload"]["elements"] == [element("b", 2)]


async def test_between_equal_versions_the_lower_nonce_wins(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", 1, 50))

    higher = await student.draw(element("a", 1, 60))
    lower = await student.draw(element("a", 1, 40))

    assert (higher["seq"], higher["rejected"]) == (None, ["a"])
    assert (lower["seq"], lower["accepted"]) == (2, ["a"])
    assert (await tutor.state())["a"]["versionNonce"] == 40


async def test_repeated_patch_is_accepted_without_a_seq_and_isnt_sent_on(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", 1, 5, x=1))
    await student.next("board.patch")

    again = await tutor.draw(element("a", 1, 5, x=1))
    other = await tutor.draw(element("a", 1, 5, x=2))

    assert again == {"seq": None, "accepted": ["a"], "rejected": [], "current": []}
    assert (other["seq"], other["rejected"]) == (None, ["a"])
    assert other["current"] == [element("a", 1, 5, x=1)]
    assert await student.socket.quiet() == []


async def test_deleted_element_stays_deleted_for_older_versions(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    await tutor.draw(element("a", 1, text="secret"))
    await tutor.draw(element("a", 2, text="secret", isDeleted=True))

    ack = await student.draw(element("a", 1))

    assert (ack["seq"], ack["rejected"]) == (None, ["a"])
    assert ack["current"] == [gone("a", 2)]
    assert await student.state() == {"a": gone("a", 2)}


async def test_unknown_fields_come_back_as_they_were_sent(school: School) -> None:
    tutor, student, _ = await two_drawers(school)
    raw = (
        '{"id":"ї","version":1,"versionNonce":7,"x":1.0,"y":1e-7,"z":-0.0,'
        '"customData":{"deep":[{"a":[null,true,"\\u0041"]}]},"text":"Ґанок \U0001f600"}'
    )
    frame = '{"type":"board.patch","id":9,"channel":"%s","payload":{"elements":[%s]}}'

    await tutor.socket.send(frame % (tutor.channel, raw))
    event = await student.next("board.patch")
    await student.call("board.snapshot.request")

    assert event["payload"]["elements"] == [json.loads(raw)]
    assert sum(raw in str(text) for text in student.socket.texts) == 2


async def test_two_drawers_and_a_late_joiner_end_alike(school: School) -> None:
    tutor, student, lesson = await two_drawers(school)
    rng = random.Random(1)
    copies = {tutor: Copy(), student: Copy()}

    for _ in range(60):
        drawing = rng.choice([tutor, student])
        change = element(rng.choice("abcdef"), rng.randint(1, 9), rng.randint(0, 3))
        change["isDeleted"] = rng.random() < 0.2
        ack = await drawing.draw(change)
        copies[drawing].merge([change, *ack["current"]])
    for each, copy in copies.items():
        for event in await each.socket.quiet():
            copy.take(event)
    late = await drawer(school, student.socket.welcome["user"]["id"], lesson)
    state = await late.state()

    assert copies[tutor].live() == copies[student].live() == live(state.values())


async def test_acks_keep_their_place_among_the_events(school: School) -> None:
    tutor, student, _ = await two_drawers(school)

    async def draw(drawer: Drawer, name: str) -> None:
        await asyncio.gather(
            *(drawer.draw(element(f"{name}{number}")) for number in range(50))
        )

    await asyncio.gather(draw(tutor, "t"), draw(student, "s"))
    for each in (tutor, student):
        await each.socket.quiet()
        seqs = [
            frame.get("seq") or frame["payload"]["seq"]
            for frame in each.socket.received
            if frame["type"] == "board.patch" or "accepted" in frame.get("payload", {})
        ]
        assert seqs == list(range(1, 101))


async def test_cursor_reaches_the_others_with_the_servers_user_id(
    school: School,
) -> None:
    tutor, student, _ = await two_drawers(school)
    user = student.socket.welcome["user"]["id"]

    ack = await student.call(
        "board.cursor.move", x=1.5, y=2, user_id=999, button={"down": True}
    )
    event = await tutor.next("board.cursor.move")

    assert ack == {}
    assert event["payload"] == {
        "x": 1.5,
        "y": 2,
        "user_id": user,
        "button": {"down": True},
    }
    assert "seq" not in event
    assert await student.socket.quiet() == []


async def test_many_cursors_become_few_and_the_last_one_arrives(
    sqlite_school: School,
) -> None:
    tutor, student, _ = await two_drawers(sqlite_school)
    frames = [
        f'{{"type":"board.cursor.move","channel":"{student.channel}",'
        f'"payload":{{"x":{n},"y":0}}}}'
        for n in range(150)
    ]

    for frame in frames:
        await student.socket.send(frame)
    last = -1
    while last < 149:
        last = (await tutor.next("board.cursor.move"))["payload"]["x"]

    assert await tutor.socket.quiet() == []
