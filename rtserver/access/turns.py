"""Turns: each user has so many, and who wants more waits."""

import asyncio
from weakref import WeakValueDictionary


class Turns:
    """The semaphores of all users, one for each who has a turn or waits for one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._semaphores: WeakValueDictionary[int, asyncio.Semaphore] = (
            WeakValueDictionary()
        )

    def of(self, user_id: int) -> asyncio.Semaphore:
        """Return a user's; whoever acquires it keeps it until they release it."""
        semaphore = self._semaphores.get(user_id)
        if semaphore is None:
            semaphore = self._semaphores[user_id] = asyncio.Semaphore(self._most)
        return semaphore
