"""``/metrics``, for Prometheus."""

from ipaddress import ip_network

from handlers.base import BaseHandler
from handlers.operations import operation
from rtserver.edge.proxies import is_allowed
from rtserver.errors import Forbidden

# Each tells that somebody stands between the client and us.
FORWARDED = (
    "Forwarded",
    "Via",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-Ip",
)
ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))


class MetricsHandler(BaseHandler):
    """Answers addresses of ``server.metrics_allow``, behind trusted proxies too."""

    @operation(
        "addresses of `server.metrics_allow`",
        {200: str},
        errors=(Forbidden,),
        media="text/plain",
    )
    async def get(self) -> None:
        """Read the server's figures, as Prometheus takes them."""
        allowed = self.services.settings.server.metrics_allow
        if not self._is_addressed() or not is_allowed(self.client_address, allowed):
            raise Forbidden("This address isn't in [server] metrics_allow.")
        accept = self.request.headers.get("Accept", "")
        await self.services.figures.outbox_depth.refresh()
        page, content_type = self.services.figures.metrics.page(accept)
        self.set_header("Content-Type", content_type)
        self.finish(page)

    def _is_addressed(self) -> bool:
        """Return whether the client's address is known: own, or a trusted proxy's."""
        hops = self.request.headers.get("X-Forwarded-For")
        if hops is None:
            return not any(name in self.request.headers for name in FORWARDED)
        proxy = self.request.remote_ip or ""
        if not is_allowed(proxy, self.services.edge.trusted_proxies):
            return False
        return is_allowed(hops.rpartition(",")[2], ANYWHERE)
