"""End the connections whose token has run out, or whose user may no longer be here."""

import asyncio
from collections.abc import Callable, Collection, Mapping

from rtserver.access.actor import Actor
from rtserver.accounts.identity import Identity
from rtserver.accounts.tokens import LEEWAY, Claims
from rtserver.clock import Clock
from rtserver.delivery.session import Session, Sessions
from rtserver.errors import CloseCode, Disconnect
from store.errors import StoreError

_EXPIRY_TICK = 1.0
_RETRY = 1.0
_NO_LONGER_VALID = Disconnect(CloseCode.TOKEN_INVALID, "the token is no longer valid")


class Revalidation:
    """The checks after which a session may go on, or has to end.

    Expiry is looked at every second; accounts and logins in one batched query. A check
    that can't be made closes nothing, and is made again. ``regroup`` gets the users of
    this process who became or ceased to be admins.
    """

    def __init__(
        self,
        sessions: Sessions,
        identity: Identity,
        clock: Clock,
        regroup: Callable[[set[int]], None],
        *,
        interval: float,
    ) -> None:
        self._sessions = sessions
        self._identity = identity
        self._clock = clock
        self._interval = interval
        self._regroup = regroup
        self._wake = asyncio.Event()

    def check_soon(self, user_id: int) -> None:
        """Check a user's sessions now, and before they do anything more."""
        for session in self._sessions.of_user(user_id):
            session.pending_revalidations += 1
        self._wake.set()

    async def require(self, session: Session) -> None:
        """Check a session that has yet to be revalidated.

        Raises ``Disconnect``, or ``StoreUnavailable`` when it can't be checked.
        """
        if await self._find_invalid([session]):
            raise _NO_LONGER_VALID

    async def check(self, sessions: Collection[Session]) -> None:
        """End those whose user or login ended; raises ``StoreUnavailable``."""
        for session in await self._find_invalid(sessions):
            session.end(_NO_LONGER_VALID.code, _NO_LONGER_VALID.reason)

    def close_expired(self) -> None:
        """End the sessions whose token ended longer ago than the leeway."""
        latest = self._clock.now().timestamp() - LEEWAY
        for session in self._sessions:
            if session.claims.expires_at <= latest:
                session.end(CloseCode.TOKEN_EXPIRED, "the token has expired")

    def close_unsigned(self) -> int:
        """End the sessions whose token's key was taken away; return their number."""
        ended = [each for each in self._sessions if not self._signed(each)]
        for session in ended:
            session.end(_NO_LONGER_VALID.code, _NO_LONGER_VALID.reason)
        return len(ended)

    def _signed(self, session: Session) -> bool:
        return self._identity.is_signed(session.claims)

    async def run_expiry(self) -> None:
        """Close sessions as their tokens end."""
        while True:
            await asyncio.sleep(_EXPIRY_TICK)
            self.close_expired()

    async def run_checks(self) -> None:
        """Check all sessions every interval, and those after a change at once."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self._interval
        while True:
            everybody = not await self._woken(due)
            self._wake.clear()
            try:
                await self.check(self._due(everybody=everybody))
            except StoreError:
                # ``due`` stays: a check of all that failed isn't left out.
                await asyncio.sleep(_RETRY)
                self._wake.set()
                continue
            if everybody:
                due = loop.time() + self._interval

    def _due(self, *, everybody: bool) -> list[Session]:
        every = self._sessions
        return [each for each in every if everybody or each.pending_revalidations]

    async def _woken(self, due: float) -> bool:
        """Wait for a change; False when the next check of all is due before one."""
        try:
            async with asyncio.timeout_at(due):
                return await self._wake.wait()
        except TimeoutError:
            return False

    async def _find_invalid(self, sessions: Collection[Session]) -> list[Session]:
        """Find whose token no longer counts, and note that the others' were checked."""
        # As they are now: a change or a new token may come while the database is asked.
        asked = [(each, each.claims, each.pending_revalidations) for each in sessions]
        if not asked:
            return []
        held = {claims for _, claims, _ in asked}
        valid = await self._identity.still_valid(held)
        self._note_actors([(session, claims) for session, claims, _ in asked], valid)
        invalid = held - valid.keys()
        for session, _, pending in asked:
            if session.claims in invalid or session.pending_revalidations != pending:
                continue
            session.pending_revalidations = 0
        return [session for session, _, _ in asked if session.claims in invalid]

    def _note_actors(
        self, asked: Collection[tuple[Session, Claims]], valid: Mapping[Claims, Actor]
    ) -> None:
        """Have the sessions know who their users are by now."""
        moved: set[int] = set()
        for session, claims in asked:
            actor = valid.get(claims, session.actor)
            if actor.manages != session.actor.manages:
                moved.add(session.user_id)
            session.actor = actor
        if moved:
            self._regroup(moved)
