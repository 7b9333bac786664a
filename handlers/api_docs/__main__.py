"""Print the OpenAPI document, for builds: ``python -m handlers.api_docs``."""

import sys

from handlers.api_docs.documents import Documents
from handlers.routes import ROUTES
from rtserver.settings.model import Settings

if __name__ == "__main__":
    documents = Documents(ROUTES, text_length=Settings().chat.max_length)
    sys.stdout.buffer.write(documents.get("/api/openapi.json").body)
