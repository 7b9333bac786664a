"""``rtserver mail …``: send a mail to try the way, or look at one."""

import asyncio
from pathlib import Path

from rtserver.cli.console import UsageError
from rtserver.cli.context import Context, Failed
from rtserver.clock import Clock
from rtserver.errors import Invalid
from rtserver.input.text import clean_email, clean_locale
from rtserver.mail.composer import Composer
from rtserver.mail.draft import FinishedMail
from rtserver.mail.samples import sample
from rtserver.mail.templates import MailTemplates
from rtserver.mail.transport import SendingFailed, Transport, transport_of
from rtserver.mail.unsubscribe import UnsubscribeLinks
from rtserver.settings.model import Settings
from rtserver.settings.secret_file import passing_secret
from rtserver.settings.server_url import public_url

TEST = "test"


def send_test(context: Context) -> int:
    """Send a mail by the same way as all mails of the school."""
    settings, clock = context.settings(), Clock()
    try:
        address = clean_email(context.args.address, path="ADDRESS")
    except Invalid as error:
        raise UsageError(str(error)) from None
    mail = _composer(settings).write(
        sample(TEST, **_reader(settings), now=clock.now(), address=address), clock.now()
    )
    transport = transport_of(settings)
    name = f"{clock.now():%Y%m%d-%H%M%S}-test"
    try:
        reply = asyncio.run(_send(transport, mail, name))
    except SendingFailed as failure:
        raise Failed(
            f"[smtp] The mail couldn't be sent: {failure.reply}. "
            "rtserver check tells more about the settings."
        ) from None
    way = "smtp" if settings.smtp.host else "file"
    value = {"address": address, "way": way, "reply": reply}
    context.console.answer(value, f"Sent to {address}: {reply}")
    return 0


async def _send(transport: Transport, mail: FinishedMail, name: str) -> str:
    async def begin() -> None:
        """Note nothing: whether it was taken is told to whoever asks for the test."""

    try:
        return await transport.send(mail, name, begin)
    finally:
        transport.close()


def preview(context: Context) -> int:
    """Write a sample of an event's mail into two files: .eml and .html."""
    args, settings, clock = context.args, context.settings(), Clock()
    composer = _composer(settings)
    reader = _reader(settings)
    if args.locale is not None:
        try:
            reader["locale"] = clean_locale(args.locale, path="--locale")
        except Invalid as error:
            raise UsageError(str(error)) from None
    content = sample(args.event, **reader, now=clock.now())
    locale = composer.templates.locale_for(args.event, reader["locale"])
    if args.event not in composer.templates.events() or locale is None:
        known = ", ".join(composer.templates.events())
        raise UsageError(f"There is no mail about {args.event}. There are: {known}.")
    mail = composer.write(content, clock.now())
    text = composer.templates.render(composer.letter(content))
    stem = Path(args.folder) / f"{args.event}.{locale}"
    files = [Path(f"{stem}.eml"), Path(f"{stem}.html")]
    files[0].parent.mkdir(parents=True, exist_ok=True)
    files[0].write_bytes(mail.raw)
    files[1].write_text(text.html, "utf-8")
    value = {"subject": text.subject, "files": [str(file) for file in files]}
    context.console.answer(value, "\n".join([text.subject, *value["files"]]))
    return 0


def _composer(settings: Settings) -> Composer:
    return Composer(
        MailTemplates(settings.notifications.templates_dir),
        UnsubscribeLinks(passing_secret(settings)),  # of a sample
        sender=settings.smtp.sender,
        base_url=lambda: public_url(settings.server),
        lesson_url=settings.notifications.lesson_url,
    )


def _reader(settings: Settings) -> dict[str, str]:
    chosen = settings.notifications
    return {"locale": chosen.locale, "timezone": chosen.timezone}
