"""Let something pass at most once per interval and key."""

from collections import OrderedDict
from collections.abc import Hashable


class Throttle:
    """Remembers when each key last passed; what is older than ``interval`` is gone."""

    def __init__(self, interval: float) -> None:
        self._interval = interval
        self._passed: OrderedDict[Hashable, float] = OrderedDict()

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._passed)

    def take(self, key: Hashable, now: float) -> bool:
        """Return whether ``key`` may pass now, and if so remember it."""
        self._forget(now)
        if key in self._passed:
            return False
        self._passed[key] = now
        return True

    def _forget(self, now: float) -> None:
        while self._passed:
            key, passed = next(iter(self._passed.items()))
            if now - passed < self._interval:
                return
            del self._passed[key]
