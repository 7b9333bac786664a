"""What is answered where there is nothing."""

from handlers.base import BaseHandler
from rtserver.errors import NotFound


class NotFoundHandler(BaseHandler):
    """The handler of every address that no other one answers."""

    def allowed_methods(self) -> list[str]:
        return list(self.SUPPORTED_METHODS)

    async def admit(self) -> None:
        raise NotFound("There is nothing at this address.")
