import asyncio

import msgspec
import pytest

from rtserver.access.actor import Actor, api_key_actor
from rtserver.errors import BadRequest, Forbidden, Invalid, NotFound
from rtserver.mail.events import EVENTS
from rtserver.mail.unsubscribe import MailSubscription
from rtserver.notifications.requests import MAX_CHOSEN, NotificationBody, Preference
from store import preferences, users
from tests.lesson_school import ADMIN, OLENA, PLATFORM, SOFIA, TARAS
from tests.mail_school import opened_mail_school, with_own_mail


@pytest.fixture
def school(io_loop, database_url, tmp_path):
    own = with_own_mail(tmp_path / "own")
    with opened_mail_school(io_loop, database_url, tmp_path, own) as school:
        yield school


def body(*people, event="report.ready", data=b"{}", **more):
    ids = [person.user_id for person in people] or [SOFIA.user_id]
    return NotificationBody(event, ids, msgspec.Raw(data), **more)


async def send(school, *people, actor=PLATFORM, **more):
    answer = await school.notifications.send(actor, body(*people, **more))
    return msgspec.json.decode(bytes(answer))["results"]


async def listed(school, actor=SOFIA, **more):
    asked = {"unread": False, "cursor": None, "limit": 50} | more
    return await school.notifications.page(actor, **asked)


async def test_platforms_learn_which_way_each_notification_goes(school):
    school.presence.here = {OLENA.user_id}
    off = {"report.ready": False}
    await school.school.run(preferences.put, TARAS.user_id, off)

    results = await send(school, OLENA, SOFIA, TARAS)
    (own,) = await send(school, SOFIA, event="homework.graded")

    routes = [(one["user_id"], one["delivery"], one.get("reason")) for one in results]
    assert routes == [
        (2, "ws", None),
        (4, "email", None),
        (5, "none", "switched_off"),
    ]
    assert (own["delivery"], own["reason"]) == ("none", "no_template")


async def test_where_presence_is_not_known_the_socket_counts(school):
    school.presence.here = None

    (result,) = await send(school, SOFIA)

    assert result["delivery"] == "ws" and "reason" not in result


async def test_the_same_key_gives_the_same_answer_and_notifies_once(school):
    first = await send(school, SOFIA, idempotency_key="k1")
    school.presence.here = {SOFIA.user_id}

    assert await send(school, SOFIA, idempotency_key="k1") == first
    assert len(await school.of(SOFIA)) == 1


async def test_the_same_key_at_the_same_time_notifies_once(school):
    both = await asyncio.gather(
        send(school, SOFIA, idempotency_key="k"),
        send(school, SOFIA, idempotency_key="k"),
    )

    assert both[0] == both[1]
    assert len(await school.of(SOFIA)) == 1


async def test_keys_of_others_are_their_own(school):
    await send(school, SOFIA, idempotency_key="k")
    await send(school, SOFIA, idempotency_key="k", actor=ADMIN)

    assert len(await school.of(SOFIA)) == 2


async def test_two_api_keys_of_one_name_share_no_answers(school):
    one, other = api_key_actor(1, "portal"), api_key_actor(2, "portal")
    await send(school, SOFIA, idempotency_key="k", actor=one)

    (answer,) = await send(school, TARAS, idempotency_key="k", actor=other)

    assert answer["user_id"] == TARAS.user_id
    assert len(await school.of(TARAS)) == 1


async def test_an_id_twice_is_notified_once(school):
    assert len(await send(school, SOFIA, SOFIA)) == 1


async def test_an_unknown_user_refuses_the_whole_with_its_place(school):
    with pytest.raises(Invalid) as caught:
        await send(school, SOFIA, Actor(99, "", "student"))

    assert caught.value.faults[0].path == "user_ids[1]"
    assert await school.of(SOFIA) == []


@pytest.mark.parametrize(
    "data", [b"[]", b"5", b"null", b'"x"', b'{"x":"' + b"y" * 33000 + b'"}']
)
async def test_data_has_to_be_a_small_object(school, data):
    with pytest.raises(Invalid):
        await send(school, SOFIA, data=data)


@pytest.mark.parametrize("actor", [OLENA, SOFIA])
async def test_only_managers_send(school, actor):
    with pytest.raises(Forbidden):
        await send(school, SOFIA, actor=actor)


