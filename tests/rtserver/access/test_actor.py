"""Who asks, and what asking as a platform leaves out."""

import pytest

from rtserver.access.actor import Actor, api_key_actor
from rtserver.errors import Forbidden


@pytest.mark.parametrize("role", ["admin", "tutor", "student"])
def test_a_user_asks_under_their_own_id(role: str) -> None:
    assert Actor(7, "Olena", role).require_user() == 7


def test_a_platform_is_no_user() -> None:
    with pytest.raises(Forbidden, match="Api-Key"):
        api_key_actor("portal").require_user()


@pytest.mark.parametrize(
    ("actor", "manages"),
    [
        (Actor(1, "Ada", "admin"), True),
        (api_key_actor("portal"), True),
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
