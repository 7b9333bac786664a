"""The values of an address: the ids of its path, and its query."""

import re

import tornado.web

from rtserver.errors import BadRequest, NotFound
from rtserver.input import cursors

MAX_ID = 2**53 - 1


class ParameterReader(tornado.web.RequestHandler):
    """A handler that reads ids and parameters; BadRequest names what is wrong."""

    def query_int(self, name: str, *, minimum: int, maximum: int, default: int) -> int:
        """Read a whole number from the query."""
        text = self.query(name)
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,16}", text):
            raise BadRequest.at(name, "must be a whole number")
        if not minimum <= int(text) <= maximum:
            raise BadRequest.at(name, f"must be from {minimum} to {maximum}")
        return int(text)

    def path_id(self, text: str) -> int:
        """Read an id of the address; one out of bounds names nothing."""
        if not 1 <= int(text) <= MAX_ID:
            raise NotFound()
        return int(text)

    def query_id(self, name: str) -> int:
        """Read a required id from the query."""
        value = self.query_int(name, minimum=1, maximum=MAX_ID, default=0)
        if not value:
            raise BadRequest.at(name, "is missing")
        return value

    def query(self, name: str) -> str | None:
        """Read a text from the query; 400 when it is there twice or unreadable."""
        values = self.request.query_arguments.get(name)
        if not values:
            return None
        if len(values) > 1:
            raise BadRequest.at(name, "is there more than once")
        try:
            return values[0].decode()
        except UnicodeDecodeError:
            raise BadRequest.at(name, "is not UTF-8") from None

    def page_size(self) -> int:
        return self.query_int("limit", minimum=1, maximum=cursors.MAX_ROWS, default=50)
