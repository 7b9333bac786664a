"""Which mails somebody wants, in both databases."""

from store import preferences
from store.chunks import CHUNK
from store.transaction import Transaction
from tests.store.rows import add_user


def test_what_is_chosen_anew_counts_and_the_rest_stays(tx: Transaction) -> None:
    add_user(tx, 1)
    preferences.put(tx, 1, {"chat.message": False, "board.activity": False})

    preferences.put(tx, 1, {"chat.message": True, "lesson.scheduled": False})

    assert preferences.of_user(tx, 1) == {
        "chat.message": True,
        "board.activity": False,
        "lesson.scheduled": False,
    }


def test_choices_are_of_one_user(tx: Transaction) -> None:
    for user in (1, 2):
        add_user(tx, user)
    preferences.put(tx, 1, {"chat.message": False})

    assert preferences.of_user(tx, 2) == {}


def test_only_who_chose_so_is_switched_off(tx: Transaction) -> None:
    for user in (1, 2, 3):
        add_user(tx, user)
    preferences.put(tx, 1, {"chat.message": False})
    preferences.put(tx, 2, {"chat.message": True, "board.activity": False})
    asked = range(1, 3 * CHUNK)

    assert preferences.switched_off(tx, "chat.message", asked) == {1}
    assert preferences.switched_off(tx, "chat.message", {2, 3}) == set()


def test_to_choose_nothing_changes_nothing(tx: Transaction) -> None:
    preferences.put(tx, 1, {})

    assert tx.writes == 0
