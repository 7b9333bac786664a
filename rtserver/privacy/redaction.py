"""Take a person's name and address out of what was written about them."""

import json
import re
from typing import Any

from rtserver.accounts.tombstone import NAME, address_of, is_erased
from store.records import UserRecord

# Shorter names are too often another word, so capitals count.
_LONG = 4
# What the server itself writes into JSON is no name, though somebody be called so.
_WORDS = frozenset(
    (
        *("accepted", "admin", "author", "by", "cancelled", "draw", "id", "invited"),
        *("lesson", "name", "removed", "role", "scheduled", "seq", "sequence"),
        *("status", "student", "title", "tutor", "user", "view", "was"),
    )
)


class Redaction:
    """The stand-ins for one person's name and address, wherever these are found.

    ``{"id": 7, "name": …}`` is a person: by that also an earlier name of theirs is
    found, and the same name of somebody else is left alone.
    """

    def __init__(self, user: UserRecord) -> None:
        self._id = user.id
        self._address = address_of(user.id)
        terms = [] if is_erased(user) else [_words(user.name), _email(user.email)]
        self._terms = list(zip(terms, (NAME, self._address), strict=False))

    def names(self, text: str) -> bool:
        """Return whether a text has the name or the address in it."""
        return any(term.search(text) for term, _ in self._terms)

    def text(self, text: str) -> str:
        """Replace name and address wherever they stand as words."""
        for term, stand_in in self._terms:
            text = term.sub(stand_in, text)
        return text

    def json(self, raw: str) -> str:
        """Do the same in a JSON text; one without them comes back as it is."""
        value = json.loads(raw)
        clean = self._clean(value)
        if clean == value:
            return raw
        return json.dumps(clean, ensure_ascii=False, separators=(",", ":"))

    def _clean(self, value: Any) -> Any:
        match value:
            case str():
                return self._word(value)
            case list():
                return [self._clean(each) for each in value]
            case dict():
                return self._clean_object(value)
        return value

    def _clean_object(self, value: dict[str, Any]) -> dict[str, Any]:
        whose = value.get("id", value.get("user_id"))
        if not isinstance(value.get("name"), str) or whose is None:
            return {self._word(k): self._clean(v) for k, v in value.items()}
        mine = str(whose) == str(self._id)
        name = NAME if mine else self._unless_namesake(value["name"])
        rest = {k: self._clean(v) for k, v in value.items() if k != "name"}
        return {k: name if k == "name" else rest[k] for k in value}

    def _word(self, text: str) -> str:
        return text if text in _WORDS else self.text(text)

    def _unless_namesake(self, name: str) -> str:
        """Clean the name of a thing, such as a group called after the person.

        Left alone if it is the very same: then it is another person's.
        """
        same = any(term.fullmatch(name) for term, _ in self._terms)
        return name if same else self.text(name)


def _words(name: str) -> re.Pattern[str]:
    """Match a name as whole words, however its spaces are written."""
    spaced = r"\s+".join(map(re.escape, name.split()))
    flags = re.IGNORECASE if len(name) >= _LONG else re.NOFLAG
    return re.compile(rf"(?<!\w){spaced}(?!\w)", flags)


def _email(address: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-])", re.IGNORECASE)
