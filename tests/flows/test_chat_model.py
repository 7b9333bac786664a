"""A chat at random, with the model saying who sees what (``bench held`` goes on)."""

import pytest

from tests.app_fixtures import MakeSchool
from tests.chat_walk import ChatWalk
from tests.chat_watch import SETTINGS

ACTIONS = 400


@pytest.mark.long
@pytest.mark.parametrize("seed", [1])
async def test_nobody_sees_by_any_road_what_a_tutor_has_yet_to_look_at(
    make_school: MakeSchool, database_url: str, seed: int
) -> None:
    walk = await ChatWalk(await make_school(database_url, **SETTINGS), seed).open()

    await walk.run(ACTIONS)

    for status in (200, 201, 202, 204, 403, 404, 409):
        assert walk.done[f"status {status}"], walk.done
