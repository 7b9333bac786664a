"""The budget of mails that a tutor may cause by changing lessons."""

import asyncio
from contextlib import suppress

from rtserver.access.actor import Actor
from rtserver.access.budgets import Budget


class MailBudget:
    """A budget of mails for each who changes lessons, without managing them all.

    How many a change causes is known once it is made; so the next one is refused while
    there were too many.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._loop: asyncio.AbstractEventLoop | None = None

    def require(self, actor: Actor) -> None:
        """Raise RateLimited if the actor has caused too many mails lately."""
        self._loop = asyncio.get_running_loop()
        self._budget.charge(actor, 0)

    def caused(self, actor: Actor, mails: int) -> None:
        """Note, in any thread, how many mails the actor has caused."""
        # Without a loop nobody has made a change yet that could cause many.
        if self._loop is None or actor.manages:
            return
        with suppress(RuntimeError):  # it may be closed by now
            self._loop.call_soon_threadsafe(self._budget.spend, actor.user_id, mails)
