"""Repeating what failed temporarily."""

import pytest

from rtserver_client.retry import Backoff, CommandError, retry


async def test_retry_gives_up_at_what_is_not_temporary_and_after_the_attempts():
    tries = []

    async def fail(code: str) -> None:
        tries.append(code)
        raise CommandError(code)

    for code in ("forbidden", "unavailable"):
        with pytest.raises(CommandError, match=code):
            await retry(lambda code=code: fail(code), attempts=2, backoff=Backoff(0.01))
    assert tries == ["forbidden", "unavailable", "unavailable"]


@pytest.mark.parametrize(("attempt", "bound"), [(0, 0.5), (3, 4.0), (5000, 30.0)])
def test_backoff_is_random_below_a_bound_that_doubles(
    attempt: int, bound: float
) -> None:
    delays = [Backoff().delay(attempt) for _ in range(1000)]

    assert 0 <= min(delays) < bound * 0.1
    assert bound * 0.9 < max(delays) < bound
