"""Rate limits by user of what is sent over the socket, on all connections here."""

from typing import Final

from rtserver.limits import TokenBucket
from rtserver.settings.limits_and_logging import LimitsSettings

# Refusals cost, too: beyond these, reading rests until the next one may be made.
REFUSALS_PER_SECOND = 100.0
REFUSALS_AT_ONCE = 100
REFUSED_BYTES = 4096  # so many more count as another refusal
# To read long frames costs, whatever is in them; a full board still comes in seconds.
BYTES_PER_SECOND = 4 << 20
BYTES_AT_ONCE = 4 << 20
SHORT: Final = 4096  # of shorter frames the rate of commands lets no such amount pass
# To read and send events that were missed costs as commands do, a tenth of it.
REPLAYED_PER_SECOND = 2000.0
REPLAYED_AT_ONCE = 20_000
MAX_WAIT = 5.0
MAX_USERS = 10_000


class Allowance:
    """One user's allowance: what they may send, and when reading rests."""

    __slots__ = ("_bytes", "_commands", "_refusals", "_replayed")

    def __init__(self, limits: LimitsSettings) -> None:
        self._commands = TokenBucket(limits.commands_per_second, limits.commands_burst)
        self._bytes: TokenBucket | None = None
        self._refusals: TokenBucket | None = None
        self._replayed: TokenBucket | None = None

    def take(self, now: float) -> float:
        """Count a command and return 0, or the seconds after which it would pass."""
        return self._commands.take(now)

    def take_over(self, other: "Allowance", now: float) -> None:
        """Count what was sent before it was known by whom."""
        self._commands.spend(now, other._commands.missing(now))

    def read(self, now: float, size: int) -> float:
        """Count a frame's bytes; return for how many seconds to rest."""
        if size <= SHORT:
            return 0.0
        if self._bytes is None:
            self._bytes = TokenBucket(BYTES_PER_SECOND, BYTES_AT_ONCE)
        return self._bytes.spend(now, size)

    def refuse(self, now: float, size: int) -> float:
        """Count a refused frame; return for how many seconds to rest."""
        if self._refusals is None:
            self._refusals = TokenBucket(REFUSALS_PER_SECOND, REFUSALS_AT_ONCE)
        return self._refusals.spend(now, 1 + size // REFUSED_BYTES)

    def replay(self, now: float, events: int) -> None:
        """Count events that were sent again."""
        if self._replayed is None:
            self._replayed = TokenBucket(REPLAYED_PER_SECOND, REPLAYED_AT_ONCE)
        self._replayed.spend(now, events)

    def replay_wait(self, now: float) -> float:
        """Return for how many seconds the next replay has to wait."""
        if self._replayed is None:
            return 0.0
        return min(MAX_WAIT, self._replayed.wait(now, 0))


class Allowances:
    """The allowances of the users who are here, or were lately.

    Those of ``most_users`` are remembered, so that nobody has a new one for coming
    anew; one who is forgotten starts with a full one.
    """

    def __init__(self, limits: LimitsSettings, most_users: int = MAX_USERS) -> None:
        self._limits = limits
        self._most_users = most_users
        self._users: dict[int, Allowance] = {}  # in the order of their last sign-in

    @property
    def bad_frames(self) -> int:
        """Return how many bad requests one connection may send in a minute."""
        return self._limits.bad_frames

    def of_nobody(self) -> Allowance:
        """Return one for a connection that hasn't signed in."""
        return Allowance(self._limits)

    def of_user(self, user_id: int, before: Allowance, now: float) -> Allowance:
        """Return the one that all connections of a user share.

        ``before`` is that which a connection had until it signed in.
        """
        allowance = self._users.pop(user_id, None)
        if allowance is None:
            allowance = before
        else:
            allowance.take_over(before, now)
        self._users[user_id] = allowance
        if len(self._users) > self._most_users:
            del self._users[next(iter(self._users))]
        return allowance

    def replayed(self, user_id: int, now: float, events: int) -> None:
        """Count events that were sent again to a user who is here."""
        if user_id in self._users:
            self._users[user_id].replay(now, events)

    def replay_wait(self, user_id: int, now: float) -> float:
        """Return for how many seconds a user's next replay has to wait."""
        allowance = self._users.get(user_id)
        return 0.0 if allowance is None else allowance.replay_wait(now)
