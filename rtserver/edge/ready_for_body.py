"""The future by which a handler tells that it is ready for its request's body."""

import asyncio
from collections.abc import Callable


class ReadyForBody(asyncio.Future[None]):
    """A future that has ``then`` called as soon as it is done, and not a tick later."""

    then: Callable[[], None] | None = None

    def set_result(self, result: None) -> None:
        super().set_result(result)
        if self.then is not None:
            self.then()
