"""A page to read about the WebSocket, made from the AsyncAPI document."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

import msgspec

from handlers.api_docs.asyncapi import error_codes
from handlers.api_docs.socket_fields import Field, fields_of
from handlers.api_docs.socket_table import COMMANDS, EVENTS

HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>rtserver: the WebSocket</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/docs.css">
</head>
<body>
<nav><b>rtserver</b> <a href="/api/docs/">HTTP</a>
<a href="/api/docs/websocket/" aria-current="page">WebSocket</a></nav>
<main class="page">
<h1>The WebSocket</h1>
<p><code>GET /ws</code>, as a document:
<a href="/api/asyncapi.json">asyncapi.json</a></p>
"""
FOOT = "</main>\n</body>\n</html>\n"
OWN = ("welcome", "error", "resync", "unsubscribed")


def page(document: Mapping[str, Any]) -> str:
    """Write the page."""
    messages = document["components"]["messages"]
    schemas = document["components"]["schemas"]
    parts = [
        HEAD,
        _prose(document["info"]["description"]),
        _contents(),
        "<h2>Commands</h2>\n",
        *(_command(type, messages, schemas) for type in COMMANDS),
        "<h2>Events</h2>\n",
        *(_event(f"event.{type}", messages, schemas) for type in EVENTS),
        _event("event.notification", messages, schemas),
        "<h2>Frames of the server's own</h2>\n",
        *(_event(name, messages, schemas) for name in OWN),
        "<h2>Errors</h2>\n",
        _table(("code", "usually says"), _errors()),
        "<h2>Close codes</h2>\n",
        "<p>Below 4500 come back, with back-off and jitter; from 4500 on don't.</p>\n",
        _table(("code", "why", "come back?"), _closes(document["x-close-codes"])),
        FOOT,
    ]
    return "".join(parts)


def _prose(text: str) -> str:
    return "".join(f"<p>{_inline(part)}</p>\n" for part in text.strip().split("\n\n"))


def _inline(text: str) -> str:
    return re.sub("`(.+?)`", r"<code>\1</code>", escape(text, quote=False))


def _contents() -> str:
    names = [f"command.{type}" for type in COMMANDS]
    links = (f'<li><a href="#{name}">{name.split(".", 1)[1]}</a>' for name in names)
    return f"<h4>Commands</h4>\n<ul class=toc>{''.join(links)}</ul>\n"


def _command(type: str, messages: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    name = f"command.{type}"
    message, ack = messages[name], messages[f"ack.{type}"]
    command = COMMANDS[type]
    where = [*command.channels, *(["id required"] if command.needs_id else [])]
    return "".join(
        [
            _title(name, type, ", ".join(where)),
            f"<p>{_inline(message['summary'])}</p>\n",
            _example(message["examples"][0]["payload"]),
            _fields("payload", fields_of(message, schemas)),
            _fields("ack", fields_of(ack, schemas)),
        ]
    )


def _event(name: str, messages: Mapping[str, Any], schemas: Mapping[str, Any]) -> str:
    message = messages[name]
    tags = ", ".join(tag["name"] for tag in message.get("tags", ()))
    numbered = ", with seq" if "seq" in message["payload"]["properties"] else ""
    return "".join(
        [
            _title(name, message["name"], tags + numbered),
            f"<p>{_inline(message['summary'])}</p>\n",
            _fields("payload", fields_of(message, schemas)),
        ]
    )


def _title(anchor: str, name: str, where: str) -> str:
    aside = f"<small>{escape(where)}</small>" if where else ""
    return f'<h3 id="{anchor}"><a href="#{anchor}">{escape(name)}</a>{aside}</h3>\n'


def _example(frame: Mapping[str, Any]) -> str:
    text = msgspec.json.format(msgspec.json.encode(frame), indent=2).decode()
    return f"<pre>{escape(text, quote=False)}</pre>\n"


def _fields(title: str, fields: list[Field]) -> str:
    if not fields:
        return ""
    rows = (
        (f"<code>{escape(field.name)}</code>", _inline(field.type), _inline(field.note))
        for field in fields
    )
    return f"<h4>{title}</h4>\n" + _table(("field", "type", ""), rows)


def _errors() -> Iterable[tuple[str, ...]]:
    for code, sentence in error_codes().items():
        yield f"<code>{code}</code>", escape(sentence, quote=False)


def _closes(codes: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, ...]]:
    for each in codes:
        answer = "yes" if each["reconnect"] else "<b>no</b>"
        yield str(each["code"]), _inline(each["why"]), answer


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    top = "".join(f"<th>{name}" for name in head)
    lines = ("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in rows)
    return f"<table>\n<tr>{top}\n" + "\n".join(lines) + "\n</table>\n"
