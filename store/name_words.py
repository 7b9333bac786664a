"""The search for people by the beginning of any word of their names.

Of each name is kept what begins at each of its words, folded, in bytes: these are in
the same order in every database, so that an index finds all that begin alike.
"""

import re
import unicodedata

# What may be asked for, in characters, and what is kept: folding makes three of one.
MAX_ASKED = 100
MAX_KEPT = 3 * MAX_ASKED
# People type one, and names have another: o'brien, o’brien, Мар'яна, Марʼяна.
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘`´", "'"))
# Turkish has i with a dot and without, in lower case and in upper: folding parts them.
_DOTS = {"i\u0307": "i", "ı": "i"}
_SPACES = re.compile(r"\s+")
# Behind these a letter begins no word, besides letters and digits themselves.
_JOINERS = "\u200c\u200d"
_LAST_LATIN = "\u024f"


def beginnings(name: str) -> set[bytes]:
    """Return what is kept of a name: it from each of its words on."""
    folded = _folded(name)
    return {
        folded[at : at + MAX_KEPT].encode("utf-8", "replace")
        for at in range(len(folded))
        if _begins_word(folded, at)
    }


def bounds(asked: str) -> tuple[bytes, bytes] | None:
    """Return between which bytes all lies that begins so; None for no characters.

    The first counts, the second doesn't: no byte of UTF-8 is as high.
    """
    low = _folded(asked).encode("utf-8", "replace")
    return (low, low + b"\xff") if low else None


def _folded(text: str) -> str:
    """Return what is equal for names that differ in case, composition and spaces."""
    composed = unicodedata.normalize("NFC", text.translate(_APOSTROPHES)).casefold()
    for dotted, plain in _DOTS.items():
        composed = composed.replace(dotted, plain)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", composed)).strip()


def _begins_word(text: str, at: int) -> bool:
    if not text[at].isalnum():
        return False
    if at == 0:
        return True
    before = text[at - 1]
    if before == "'":
        return _parts(text, at - 1)
    # A vowel sign of Devanagari is a mark, and no letter: it ends no word.
    joins = before in _JOINERS or unicodedata.category(before)[0] == "M"
    return not (before.isalnum() or joins)


def _parts(text: str, at: int) -> bool:
    """Return whether an apostrophe parts words, as in O'Neil; in Мар'яна it doesn't."""
    before = text[at - 1] if at else " "
    return not before.isalnum() or before <= _LAST_LATIN
