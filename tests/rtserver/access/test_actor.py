"""Who asks, and what asking as a platform leaves out."""

import pytest

from rtserver.access.actor import Actor, api_key_actor
from rtserver.errors import Forbidden


@pytest.mark.parametrize("role", ["admin", "tutor", "student"])
def test_a_user_asks_under_their_own_id(role: str) -> None:
    assert Actor(7, "Olena", role).require_user() == 7


def test_a_platform_is_no_user() -> None:
    with pytest.raises(Forbidden, match="Api-Key"):
        api_key_actor(1, "portal").require_user()


def test_no_two_are_one_because_of_their_names() -> None:
    actors = [
        Actor(3, "portal", "admin"),
        *(api_key_actor(id, name) for id, name in ((3, "portal"), (4, "portal"))),
        Actor(None, "command line", "admin"),
    ]

    assert len({actor.identity for actor in actors}) == len(actors)


@pytest.mark.parametrize(
    ("actor", "manages"),
    [
        (Actor(1, "Ada", "admin"), True),
        (api_key_actor(1, "portal"), True),
        (Actor(2, "Olena", "tutor"), False),
        (Actor(3, "Sofia", "student"), False),
    ],
)
def test_admins_and_platforms_manage_and_nobody_else(
    actor: Actor, manages: bool
) -> None:
    assert actor.manages is manages
    if manages:
        actor.require_manager()
    else:
        with pytest.raises(Forbidden, match="admins"):
            actor.require_manager()


def test_what_is_for_admins_alone_is_not_for_platforms() -> None:
    Actor(1, "Ada", "admin").require_admin()

    for other in (api_key_actor(1, "portal"), Actor(2, "Olena", "tutor")):
        with pytest.raises(Forbidden, match="admins"):
            other.require_admin()
