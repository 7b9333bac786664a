"""The files that messages name: whose they have to be, and which are taken."""

from collections.abc import Iterable, Mapping

from rtserver.errors import Conflict
from store import files
from store.records import FileRecord
from store.transaction import Transaction

REFUSED = (
    "files: each has to be one of your own, uploaded for this lesson's chat, and not "
    "named by a message yet."
)


class Attachments:
    """The files that a batch of messages names, each of which takes its own."""

    def __init__(self, tx: Transaction, file_ids: Iterable[str]) -> None:
        self._tx = tx
        ids = set(file_ids)
        self._files = files.by_ids(tx, ids) if ids else {}
        self._taken: dict[str, object] = {}

    def take(
        self,
        file_ids: Iterable[str],
        *,
        by: object,
        author_id: int,
        lesson_id: int,
        held_id: int | None,
    ) -> None:
        """Take files for a message, or raise ``Conflict``; twice ``by`` the same."""
        for file_id in file_ids:
            file = self._files.get(file_id)
            if file is None or (file.user_id, file.lesson_id) != (author_id, lesson_id):
                raise Conflict(REFUSED)
            if file.purpose != "chat" or file.message_id is not None:
                raise Conflict(REFUSED)
            if file.held_id != held_id or self._taken.setdefault(file_id, by) != by:
                raise Conflict(REFUSED)

    def attach(self, owners: Mapping[str, int]) -> None:
        """Give the files that were taken to their messages."""
        files.attach(self._tx, owners)

    def of(self, file_ids: Iterable[str]) -> tuple[FileRecord, ...]:
        """Return files as messages show them: in the order of their upload."""
        found = [self._files[file_id] for file_id in file_ids]
        return tuple(sorted(found, key=lambda file: file.number))
