import json

import pytest

from rtserver.boards.canvas import Canvas, CanvasLimits, Overlay, Totals
from rtserver.boards.elements import MAX_INTEGER, tombstone
from rtserver.errors import LimitExceeded
from tests.rtserver import board_fakes
from tests.rtserver.board_fakes import (
    LIMITS,
    canvas,
    decided,
    element,
    merge,
    state,
)

SMALL = CanvasLimits(elements=2, bytes=200, tombstones=2)


def heads(elements):
    return [(one.id, one.version, one.nonce, one.deleted) for one in elements]


def test_a_patch_says_what_it_changed_and_what_lost_against_what():
    board = canvas(element("a"), element("b", 3))
    newer, older, other = element("a", 2), element("b", 2), element("c")

    plan = board.plan_patch([newer, older, other], LIMITS)

    assert plan.changed == [newer, other]
    assert (plan.accepted, plan.rejected) == (["a", "c"], ["b"])
    assert plan.current == [board.get("b").raw]


def test_a_plan_changes_nothing():
    board = canvas(element("a"))
    before = state(board), board.totals

    board.plan_patch([element("a", 2), element("b")], LIMITS)
    board.cleared()
    board.plan_replace([element("c")], LIMITS)

    assert (state(board), board.totals) == before


def test_a_repeat_is_accepted_and_changes_nothing():
    board = canvas(element("a", 2, 5, x=1))

    plan = board.plan_patch([element("a", 2, 5, x=1)], LIMITS)

    assert (plan.changed, plan.accepted, plan.rejected) == ([], ["a"], [])


def test_other_content_of_the_same_version_and_nonce_is_rejected():
    board = canvas(element("a", 2, 5, x=1))

    plan = decided(board.plan_patch, [element("a", 2, 5, x=2)])

    assert (plan.changed, plan.accepted, plan.rejected) == ([], [], ["a"])
    assert plan.current == [element("a", 2, 5, x=1).raw]


def test_a_deleted_element_stays_as_a_tombstone_and_is_sent_on_as_it_came():
    board = canvas(element("a"))
    deleted = element("a", 2, 7, deleted=True, x=1)

    plan = merge(board, [deleted])

    assert plan.changed == [deleted]
    grave = b'{"id":"a","version":2,"versionNonce":7,"isDeleted":true}'
    assert board.get("a").raw == grave
    assert board.get("a").deleted_at == board_fakes.ONCE


def test_a_tombstone_is_revived_by_a_newer_version_only():
    board = canvas(element("a", 3, 0, deleted=True))

    old = merge(board, [element("a", 2), element("b")])
    new = merge(board, [element("a", 4)])

    assert (old.rejected, old.current) == (["a"], [tombstone("a", 3, 0).raw])
    assert new.accepted == ["a"]


def test_a_reset_turns_live_elements_into_tombstones_of_the_next_version():
    board = canvas(element("a", 3, 9), element("b", 5, 2, deleted=True))

    cleared = board.cleared()
    board.apply(cleared, 7)

    assert heads(cleared) == [("a", 4, 0, True)]
    assert board.totals == Totals(live=0, tombstones=2, bytes=0)
    assert merge(board, [element("a", 3, 9)]).rejected == ["a"]


def test_the_last_version_is_cleared_and_replaced_and_no_version_is_beyond_it():
    last = element("a", MAX_INTEGER, 5, x=1)
    cleared, replaced = canvas(last), canvas(last)

    cleared.apply(cleared.cleared(), 7)
    plan = replaced.plan_replace([element("a", 2, x=2)], LIMITS)
    replaced.apply(plan.changed, 7)

    assert cleared.totals.live == 0 and json.loads(plan.stored[0].raw)["x"] == 2
    for board in (cleared, replaced):
        assert board.get("a").version == MAX_INTEGER
        assert merge(board, [last]).rejected == ["a"]


def test_a_replacement_takes_what_is_sent_whatever_its_version():
    board = canvas(
        element("old", 7, 3, x=1),
        element("new", 2),
        element("same", 4, 4, x=1),
        element("gone", 5),
        element("dead", 9, deleted=True),
    )
    sent = [element("old", 2, 6), element("new", 3), element("dead", 1)]
    sent.append(element("same", 4, 4, x=1))

    plan = board.plan_replace(sent, LIMITS)
    board.apply(plan.changed, 7)

    stored = [("old", 8, 6, False), ("new", 3, 0, False), ("dead", 10, 0, False)]
    assert heads(plan.stored) == [*stored, ("same", 4, 4, False)]
    assert {one.raw for one in plan.stored} == set(board.visible(8))
    assert heads([board.get("gone")]) == [("gone", 6, 0, True)]


def test_a_replacement_stores_of_deleted_elements_what_is_kept_of_them():
    board = canvas(element("old", 7), element("same", 4, 4, deleted=True))
    sent = [element(id, 4, 4, deleted=True, x=1) for id in ("old", "new", "same")]

    plan = board.plan_replace(sent, LIMITS)
    board.apply(plan.changed, 7)

    heads_kept = [("old", 8, 4, True), ("new", 4, 4, True), ("same", 4, 4, True)]
    assert heads(plan.stored) == heads_kept
    assert {one.raw for one in plan.stored} == set(board.visible(0))


