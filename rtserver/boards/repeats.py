"""Comparison of elements with the board's, where that takes to read what they say.

To read a large one takes many milliseconds, and whoever plans a change does so in the
writer's thread, for which everybody's changes wait. So a plan asks, by ``Undecided``;
the answers are found elsewhere, and the change is planned anew with them.
"""

import asyncio
from collections.abc import Mapping, Sequence

from rtserver.boards.elements import Element, have_same_content, is_repeat

# What is shorter is compared at once: a thread would cost more.
MAX_INLINE = 16_384

# The JSON of a new element and of the board's, which have one version and one nonce.
Pair = tuple[bytes, bytes]


class Undecided(Exception):
    """A plan that can't be made before these are compared."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        super().__init__(f"{len(pairs)} elements have to be compared first")
        self.pairs = pairs


class Repeats:
    """The answers known while one change is planned, and what it has yet to ask."""

    def __init__(self, known: Mapping[Pair, bool]) -> None:
        self._known = known
        self._asked: list[Pair] = []

    def has(self, new: Element, old: Element) -> bool:
        """Return whether ``new`` repeats ``old``; a guess until ``settle``."""
        plain = is_repeat(new, old)
        if plain is not None:
            return plain
        pair = new.raw, old.raw
        if pair not in self._known:
            self._asked.append(pair)
        return self._known.get(pair, False)

    def settle(self) -> None:
        """Raise Undecided if something had to be guessed."""
        if self._asked:
            raise Undecided(self._asked)


class Comparer:
    """Finds the answers, beside the loop where that takes long.

    One change's at a time: who sends many shares one thread's time with its like, and
    doesn't take everybody else's.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def compare(self, pairs: Sequence[Pair]) -> dict[Pair, bool]:
        """Return for each pair whether it says the same."""
        if sum(len(one) + len(other) for one, other in pairs) <= MAX_INLINE:
            return _compare(pairs)
        async with self._turn:
            return await asyncio.to_thread(_compare, pairs)


def _compare(pairs: Sequence[Pair]) -> dict[Pair, bool]:
    return {pair: have_same_content(*pair) for pair in pairs}
