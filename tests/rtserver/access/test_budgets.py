"""What one user may have stored and may ask, whatever the number of connections."""

import pytest

from rtserver.access.actor import Actor, api_key_actor
from rtserver.access.budgets import (
    BYTES_A_REQUEST,
    KEPT_FOR_GOOD,
    MAX_SHOWN,
    Budget,
    Budgets,
)
from rtserver.errors import RateLimited
from tests.fakes import FakeClock

OLENA, TARAS = Actor(7, "Olena", "tutor"), Actor(8, "Taras", "student")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def budget(clock: FakeClock) -> Budget:
    return Budget(10, 100, clock, "Too much.")


def refused(budget: Budget, actor: Actor, cost: float) -> float:
    with pytest.raises(RateLimited, match="Too much") as caught:
        budget.charge(actor, cost)
    return caught.value.retry_after


def test_a_burst_passes_and_then_it_is_told_how_long_to_wait(
    budget: Budget, clock: FakeClock
) -> None:
    budget.charge(OLENA, 60)
    budget.charge(OLENA, 40)

    wait = refused(budget, OLENA, 20)
    clock.advance(wait)
    budget.charge(OLENA, 20)

    assert wait == pytest.approx(2)
    assert budget.refused == 1


def test_one_users_budget_is_not_anothers(budget: Budget) -> None:
    budget.charge(OLENA, 100)

    budget.charge(TARAS, 100)


def test_a_platform_has_none(budget: Budget) -> None:
    for _ in range(99):
        budget.charge(api_key_actor(1, "platform"), 100)

    assert budget.nearest() == {}


def test_what_costs_more_than_a_burst_passes_when_all_of_that_is_there(
    budget: Budget, clock: FakeClock
) -> None:
    budget.charge(OLENA, 1_000_000)

    assert refused(budget, OLENA, 1_000_000) == pytest.approx(10)
    clock.advance(10)
    budget.charge(OLENA, 1_000_000)


def test_what_was_spent_beyond_the_burst_is_made_up_first(
    budget: Budget, clock: FakeClock
) -> None:
    budget.charge(OLENA, 1)
    budget.spend(7, 119)
    budget.spend(None, 1000)

    assert refused(budget, OLENA, 1) == pytest.approx(2.1)
    clock.advance(2.1)
    budget.charge(OLENA, 1)
    budget.charge(TARAS, 100)


def test_the_nearest_to_their_limit_are_shown_and_never_more_than_a_few(
    budget: Budget, clock: FakeClock
) -> None:
    budget.charge(OLENA, 1)
    alone = dict(budget.nearest())
    budget.charge(TARAS, 49)
    calm = dict(budget.nearest())
    for user in range(100, 200):
        budget.charge(Actor(user, "", "student"), 70)
    clock.advance(1)

    assert alone == {"7": pytest.approx(0.01)}
    assert calm == {"8": pytest.approx(0.49)}
    assert list(budget.nearest().values()) == [pytest.approx(0.6)] * MAX_SHOWN


def test_who_came_longest_ago_is_forgotten_first(
    clock: FakeClock,
) -> None:
    budget = Budget(10, 100, clock, "Too much.", most_users=2)
    budget.charge(OLENA, 90)
    budget.charge(TARAS, 90)
    budget.charge(OLENA, 10)

    budget.charge(Actor(9, "Ivan", "student"), 1)

    assert refused(budget, OLENA, 1) == pytest.approx(0.1)
    budget.charge(TARAS, 100)


def test_bodies_count_more_than_changes_of_boards(clock: FakeClock) -> None:
    drawn, written = (
        Budgets(*(Budget(1, 100_000, clock, "Too much.") for _ in Budgets._fields))
        for _ in range(2)
    )

    drawn.charge_change(OLENA, 1000)
    written.charge_body(OLENA, 1000)

    assert drawn.writes.nearest()["7"] == pytest.approx(0.01256)
    assert written.writes.nearest()["7"] == pytest.approx(KEPT_FOR_GOOD * 0.01256)
    assert drawn.requests.nearest() == written.requests.nearest() == {}


def test_a_changed_lesson_counts_by_its_members_and_a_calendar_by_its_lessons(
    clock: FakeClock,
) -> None:
    budgets = Budgets(*(Budget(1, 1000, clock, "Too much.") for _ in Budgets._fields))

    budgets.spend_change_of_lesson(OLENA, 500)
    budgets.spend_calendar(8, 2000)

    assert budgets.requests.nearest() == {"7": pytest.approx(0.125)}
    assert budgets.calendars.nearest() == {"8": pytest.approx(0.2)}


def test_what_is_answered_or_stored_at_length_counts_as_several_requests(
    clock: FakeClock,
) -> None:
    budgets = Budgets(*(Budget(1, 1000, clock, "Too much.") for _ in Budgets._fields))

    budgets.spend_answer(OLENA, BYTES_A_REQUEST)
    short = budgets.requests.nearest()
    budgets.spend_answer(OLENA, 10 * BYTES_A_REQUEST)
    budgets.spend_answer(api_key_actor(1, "platform"), 10 * BYTES_A_REQUEST)
    budgets.spend_choices(TARAS, 80)

    assert short == {}
    assert budgets.requests.nearest() == {"7": pytest.approx(0.01)}
    budgets.spend_choices(TARAS, 80)
    assert budgets.requests.nearest() == {"8": pytest.approx(0.016)}
