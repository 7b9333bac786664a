"""Notifications over HTTP: sent by platforms, listed, marked, preferred."""

import json
from typing import Any

import pytest

from rtserver.mail.events import EVENTS
from tests.flows.test_notifications import notified, stored
from tests.school import School


async def test_platforms_notify_and_repeat_without_harm(school: School) -> None:
    taras = await school.person("Taras")

    first, again = await notified(school, taras, 2, idempotency_key="k", data={})

    assert (first.status, again.status) == (202, 202)
    assert first.json == again.json
    assert first.json["results"][0] | {"notification_id": 0} == {
        "user_id": taras,
        "notification_id": 0,
        "delivery": "none",
        "reason": "no_template",
    }
    assert len(await stored(school, taras)) == 1


async def test_online_users_are_reached_over_the_socket(school: School) -> None:
    taras = await school.person("Taras")
    await school.connect(taras)

    (reply,) = await notified(school, taras)

    assert reply.json["results"][0]["delivery"] == "ws"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"event": "Graded"}, 422),
        ({"event": "graded"}, 422),
        ({"event": "a.b\n"}, 422),
        ({"event": "../a.b"}, 422),
        ({"event": "chat.message.new"}, 422),
        ({"event": "user.online"}, 422),
        ({"event": "room.entered"}, 422),
        ({"user_ids": []}, 422),
        ({"user_ids": [99]}, 422),
        ({"user_ids": "1"}, 422),
        ({"data": []}, 422),
        ({"data": None}, 422),
        ({"idempotency_key": ""}, 422),
        ({"idempotency_key": "a\x00b"}, 422),
        ({"more": 1}, 422),
    ],
)
async def test_a_wrong_notification_is_refused(
    shared_school: School, change: dict[str, Any], status: int
) -> None:
    taras = await shared_school.person("Taras")

    (reply,) = await notified(shared_school, taras, **change)

    assert reply.status == status, reply.text
    assert await stored(shared_school, taras) == []


async def test_others_than_managers_notify_nobody(shared_school: School) -> None:
    taras = await shared_school.person("Taras")
    body = {"event": "a.b", "user_ids": [taras], "data": {}}

    for token, status in ((shared_school.token(taras), 403), (None, 401)):
        reply = await shared_school.http("POST", "/api/notifications/", token, body)
        assert reply.status == status


async def test_marks_are_kept_and_others_are_404(school: School) -> None:
    taras, sofia = await school.person("Taras"), await school.person("Sofia")
    await notified(school, taras, 2)
    newest = (await stored(school, taras))[0]
    path = f"/api/notifications/{newest['id']}/read/"

    foreign = await school.http("POST", path, school.token(sofia))
    own = [await school.http("POST", path, school.token(taras)) for _ in range(2)]
    unread = await stored(school, taras, "?unread=true")
    everything = await school.http(
        "POST", "/api/notifications/read-all/", school.token(taras)
    )

    assert (foreign.status, [reply.status for reply in own]) == (404, [204, 204])
    assert [one["seq"] for one in unread] == [1]
    assert everything.status == 204
    assert await stored(school, taras, "?unread=true") == []


async def test_lists_page_and_refuse_what_they_cannot_read(
    shared_school: School,
) -> None:
    taras = await shared_school.person("Taras")
    await notified(shared_school, taras, 3)
    token = shared_school.token(taras)

    first = await shared_school.http("GET", "/api/notifications/?limit=2", token)
    rest = await stored(shared_school, taras, f"?cursor={first.json['next']}")

    assert [one["seq"] for one in [*first.json["results"], *rest]] == [3, 2, 1]
    for query in ("unread=yes", "cursor=x", "limit=0"):
        reply = await shared_school.http("GET", f"/api/notifications/?{query}", token)
        assert reply.status == 400


async def test_preferences_change_only_what_they_name(school: School) -> None:
    token = school.token(await school.person("Taras"))
    path = "/api/notifications/preferences/"

    wanted = {"chat.message": {"email": False}}
    changed = await school.http("PUT", path, token, wanted)
    read = await school.http("GET", path, token)

    assert changed.status == 200 and changed.json == read.json
    assert set(read.json) == set(EVENTS)
    off = [event for event, one in read.json.items() if not one["email"]]
    assert off == ["chat.message"]


@pytest.mark.parametrize(
    "body", [[], {"chat": {"email": True}}, {"a.b": {}}, {"a.b": {"email": 1}}, None]
)
async def test_wrong_preferences_are_refused(shared_school: School, body: Any) -> None:
    token = shared_school.token(await shared_school.person("Taras"))
    raw = json.dumps(body).encode()

    path = "/api/notifications/preferences/"
    reply = await shared_school.http("PUT", path, token, raw=raw)

    assert reply.status == 422
