"""A mail as it goes over the wire; no title or name can add a header to it."""

import re
from email.errors import MessageError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import Parser
from email.policy import EmailPolicy, default
from email.utils import format_datetime, parseaddr
from typing import Any

from rtserver.mail.draft import FinishedMail, MailDraft, Sheet, Unsendable

_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_MAX_LENGTH = 250
# Which a fold or an encoded word would make unusable.
_WHOLE = frozenset({"list-unsubscribe", "list-unsubscribe-post", "message-id"})


class _Policy(EmailPolicy):
    """A policy that folds no header which a fold would spoil."""

    def fold(self, name: str, value: Any) -> str:
        if _stays_whole(name, str(value)):
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject":
            # Python would mix plain and encoded words, and lose spaces between them.
            words = Header(str(value), "utf-8", header_name=name).encode()
            return f"{name}: {words.replace(chr(10), self.linesep)}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() == "subject" or _stays_whole(name, str(value)):
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


def _stays_whole(name: str, value: str) -> bool:
    # Python would begin a long subject on a line of its own, behind an empty one.
    whole = name.lower() in _WHOLE or name.lower() == "subject"
    return whole and value.isascii()


def compose(draft: MailDraft) -> FinishedMail:
    """Build a mail, and read it back before it may go; raises ``Unsendable``."""
    try:
        sender = _address(*parseaddr(draft.sender))
        recipient = _address(draft.name, draft.address)
    except (MessageError, ValueError, IndexError, UnicodeError):
        raise Unsendable("an address that no mail can be sent to") from None
    headers = _headers(draft, sender, recipient)
    utf8 = not (recipient.addr_spec + sender.addr_spec).isascii()
    message = EmailMessage(policy=_Policy(linesep="\r\n", cte_type="7bit", utf8=utf8))
    for name, value in headers.items():
        message[name] = value
    message.set_content(draft.text)
    message.add_alternative(draft.html, subtype="html")
    if draft.sheet is not None:
        _attach(message, draft.sheet)
    raw = message.as_bytes()
    _compare(raw, message, headers)
    return FinishedMail(raw, sender.addr_spec, recipient.addr_spec, utf8)


def plain(value: str) -> str:
    """Make one visible line of a text, without what begins an encoded word."""
    line = " ".join(_INVISIBLE.sub(" ", value).split())
    while "=?" in line:
        line = line.replace("=?", "")
    return line[:_MAX_LENGTH].strip()


def _address(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        raise ValueError("no address")
    if not domain.isascii():
        domain = domain.encode("idna").decode()
    made = Address(plain(name), local, domain)
    # Quotes around the local part would hide commas and the like from some programs.
    if plain(address) != address or made.addr_spec != f"{local}@{domain}":
        raise ValueError("no address")
    return made


def _headers(draft: MailDraft, sender: Address, recipient: Address) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "From": sender,
        "To": recipient,
        "Subject": plain(draft.subject),
        "Date": format_datetime(draft.date),
        "Message-ID": draft.message_id,
        "Auto-Submitted": "auto-generated",
    }
    if draft.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{draft.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _attach(message: EmailMessage, sheet: Sheet) -> None:
    message.add_attachment(
        sheet.content.decode(),
        subtype="calendar",
        filename="invite.ics",
        params={"method": sheet.method},
    )


def _compare(raw: bytes, message: EmailMessage, headers: dict[str, Any]) -> None:
    """Refuse a mail that a reader would take for something else than was meant."""
    read = Parser(policy=default).parsestr(raw.decode())
    same = (
        read.keys() == message.keys()
        and _folded(str(read["Subject"])) == headers["Subject"]
        and _people(read["From"]) == _people(message["From"])
        and _people(read["To"]) == _people(message["To"])
        and str(read["List-Unsubscribe"] or "") == headers.get("List-Unsubscribe", "")
    )
    if not same or len(_people(read["To"])) != 1 or read.defects:
        raise Unsendable("its headers would be read as others than were meant")


def _people(header: Any) -> list[str]:
    return [address.addr_spec for address in header.addresses]


def _folded(text: str) -> str:
    return " ".join(text.split())
