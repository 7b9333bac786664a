"""The classroom page (contract 3.5), for browsers that ask for what is nowhere else."""

import asyncio
from importlib.resources.abc import Traversable

from handlers.encodings import names_html
from handlers.not_found import NotFoundHandler
from handlers.page_files import INDEX, PageFile, read

FILES = "/page/"
# Whoever asks for something below these wants no page.
RESERVED = ("/api", "/ws", "/healthz", "/readyz", "/metrics", "/page")
# The two styles that React Aria adds to a page: for fingers, and for dialogs on iOS.
# And the one that Excalidraw writes into a drawing to be saved: white-space: pre;
# All others are in files, or set by scripts on an element, which a policy lets pass.
STYLES = (
    "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=' "
    "'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='"
)
DRAWN = "'sha256-z8KTzswc4v8taSUJ/JTguDMagJvum9ej3m3yXld36bE='"
# Excalidraw makes its pictures in data: and blob:.
POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' {STYLES}; "
    f"style-src-attr 'unsafe-hashes' {DRAWN}; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>rtserver</title>
<h1>The classroom page isn't built on this server</h1>
<p><code>make web</code> in the checkout builds it, with Node.js or without, where an
npm registry can be reached; then load this page again. The server goes on.</p>
<p>All else is here: <a href="/api/docs/">the API</a>, and the WebSocket at
<code>/ws</code>. To have no page at all, set <code>web.enabled = false</code>.</p>
</html>
"""


class PageHandler(NotFoundHandler):
    """The handler of every address that no other one answers.

    It has the page's files, and the page itself at any address that a browser opens;
    else there is nothing.
    """

    async def admit(self) -> None:
        if not self._is_of_page():
            await super().admit()

    async def get(self, *args: str) -> None:
        path = self.request.path
        name = path.removeprefix(FILES) if path.startswith(FILES) else INDEX
        folder: Traversable = self.settings["page_folder"]
        accepted = self.request.headers.get("Accept-Encoding", "")
        file = await asyncio.to_thread(read, folder, name, accepted)
        self.route = "(page)"
        if file is not None:
            self._send(file)
        elif name == INDEX:
            self._tell_how_to_build()
        else:
            await super().admit()

    def _is_of_page(self) -> bool:
        if self.request.method not in ("GET", "HEAD"):
            return False
        if not self.services.settings.web.enabled:
            return False
        path = self.request.path
        if path.startswith(FILES):
            return True
        if any(path == each or path.startswith(f"{each}/") for each in RESERVED):
            return False
        return names_html(self.request.headers.get("Accept", ""))

    def _send(self, file: PageFile) -> None:
        self._set_policy()
        self.set_header("Content-Type", file.type)
        forever = "public, max-age=31536000, immutable"
        self.set_header("Cache-Control", forever if file.is_immutable else "no-cache")
        self.set_header("ETag", file.etag)
        self.add_header("Vary", "Accept-Encoding, Accept")
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        if file.coding is not None:
            self.set_header("Content-Encoding", file.coding)
        self.finish(file.body)

    def _tell_how_to_build(self) -> None:
        self._set_policy()
        self.set_status(404)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(NOT_BUILT)

    def _set_policy(self) -> None:
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
