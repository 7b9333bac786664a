"""The check of where mails lead: whether there is a page for a lesson."""

from rtserver.checks import web
from rtserver.checks.outcome import Skipped, Warned
from rtserver.settings.model import Settings
from rtserver.settings.server_url import lesson_url, password_url

GONE = (404, 410)
PAGE = {"Accept": "text/html"}


def links(settings: Settings) -> str:
    """Ask for the page of a lesson, as who has got a mail does."""
    base_url, own = settings.server.base_url, settings.notifications.lesson_url
    if not base_url and not own:
        raise Skipped("[server] base_url is empty: mails lead to this machine")
    url = lesson_url(own, base_url, 1)
    try:
        status = web.ask(url, PAGE).status
    except (web.Unreachable, web.BadCertificate) as reason:
        if not own:
            raise Skipped("for want of base_url") from None
        raise Warned(
            f"[notifications] lesson_url: mails lead to {own}, where nothing answers "
            f"({reason})."
        ) from None
    # A page of another site may well hide a lesson that there isn't.
    if not own and status in GONE:
        raise Warned(
            f"[notifications] lesson_url: mails lead to {base_url}/lessons/"
            "{lesson_id}, where there is no page. Set it to your pages' own address: "
            "https://school.example/lessons/{lesson_id}"
        )
    return f"mails lead to pages such as {url}"


def passwords(settings: Settings) -> str:
    """Ask for the page where who was invited, or forgot the password, chooses one."""
    base_url = settings.server.base_url
    if "HS256" not in settings.auth.algorithms:
        raise Skipped("nobody signs in here")
    if not base_url and settings.smtp.host:
        raise Warned(
            "[server] base_url: it is empty, so links to choose a password lead to "
            "this machine. Set it to the server's public address: https://school.example"
        )
    if not base_url:
        raise Skipped("[server] base_url is empty: mails lead to this machine")
    url = password_url(base_url, "")
    try:
        status = web.ask(url.partition("#")[0], PAGE).status
    except (web.Unreachable, web.BadCertificate):
        raise Skipped("for want of base_url") from None
    if status in GONE:
        raise Warned(
            f"[web] enabled: links to choose a password lead to {base_url}/password, "
            "where there is no page. Set it to true, or have a page of yours there."
        )
    return f"links to choose a password lead to {base_url}/password"
