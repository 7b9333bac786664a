"""The API documents, and the pages that show them (contract 3.5)."""

import asyncio

from handlers.api_docs.documents import Document, Documents
from handlers.base import BaseHandler, CrossSiteHandler
from handlers.encodings import best_coding
from handlers.operations import operation

# Swagger UI sets styles in its markup, and has its icons in data: addresses.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


class DocumentHandler(CrossSiteHandler):
    """Answers with what never changes while the server runs."""

    async def get(self) -> None:
        documents: Documents = self.settings["documents"]
        # Built and packed at the first request: too long for the loop.
        document = await asyncio.to_thread(documents.get, self.route)
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Referrer-Policy", "no-referrer")
        send(self, document)


def send(handler: BaseHandler, document: Document) -> None:
    """Answer with a document, packed for who takes it; 304 for who has it."""
    handler.set_header("Content-Type", document.type)
    handler.set_header("Cache-Control", "no-cache")
    handler.set_header("ETag", document.etag)
    handler.add_header("Vary", "Accept-Encoding")
    if handler.check_etag_header():
        handler.set_status(304)
        handler.finish()
    elif best_coding(handler.request.headers.get("Accept-Encoding", ""), ["gzip"]):
        handler.set_header("Content-Encoding", "gzip")
        handler.finish(document.packed)
    else:
        handler.finish(document.body)


class OpenapiHandler(DocumentHandler):
    @operation("everyone", {200: dict})
    async def get(self) -> None:
        """Read this document: OpenAPI 3.1."""
        await super().get()


class AsyncapiHandler(DocumentHandler):
    @operation("everyone", {200: dict})
    async def get(self) -> None:
        """Read the document of the WebSocket: AsyncAPI 3.0."""
        await super().get()