def test_a_replacement_with_other_content_of_the_same_version_is_raised():
    board = canvas(element("a", 2, 5, x=1))

    plan = decided(board.plan_replace, [element("a", 2, 5, x=2)])

    assert heads(plan.stored) == [("a", 3, 5, False)]


@pytest.mark.parametrize(
    ("patch", "name"),
    [
        ([element(id) for id in "abc"], "live"),
        ([element(id, deleted=True) for id in "abc"], "tombstones"),
        ([element("a", t="x" * 200)], "bytes"),
    ],
)
def test_a_patch_over_a_limit_of_the_board_is_refused_whole(patch, name):
    with pytest.raises(LimitExceeded, match=name):
        Canvas().plan_patch(patch, SMALL)


def test_a_replacement_keeps_to_the_limits_of_what_is_live():
    with pytest.raises(LimitExceeded, match="live"):
        Canvas().plan_replace([element(id) for id in "abc"], SMALL)
    with pytest.raises(LimitExceeded, match="bytes"):
        Canvas().plan_replace([element("a", t="x" * 200)], SMALL)


def test_a_board_is_cleared_however_much_it_remembers():
    board = canvas(element("a"), *(element(id, deleted=True) for id in "bc"))

    with pytest.raises(LimitExceeded, match="tombstones"):
        board.plan_patch([element("d", deleted=True)], SMALL)

    assert board.plan_patch([element("a", 2, deleted=True)], SMALL).accepted == ["a"]
    assert heads(board.plan_replace([], SMALL).changed) == [("a", 2, 0, True)]
    assert heads(board.cleared()) == [("a", 2, 0, True)]


def test_a_board_over_its_limits_may_still_shrink_and_change():
    board = canvas(*(element(id) for id in "abcd"))

    assert merge(board, [element("a", 2)], SMALL).accepted == ["a"]
    assert merge(board, [element("a", 3, deleted=True)], SMALL).accepted == ["a"]
    with pytest.raises(LimitExceeded):
        merge(board, [element("e"), element("f")], SMALL)


def test_old_tombstones_are_forgotten():
    board = canvas(element("a"))
    board.apply([element("b", deleted=True)], 50)
    board.apply([element("c", deleted=True)], 60)

    assert board.drop_tombstones(60) == 1
    assert set(state(board)) == {"a", "c"}
    assert board.totals.tombstones == 1


def test_visible_are_live_elements_and_tombstones_since_a_moment():
    board = canvas(element("a"))
    board.apply([element("b", deleted=True)], 50)
    board.apply([element("c", deleted=True)], 60)

    assert board.visible(60) == [board.get("a").raw, board.get("c").raw]


def test_a_copy_does_not_follow():
    board = canvas(element("a"))
    copy = board.copy()

    merge(board, [element("a", 2), element("b")])

    assert state(copy) == state(canvas(element("a")))
    assert copy.totals.live == 1


def test_an_overlay_is_seen_through_and_leaves_its_base_alone_until_committed():
    base = canvas(element("a"), element("b"))
    before = state(base)
    overlay = Overlay(base)

    merge(overlay, [element("a", 2, deleted=True), element("c")])

    assert heads(overlay.cleared()) == [("b", 2, 0, True), ("c", 2, 0, True)]
    assert state(base) == before
    overlay.commit()
    assert state(base) == state(overlay)
    assert base.totals == overlay.totals == Canvas(base.all()).totals


def test_what_lived_is_deleted_however_many_tombstones_there_are():
    graves = [element(id, deleted=True) for id in "abc"]
    board = canvas(element("x"), element("y"), *graves)

    plan = merge(board, [element("x", 2, deleted=True)], SMALL)
    board.apply(board.cleared(), 7)

    assert plan.accepted == ["x"]
    assert board.totals == Totals(live=0, tombstones=5, bytes=0)
    assert merge(board, [element("a", 2)], SMALL).accepted == ["a"]


def test_a_full_board_takes_no_more_tombstones_of_what_it_never_held():
    board = canvas(element("x"), element("a", deleted=True))
    both = [element("x", 2, deleted=True), element("b", deleted=True)]

    with pytest.raises(LimitExceeded, match="2 tombstones"):
        board.plan_patch([*both, element("c", deleted=True)], SMALL)
    assert merge(board, [element("b", deleted=True)], SMALL).accepted == ["b"]


def test_drawing_and_deleting_again_and_again_ends_at_a_limit():
    board = canvas()
    with pytest.raises(LimitExceeded, match="4 elements"):
        for number in range(9):
            merge(board, [element(f"{number}")], SMALL)
            merge(board, [element(f"{number}", 2, deleted=True)], SMALL)

    assert board.totals == Totals(live=0, tombstones=4, bytes=0)
    assert merge(board, [element("3", 3)], SMALL).accepted == ["3"]
    plan = board.plan_replace([element("y"), element("z")], SMALL)
    assert len(plan.stored) == 2
