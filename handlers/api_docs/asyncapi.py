"""The AsyncAPI document of the WebSocket (contract 3.5), from the table of commands."""

import re
from typing import Any

import msgspec

from handlers import dispatch
from handlers.api_docs import socket_shapes as shapes
from handlers.api_docs.schemas import components
from handlers.api_docs.socket_table import (
    CHANNELS,
    CLOSE_CODES,
    COMMANDS,
    EVENTS,
    NOTIFICATION,
    CommandDoc,
    EventDoc,
)
from rtserver import __version__, errors
from rtserver.errors import RtError

Schema = dict[str, Any]

SOCKET = {"$ref": "#/channels/socket"}
DESCRIPTION = """\
Text frames, one JSON object each. Sign in by the header `Authorization: Bearer <jwt>`
of the handshake, by its query `?token=<jwt>`, or by the first frame, `auth`.

A command with an `id` is answered exactly once, by an `ack` or an `error` with that
`id`. Commands take effect, and are answered, in the order in which they were sent.
Events come to the channels that a connection has subscribed to, in the order of their
`seq` where they have one.

Ignore types and fields that you don't know: more will come.
"""
COMMAND_ID: Schema = {
    "description": "Yours to choose; with it the command is answered.",
    "oneOf": [
        {"type": "integer"},
        {"type": "string", "minLength": 1, "maxLength": 64},
    ],
}
TIME: Schema = {"type": "string", "format": "date-time"}
NOT_ON_THE_SOCKET = {errors.MethodNotAllowed, errors.UnsupportedMediaType}


def document() -> dict[str, Any]:
    """Build the document."""
    messages = _messages()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "rtserver",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "servers": {"this": _server()},
        "channels": {"socket": _socket(messages)},
        "operations": _operations(),
        "components": {"messages": messages, "schemas": _schemas()},
        "x-close-codes": [
            {"code": int(code), "why": why, "reconnect": code < 4500}
            for code, why in CLOSE_CODES.items()
        ],
    }


def error_codes() -> dict[str, str]:
    """Return every code that a command can be answered with, and its usual sentence."""
    found = [RtError]
    for error in found:
        found += error.__subclasses__()
    return {
        error.code: error.default
        for error in reversed(found)
        if error.__module__ == errors.__name__ and error not in NOT_ON_THE_SOCKET
    }


def _server() -> dict[str, Any]:
    host = {"default": "127.0.0.1:8080", "description": "Where rtserver is."}
    return {"host": "{host}", "protocol": "ws", "variables": {"host": host}}


def _socket(messages: dict[str, Any]) -> dict[str, Any]:
    token = {"type": "string", "description": "A JWT, if no other way brings it."}
    query = {"type": "object", "properties": {"token": token}}
    return {
        "address": "/ws",
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"} for name in messages
        },
        "bindings": {"ws": {"method": "GET", "query": query}},
    }


def _operations() -> dict[str, Any]:
    commands = {
        f"receive.{type}": {
            "action": "receive",
            "channel": SOCKET,
            "summary": command.summary,
            "messages": [_message(f"command.{type}")],
            "reply": {
                "channel": SOCKET,
                "messages": [_message(f"ack.{type}"), _message("error")],
            },
        }
        for type, command in COMMANDS.items()
    }
    others = [*(f"event.{type}" for type in EVENTS), "event.notification"]
    frames = {
        f"send.{name}": {
            "action": "send",
            "channel": SOCKET,
            "messages": [_message(name)],
        }
        for name in [*others, "welcome", "resync", "unsubscribed"]
    }
    return commands | frames


def _message(name: str) -> dict[str, str]:
    return {"$ref": f"#/channels/socket/messages/{name}"}


def _messages() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for type, command in COMMANDS.items():
        found[f"command.{type}"] = _command(type, command)
        found[f"ack.{type}"] = _ack(type, command)
    for type, event in EVENTS.items():
        found[f"event.{type}"] = _event({"const": type}, event)
    name = {"type": "string", "pattern": r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"}
    return {**found, "event.notification": _event(name, NOTIFICATION), **_own_frames()}


def _command(type: str, command: CommandDoc) -> dict[str, Any]:
    payload = dispatch.ROUTES[type].payload
    fields = {"type": {"const": type}, "id": COMMAND_ID}
    required = ["type"]
    if command.needs_id:
        required.append("id")
    if command.channels:
        fields["channel"] = _channel(*command.channels)
        required.append("channel")
    fields["payload"] = _schema(payload)
    if any(field.required for field in msgspec.structs.fields(payload)):
        required.append("payload")
    channel, sample = command.sample
    example = {"type": type, "id": 1, "channel": channel, "payload": sample}
    shown = {key: value for key, value in example.items() if value not in (None, {})}
    return {
        "name": type,
        "summary": command.summary,
        "payload": _object(fields, required),
        "examples": [{"payload": shown}],
    }


def _ack(type: str, command: CommandDoc) -> dict[str, Any]:
    fields = {
        "type": {"const": "ack"},
        "id": COMMAND_ID,
        "payload": _schema(command.ack),
    }
    return {
        "name": "ack",
        "summary": f"The answer to `{type}`.",
        "payload": _object(fields, [*fields]),
    }


def _event(type: Schema, event: EventDoc) -> dict[str, Any]:
    fields = {
        "type": type,
        "channel": _channel(event.channel),
        "ts": TIME,
        "payload": _schema(event.payload),
    }
    required = [*fields]
    if event.numbered:
        fields["seq"] = {"type": "integer", "minimum": 1}
        required.append("seq")
    return {
        "name": type.get("const", "notification"),
        "summary": event.summary,
        "tags": [{"name": event.channel}],
        "payload": _object(fields, required),
    }


def _own_frames() -> dict[str, Any]:
    failure = {
        "allOf": [
            _schema(shapes.Failure),
            {"properties": {"code": {"enum": [*error_codes()]}}},
        ]
    }
    answer = {"oneOf": [*COMMAND_ID["oneOf"], {"type": "null"}]}
    channel = _channel(*CHANNELS)
    return {
        "error": _frame("A command failed.", "error", id=answer, payload=failure),
        "welcome": _frame(
            "You are signed in.", "welcome", payload=_schema(shapes.Welcome)
        ),
        "resync": _frame(
            "A hole can't be filled: subscribe again, with `since`.",
            "resync",
            channel=channel,
        ),
        "unsubscribed": _frame(
            "A channel was taken away.",
            "unsubscribed",
            channel=channel,
            payload=_schema(shapes.Unsubscribed),
        ),
    }


def _frame(summary: str, type: str, **fields: Schema) -> dict[str, Any]:
    told = {"type": {"const": type}, **fields}
    return {"name": type, "summary": summary, "payload": _object(told, [*told])}


def _object(fields: dict[str, Any], required: list[str]) -> Schema:
    return {"type": "object", "properties": fields, "required": required}


def _channel(*forms: str) -> Schema:
    patterns = [re.escape(form).replace(r"\{id\}", "[1-9][0-9]*") for form in forms]
    return {"type": "string", "pattern": f"^({'|'.join(patterns)})$"}


def _schema(shape: Any) -> Schema:
    schema: Schema = components([shape])[0][0]
    return schema


def _schemas() -> dict[str, Any]:
    own = [shapes.Welcome, shapes.Failure, shapes.Unsubscribed]
    every = [
        *(route.payload for route in dispatch.ROUTES.values()),
        *(command.ack for command in COMMANDS.values()),
        *(event.payload for event in [*EVENTS.values(), NOTIFICATION]),
        *own,
    ]
    return components(every)[1]
