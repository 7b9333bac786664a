"""The access tokens of a client, as a callback of its user's gives them."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

from rtserver_client.retry import CommandError

TokenCallback = Callable[[bool], str | Awaitable[str | None] | None]


class Tokens:
    """The source of tokens; asks for one ``fresh`` at a time, as it spends another.

    Whoever waits may go: the callback is carried through, and the next gets its token.
    ``refused`` hears that there will be none any more.
    """

    def __init__(self, token: TokenCallback, refused: Callable[[], None]) -> None:
        if not callable(token):
            what = type(token).__name__
            raise TypeError(f"token: expected a function that gives one, not {what}")
        self._token = token
        self._on_refused = refused
        self._fresh: asyncio.Task[str] | None = None

    async def get(self, *, fresh: bool) -> str:
        """Return a token, a new one if ``fresh``; raises what the callback raises."""
        if not fresh:
            return await self._ask(fresh=False)
        if self._fresh is None:
            self._fresh = asyncio.create_task(self._ask(fresh=True))
            self._fresh.add_done_callback(self._answered)
        return await asyncio.shield(self._fresh)

    def close(self) -> None:
        """Wait for no token any more."""
        if self._fresh is not None:
            self._fresh.cancel()

    async def _ask(self, *, fresh: bool) -> str:
        given = await self._call(fresh)
        if not isinstance(given, str) or not given:
            what = "an empty one" if given == "" else type(given).__name__
            raise TypeError(f"token: expected a string, an access token, not {what}")
        return given

    async def _call(self, fresh: bool) -> object:
        """Call back; None, or ``unauthenticated``, says: somebody has to sign in."""
        try:
            token = self._token(fresh)
            given: object = await token if inspect.isawaitable(token) else token
        except CommandError as error:
            if error.code != "unauthenticated":
                raise
            given = None
        if given is None:
            self._on_refused()
            raise CommandError("unauthenticated", "there is no token: sign in again")
        return given

    def _answered(self, fresh: asyncio.Task[str]) -> None:
        self._fresh = None
        if not fresh.cancelled():
            fresh.exception()  # known, also where nobody waits any more
