"""Importing people: all or nothing, matched by their addresses."""

import pytest

from rtserver.access.actor import Actor, api_key_actor
from rtserver.accounts.people import People
from rtserver.accounts.user_import import Caps, ImportView, UserImport
from rtserver.accounts.user_table import InvalidLines
from rtserver.errors import Forbidden, LimitExceeded
from store.password_links import INVITED
from tests.rtserver.account_school import DEFAULTS, EMAIL, ROOT, actor_of

SOMEBODY = Actor(1, "Ada", "admin")
PLATFORM = api_key_actor(1, "portal")
HEAD = "email,name,role,timezone,invite\n"


async def bring_in(school, *rows, actor=ROOT, dry_run=False, signs=True, **more):
    imports = UserImport(school.db, school.clock, DEFAULTS, signs=signs, **more)
    data = (HEAD + "\n".join(rows)).encode()
    return await imports.run(actor, data, dry_run=dry_run)


async def refused(school, *rows, **more):
    """Return line and path of what is wrong."""
    with pytest.raises(InvalidLines) as caught:
        await bring_in(school, *rows, **more)
    return [(one["line"], one["path"]) for one in caught.value.extra["errors"]]


async def test_new_people_are_made_and_known_ones_changed(school):
    done = await bring_in(
        school,
        "taras@x.example,Taras,student,,true",
        f"{EMAIL.upper()},,,Europe/Paris,",
    )

    taras = await school.users.find("taras@x.example")
    olena = await school.users.find(EMAIL)
    assert done == ImportView(created=1, updated=1)
    assert (taras.name, taras.locale, taras.timezone) == ("Taras", "uk", "Europe/Kyiv")
    assert (olena.name, olena.email) == ("olena", EMAIL)
    assert (olena.role, olena.timezone) == ("tutor", "Europe/Paris")
    assert await school.mails() == [(INVITED, "waiting")]


async def test_new_names_are_told_to_rooms_and_the_same_ones_to_nobody(school):
    olena = await school.users.find(EMAIL)

    await bring_in(school, f"{EMAIL},{olena.name},,,")
    await bring_in(school, f"{EMAIL},Olha,,,")

    assert school.told() == [("renamed", olena.id)]


async def test_who_has_a_password_is_invited_by_nothing(school):
    await bring_in(school, f"{EMAIL},,,,true")

    assert await school.mails() == []


async def test_one_bad_line_keeps_all_others_out(school):
    rows = ("taras@x.example,Taras,student,,true", "sofia@x.example,,student,,")

    assert await refused(school, *rows) == [(3, "name")]
    assert await school.users.find("taras@x.example") is None
    assert await school.mails() == []


async def test_a_dry_run_tells_the_same_and_writes_nothing(school):
    rows = ("taras@x.example,Taras,student,,true", f"{EMAIL},Olha,,,")

    assert await bring_in(school, *rows, dry_run=True) == ImportView(1, 1)
    assert await school.users.find("taras@x.example") is None
    assert (await school.users.find(EMAIL)).name == "olena"
    assert await refused(school, "x", dry_run=True) == [(2, "email")]


async def test_the_last_admin_stays_one_unless_another_comes(school):
    await school.add("ada", role="admin")
    ada, eve = "ada@school.example,,tutor,,", "eve@x.example,Eve,admin,,"

    assert await refused(school, ada) == [(2, "role")]
    assert await bring_in(school, ada, eve) == ImportView(1, 1)
    assert (await school.users.find("ada@school.example")).role == "tutor"
    # In whatever order: who becomes one is there before another ceases to be.
    back = ("eve@x.example,,student,,", "ada@school.example,,admin,,")
    assert await bring_in(school, *back) == ImportView(0, 2)


async def test_a_platform_touches_no_admin(school):
    await school.add("ada", role="admin")
    rows = ("ada@school.example,Ada,,,", "eve@x.example,Eve,admin,,")

    assert await refused(school, *rows, actor=PLATFORM) == [(2, "role"), (3, "role")]


async def test_nobody_else_imports(school):
    with pytest.raises(Forbidden):
        await bring_in(school, actor=actor_of(school.olena))


async def test_nobody_is_invited_where_or_who_cant_sign_in(school):
    await school.add("gone", is_active=False)

    assert await refused(school, "gone@school.example,,,,true") == [(2, "invite")]
    row = "new@x.example,New,student,,true"
    assert await refused(school, row, signs=False) == [(2, "invite")]


async def test_hundreds_are_found_by_name_and_take_the_next_ids(school):
    rows = [f"u{n}@x.example,User {n},student,," for n in range(700)]

    assert await bring_in(school, *rows) == ImportView(700, 0)
    last = await school.users.find("u699@x.example")
    assert (await school.add("later")).id > last.id


async def test_hundreds_are_changed_as_one_would_be(school):
    ids = range(700)
    await bring_in(school, *(f"u{n}@x.example,User {n},student,," for n in ids))
    school.events.clear()

    rows = [f"u{n}@x.example,Pupil {n},tutor,Europe/Paris," for n in ids]
    assert await bring_in(school, *rows) == ImportView(0, 700)

    last = await school.users.find("u699@x.example")
    assert (last.name, last.role, last.locale) == ("Pupil 699", "tutor", "uk")
    assert last.timezone == "Europe/Paris"
    seqs = [event.seq for event in school.events]
    assert seqs == list(range(seqs[0], seqs[0] + 1400))
    kinds = {kind for kind, id in school.told() if id == last.id}
    assert kinds == {"renamed", "user"}
    assert school.events[-1].data == {"active": True}
    found = await People(school.db).find(SOMEBODY, "pupil 699", 50)
    assert [one.id for one in found.results] == [last.id]


async def test_more_than_others_should_wait_for_is_refused(school):
    rows = [f"u{n}@x.example,User {n},student,," for n in range(3)]
    caps = Caps(new=2, changed=2)
    with pytest.raises(LimitExceeded):
        await bring_in(school, *rows, caps=caps)
    await bring_in(school, *rows)

    with pytest.raises(LimitExceeded):
        await bring_in(
            school, *(row.replace("User", "Pupil") for row in rows), caps=caps
        )
    # The same once more changes nobody.
    assert await bring_in(school, *rows, caps=caps) == ImportView(0, 3)


async def test_all_that_is_wrong_is_told_at_once_and_of_each_cell_one_thing(school):
    await school.add("ada", role="admin")
    rows = (
        "no address,Ann,student,,",
        "new@x.example,,boss,Mars,",
        "ada@school.example,,tutor,,",
        "other@x.example,,student,,",
    )

    wrong = [(2, "email"), (3, "name"), (3, "role"), (3, "timezone")]
    wrong += [(4, "role"), (5, "name")]
    assert await refused(school, *rows) == wrong
    assert await refused(school, *rows, dry_run=True) == wrong


async def test_where_too_much_is_wrong_the_database_isnt_asked(school):
    await school.add("ada", role="admin")
    # Who makes another admin stands behind it all.
    rows = ["ada@school.example,,tutor,,", *["x"] * 1000, "eve@x.example,Eve,admin,,"]

    assert await refused(school, *rows) == [(line, "email") for line in range(3, 1003)]
