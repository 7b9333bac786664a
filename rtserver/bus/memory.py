"""A bus without Redis: for one process, or for several servers inside one."""

import asyncio

from rtserver.bus.contract import BusListener


class Exchange:
    """The exchange at which the buses of one process meet."""

    def __init__(self) -> None:
        self.buses: list[MemoryBus] = []


class MemoryBus:
    """Hands messages to the other buses of its exchange; by default there are none."""

    def __init__(self, exchange: Exchange | None = None) -> None:
        self.alone = exchange is None
        self._exchange = exchange or Exchange()
        self._topics: set[str] = set()
        self._listener: BusListener | None = None

    def publish(self, topic: str, message: bytes) -> None:
        loop = asyncio.get_running_loop()
        for bus in self._exchange.buses:
            if bus is not self and topic in bus._topics:
                loop.call_soon(bus._take, topic, message)

    def follow(self, topic: str) -> None:
        if topic in self._topics:
            return
        self._topics.add(topic)
        if not self.alone:
            asyncio.get_running_loop().call_soon(self._confirm, topic)

    def unfollow(self, topic: str) -> None:
        self._topics.discard(topic)

    async def start(self, listener: BusListener) -> None:
        self._listener = listener
        self._exchange.buses.append(self)

    async def stop(self) -> None:
        self._exchange.buses.remove(self)

    def _take(self, topic: str, message: bytes) -> None:
        if topic in self._topics and self._listener is not None:
            self._listener.received(topic, message)

    def _confirm(self, topic: str) -> None:
        if self._listener is not None:
            self._listener.subscribed([topic])
