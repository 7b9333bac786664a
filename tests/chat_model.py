"""What a moderated chat has to be, in a page of Python: who may see and do what."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MODES = ("open", "tutors", "moderated")
MAX_HELD = 20
MOST = 100  # more unread ones aren't counted


@dataclass(eq=False)
class Said:
    """Something that somebody has said, or wants to; ``word`` is all of its text.

    ``state``: held, public, refused (rejected or withdrawn), deleted. ``sent`` is the
    text that was first sent with the ``client_id``.
    """

    word: str
    author: int
    client_id: str
    state: str
    held_id: int = 0
    message_id: int = 0
    created_seq: int = 0
    was_public: bool = False
    sent: str = field(init=False)

    def __post_init__(self) -> None:
        self.sent = self.word


class ChatModel:
    """One lesson's chat: members by role, the mode, and all that was said.

    Whatever asks for a status gives that of the answer which is due.
    """

    def __init__(self, admin: int, members: dict[int, str]) -> None:
        self.admin = admin
        self.members = dict(members)
        self.ever_tutors = {id for id, role in members.items() if role == "tutor"}
        self.mode = "open"
        self.seq = 0
        self.all: list[Said] = []
        self.by_word: dict[str, Said] = {}
        self.marks: dict[int, int] = {}
        self.starts = dict.fromkeys(members, 0)

    # What may be seen

    def may_see(self, user: int, word: str) -> bool:
        """Return whether a text may be in anything that a user is told just now."""
        said = self.by_word.get(word)
        if said is None or word != said.word:
            return False  # never heard of, or edited since
        if said.state == "held":
            return user == said.author or self.members.get(user) == "tutor"
        return said.state == "public" and user in self.members

    def may_keep(self, user: int, word: str) -> bool:
        """Return whether a text may be in a user's export: their own alone."""
        said = self.by_word.get(word)
        own = said is not None and said.author == user and word == said.word
        return own and said is not None and said.state in ("held", "public")

    def may_be_mailed(self, user: int, word: str) -> bool:
        """Return whether a mail to a user may have a text, as it was when it went."""
        said = self.by_word.get(word)
        return user in self.ever_tutors or (said is not None and said.was_public)

    def may_be_stored(self, word: str) -> bool:
        """Return whether a text may be anywhere in the database."""
        said = self.by_word.get(word)
        kept = said is not None and said.word == word
        return kept and said is not None and said.state in ("held", "public")

    def history(self) -> list[str]:
        """Return the texts of the history, newest first."""
        public = [said for said in self.all if said.state == "public"]
        public.sort(key=lambda said: said.message_id, reverse=True)
        return [said.word for said in public]

    def waiting(self, user: int) -> list[str]:
        """Return the texts of what waits and a member may see, oldest first."""
        return [
            said.word
            for said in self.held()
            if self.members[user] == "tutor" or said.author == user
        ]

    def held(self) -> list[Said]:
        return [said for said in self.all if said.state == "held"]

    def unread(self, user: int) -> int:
        start = max(self.marks.get(user, 0), self.starts[user])
        news = (
            said
            for said in self.all
            if said.state == "public"
            and said.author != user
            and said.created_seq > start
        )
        return min(MOST, sum(1 for _ in news))

    # What may be done

    def outsider(self, user: int) -> int:
        """Return the status for who takes no part; 0 for members."""
        if user in self.members:
            return 0
        return 403 if user == self.admin else 404

    def is_tutor(self, user: int) -> bool:
        return self.members.get(user) == "tutor"

    def speaks(self, user: int) -> bool:
        return self.is_tutor(user) or self.mode == "open"

    def post(self, user: int) -> int:
        if status := self.outsider(user):
            return status
        if self.speaks(user):
            return 201
        if self.mode == "tutors":
            return 403
        waiting = sum(1 for said in self.held() if said.author == user)
        return 422 if waiting >= MAX_HELD else 202

    def again(self, said: Said) -> int:
        """Return what the same ``client_id`` and text give once more."""
        told = {"held": 202, "public": 200, "deleted": 200, "refused": 409}
        return self.outsider(said.author) or told[said.state]

    def approve(self, user: int, said: Said) -> int:
        if status := self.reject(user, said):
            return status if status != 204 else self._approved(said)
        raise AssertionError(status)

    def _approved(self, said: Said) -> int:
        return 201 if said.author in self.members else 409

    def reject(self, user: int, said: Said) -> int:
        if status := self.outsider(user):
            return status
        if not self.is_tutor(user):
            return 403
        return 204 if said.state == "held" else 409

    def withdraw(self, user: int, said: Said) -> int:
        if status := self.outsider(user):
            return status
        if user != said.author:
            return 403
        return 204 if said.state == "held" else 409

    def edit(self, user: int, said: Said) -> int:
        if status := self.outsider(user):
            return status
        if user != said.author or not self.speaks(user):
            return 403
        return 200 if said.state == "public" else 409

    def delete(self, user: int, said: Said) -> int:
        if status := self.outsider(user):
            return status
        if user != said.author and not self.is_tutor(user):
            return 403
        return 204 if said.state == "public" else 409

    def set_mode(self, user: int) -> int:
        if user in self.members:
            return 200 if self.is_tutor(user) else 403
        return 404

    # What was done

    def said(self, said: Said) -> None:
        self.all.append(said)
        self.by_word[said.word] = said

    def publish(self, said: Said, message_id: int) -> None:
        self.seq += 1
        said.state, said.was_public = "public", True
        said.message_id, said.created_seq = message_id, self.seq

    def edited(self, said: Said, word: str) -> None:
        self.seq += 1
        said.word = word
        self.by_word[word] = said

    def deleted(self, said: Said) -> None:
        self.seq += 1
        said.state = "deleted"

    def join(self, user: int, role: str) -> None:
        self.members[user] = role
        self.starts[user] = self.seq
        self.set_role(user, role)

    def set_role(self, user: int, role: str) -> None:
        self.members[user] = role
        if role == "tutor":
            self.ever_tutors.add(user)

    def mark(self, user: int, seq: int) -> int:
        mark = max(self.marks.get(user, 0), min(seq, self.seq))
        self.marks[user] = mark
        return mark


def messages(all: Iterable[Said]) -> list[Said]:
    """Return those that are messages, deleted ones too."""
    return [said for said in all if said.message_id]


def once_held(all: Iterable[Said]) -> list[Said]:
    """Return those that a tutor had, or has, to look at first."""
    return [said for said in all if said.held_id]
