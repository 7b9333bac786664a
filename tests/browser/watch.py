"""What a page asks of whom, and what goes wrong there, for as long as it is open."""

import json
from typing import Any, Self
from urllib.parse import urlsplit

from tests.browser.tabs import Tab

# The page tells by itself what its policy of contents has kept it from.
VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  tellOfViolation(`${event.violatedDirective} ${event.blockedURI}`
    + ` at ${event.sourceFile}:${event.lineNumber}:${event.columnNumber}`), true)"""


class Watch:
    """The hosts that a page asked; violations of its policy, and exceptions."""

    def __init__(self) -> None:
        self.hosts: set[str] = set()
        self.faults: list[str] = []

    async def over(self, tab: Tab) -> Self:
        """Begin with the next page that is opened in a tab."""
        tab.listen(self._take)
        for domain in ("Network", "Page", "Runtime"):
            await tab.call(f"{domain}.enable")
        await tab.call("Runtime.addBinding", name="tellOfViolation")
        await tab.call("Page.addScriptToEvaluateOnNewDocument", source=VIOLATIONS)
        return self

    def wrong(self, url: str) -> list[str]:
        """Return what went wrong, where nobody but the server at a URL may be asked."""
        return [*sorted(self.hosts - {urlsplit(url).netloc}), *self.faults]

    def _take(self, method: str, params: dict[str, Any]) -> None:
        match method:
            case "Network.requestWillBeSent":
                self._ask(params["request"]["url"])
            case "Network.webSocketCreated":
                self._ask(params["url"])
            case "Runtime.bindingCalled":
                self.faults.append(params["payload"])
            case "Runtime.exceptionThrown":
                self.faults.append(json.dumps(params["exceptionDetails"]))

    def _ask(self, url: str) -> None:
        if host := urlsplit(url).netloc:  # data: and blob: have none
            self.hosts.add(host)
