"""The school for anybody (contract 3.5): its name, its look, what there is."""

import hashlib

import msgspec

from handlers.base import ApiHandler
from handlers.operations import operation
from rtserver import __version__
from rtserver.errors import NotFound
from rtserver.settings.locales import OFFERED

LOGO = "/api/school/logo"
# An SVG may hold scripts, and somebody may open it as a page: it gets to do nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
FRESH_SECONDS = 300


class FileRulesView(msgspec.Struct, frozen=True):
    """The rules of which files are taken."""

    max_bytes: int
    types: tuple[str, ...]


class SchoolView(msgspec.Struct, frozen=True):
    """A school, as its pages need to know it before anybody has signed in.

    ``locale`` and ``timezone`` are those of people who have chosen none; ``locales``
    are the languages of mails. ``sign_in``: with a password, here; ``calls``: lessons
    have video calls.
    """

    name: str
    color: str
    logo: str | None
    locale: str
    locales: tuple[str, ...]
    timezone: str
    version: str
    sign_in: bool
    calls: bool
    files: FileRulesView


class SchoolHandler(ApiHandler):
    """``/api/school/``"""

    public = True

    @operation("everyone", {200: SchoolView})
    def get(self) -> None:
        """Read what pages need before anybody has signed in."""
        settings = self.services.settings
        has_logo = self.services.logo is not None
        self.set_header("Cache-Control", "no-cache")
        self.reply(
            SchoolView(
                name=settings.school.name,
                color=settings.school.color,
                # Without a base_url a page has its own way to this server.
                logo=settings.server.base_url + LOGO if has_logo else None,
                locale=settings.notifications.locale,
                locales=OFFERED,
                timezone=settings.notifications.timezone,
                version=__version__,
                sign_in=self.services.accounts.logins.signs,
                calls=bool(settings.calls.url),
                files=FileRulesView(settings.files.max_bytes, settings.files.types),
            )
        )


class LogoHandler(ApiHandler):
    """The picture of ``school.logo_file``."""

    public = True

    @operation("everyone", {200: bytes}, errors=(NotFound,), media="image/*")
    def get(self) -> None:
        """Read the school's logo; 404 if it has none."""
        logo = self.services.logo
        if logo is None:
            raise NotFound("This school has no logo.")
        self.set_header("Content-Type", logo.type)
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.set_header("Cache-Control", f"public, max-age={FRESH_SECONDS}")
        self.set_header("ETag", f'"{hashlib.sha256(logo.body).hexdigest()[:32]}"')
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
        else:
            self.finish(logo.body)


class TextsHandler(ApiHandler):
    """The texts of ``web.texts_file``, in place of the classroom page's own."""

    public = True

    @operation("everyone", {200: dict[str, dict[str, str]]})
    def get(self) -> None:
        """Read the school's own texts, by language and key; mostly none."""
        self.set_header("Cache-Control", "no-cache")
        self.reply(self.services.page_texts)
