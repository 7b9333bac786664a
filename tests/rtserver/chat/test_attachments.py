"""The files that messages name; over HTTP: handlers/test_message_files."""

import pytest

from rtserver.chat.attachments import Attachments
from rtserver.errors import Conflict
from store import files
from tests.store.conftest import engine, migrated_url, tx  # noqa: F401 - fixtures
from tests.store.rows import add_lesson, add_messages, add_user, draft
from tests.store.test_files import values


@pytest.fixture
def places(tx):  # noqa: F811
    add_user(tx, 1)
    add_user(tx, 2)
    add_lesson(tx, 3)
    add_lesson(tx, 4)
    for id in ("a", "b"):
        files.insert(tx, values(id))
    files.insert(tx, values("hers", user=2))
    files.insert(tx, values("board", purpose="board"))
    files.insert(tx, values("elsewhere", lesson=4))
    return tx


def take(attachments, *ids, by="x", held_id=None):
    attachments.take(ids, by=by, author_id=1, lesson_id=3, held_id=held_id)


@pytest.mark.parametrize("id", ["hers", "board", "elsewhere", "unknown"])
def test_others_files_are_not_taken(places, id):
    with pytest.raises(Conflict):
        take(Attachments(places, [id]), id)


def test_a_file_is_taken_once_but_by_a_resend(places):
    attachments = Attachments(places, ["a", "b"])

    take(attachments, "b", "a")
    take(attachments, "b", "a")
    with pytest.raises(Conflict):
        take(attachments, "a", by="y")

    assert [file.id for file in attachments.of(["b", "a"])] == ["a", "b"]


def test_what_a_message_has_is_taken_and_what_waits_is_its_own(places):
    [message] = add_messages(places, draft(3, 1, 1))
    Attachments(places, ["a"]).attach({"a": message})
    files.hold(places, ["b"], 7)

    attachments = Attachments(places, ["a", "b"])
    with pytest.raises(Conflict):
        take(attachments, "a")
    with pytest.raises(Conflict):
        take(attachments, "b")
    take(attachments, "b", held_id=7)
