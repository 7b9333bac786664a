"""Importing people from a file (contract 3.1)."""

from typing import Literal

from handlers.base import ApiHandler
from handlers.operations import MANAGERS, Query, operation
from rtserver.accounts.user_import import ImportView
from rtserver.accounts.user_table import InvalidLines
from rtserver.errors import BadRequest, Forbidden, UnsupportedMediaType

DRY_RUN = Query(
    "dry_run", "`true`: only tell what it would do.", Literal["true", "false"]
)
CSV = "text/csv"


class ImportHandler(ApiHandler):
    """``/api/import/``"""

    @operation(
        MANAGERS,
        {200: ImportView},
        query=(DRY_RUN,),
        uploads=(CSV,),
        errors=(Forbidden, InvalidLines),
        example="email,name,role\nmarta@demo.example,Marta,student\n",
    )
    async def post(self) -> None:
        """Bring people in from a CSV file: all of them, or nobody.

        In UTF-8, with commas or semicolons, and a first line with the names of the
        columns: `email`, `name`, `role`, and if you like `locale`, `timezone` and
        `invite` (`true` or `false`). Who is there already is found by the address; an
        empty cell changes nothing.
        """
        self.actor.require_manager()
        dry_run = self.query("dry_run")
        if dry_run not in (None, "true", "false"):
            raise BadRequest.at("dry_run", "must be true or false")
        view = await self.services.accounts.imports.run(
            self.actor, self._file(), dry_run=dry_run == "true"
        )
        self.reply(view)

    def _file(self) -> bytes:
        declared = self.request.headers.get("Content-Type", "")
        media, _, parameters = declared.lower().partition(";")
        charset = parameters.replace('"', "").replace(" ", "").partition("charset=")[2]
        if media.strip() != CSV or charset not in ("", "utf-8", "utf8"):
            raise UnsupportedMediaType("Send the file as text/csv, in UTF-8.")
        self._check_length(self._body.size)
        self.services.budgets.charge_body(self.actor, self._body.size)
        return self._body.whole()
