"""The answer where there is nothing."""

from handlers import cross_site
from handlers.base import CrossSiteHandler
from rtserver.errors import NotFound


class NotFoundHandler(CrossSiteHandler):
    """The handler of every address that no other one answers.

    A preflight is well, or the browser would tell of CORS instead of a wrong address.
    """

    def allowed_methods(self) -> tuple[str, ...]:
        return self.SUPPORTED_METHODS

    async def admit(self) -> None:
        if not cross_site.is_preflight(self.request):
            raise NotFound("There is nothing at this address.")