async def test_an_admin_who_ceased_to_be_one_sends_nothing(school):
    await school.school.run(users.update, ADMIN.user_id, {"role": "tutor"})

    with pytest.raises(Forbidden):
        await send(school, SOFIA, actor=ADMIN)


async def test_data_is_kept_as_it_was_sent(school):
    await send(school, SOFIA, data=b'{"big": 12345678901234567890, "x": 1.50}')

    page = await listed(school)
    assert bytes(page.results[0].data) == b'{"big": 12345678901234567890, "x": 1.50}'


async def test_pages_go_newest_first_and_on_where_they_ended(school):
    for _ in range(5):
        await send(school, SOFIA)

    first = await listed(school, limit=2)
    await send(school, SOFIA)
    second = await listed(school, limit=3, cursor=first.next)

    assert [one.seq for one in first.results] == [5, 4]
    assert [one.seq for one in second.results] == [3, 2, 1]
    assert second.next is None


async def test_read_ones_leave_the_unread(school):
    for _ in range(3):
        await send(school, SOFIA)
    newest = (await listed(school)).results[0]

    await school.notifications.read(SOFIA, newest.id)
    await school.notifications.read(SOFIA, newest.id)

    assert [one.seq for one in (await listed(school, unread=True)).results] == [2, 1]
    assert (await listed(school)).results[0].read_at == school.clock.now()


async def test_all_are_read_at_once_and_their_mails_dropped(school):
    for _ in range(3):
        await send(school, SOFIA)

    await school.notifications.read_all(SOFIA)

    assert (await listed(school, unread=True)).results == []
    assert {mail.detail for mail in await school.mails()} == {"read"}


async def test_reading_drops_the_mail_that_waits(school):
    (result,) = await send(school, SOFIA)

    await school.notifications.read(SOFIA, result["notification_id"])

    assert (await school.mail()).state == "dropped"


async def test_anothers_notification_is_not_there(school):
    (result,) = await send(school, SOFIA)

    for id in (result["notification_id"], 99):
        with pytest.raises(NotFound):
            await school.notifications.read(TARAS, id)


async def test_platforms_have_no_notifications_of_their_own(school):
    calls = [
        listed(school, PLATFORM),
        school.notifications.read(PLATFORM, 1),
        school.notifications.read_all(PLATFORM),
        school.notifications.preferences(PLATFORM),
        school.notifications.choose(PLATFORM, {}),
    ]
    for call in calls:
        with pytest.raises(Forbidden):
            await call


async def test_preferences_name_every_event_and_are_on_at_first(school):
    chosen = await school.notifications.preferences(SOFIA)

    assert [*chosen] == [*EVENTS, "report.ready"]
    assert all(one.email for one in chosen.values())


async def test_a_change_of_preferences_leaves_the_others(school):
    await school.notifications.choose(SOFIA, {"chat.message": Preference(False)})
    wanted = {"homework.graded": Preference(False), "tutor.accept": Preference(True)}

    chosen = await school.notifications.choose(SOFIA, wanted)

    off = [event for event, one in chosen.items() if not one.email]
    assert off == ["chat.message", "homework.graded"]
    assert all(
        one.email for one in (await school.notifications.preferences(OLENA)).values()
    )


async def test_nobody_fills_the_database_with_preferences(school):
    off = Preference(email=False)
    for first in range(0, MAX_CHOSEN, 100):
        some = {f"event.n{number}": off for number in range(first, first + 100)}
        await school.notifications.choose(SOFIA, some)

    with pytest.raises(Invalid, match="At most 200"):
        await school.notifications.choose(SOFIA, {"one.more": off})

    kept = await school.db.read(preferences.of_user, SOFIA.user_id)
    assert len(kept) == MAX_CHOSEN and "one.more" not in kept


async def test_a_link_switches_off_one_kind_of_mail(school):
    signed = school.links.sign(MailSubscription(SOFIA.user_id, "chat.message"))

    for _ in range(2):
        await school.notifications.unsubscribe(signed)

    chosen = await school.notifications.preferences(SOFIA)
    assert [event for event, one in chosen.items() if not one.email] == ["chat.message"]


async def test_a_link_of_a_user_who_is_gone_is_harmless_and_a_bad_one_refused(school):
    await school.notifications.unsubscribe(
        school.links.sign(MailSubscription(99, "a.b"))
    )

    with pytest.raises(BadRequest):
        await school.notifications.unsubscribe("x.y")
