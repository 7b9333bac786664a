"""The settings of lessons' video calls, which another server carries.

They are written as those in ``rtserver.settings.sections``.
"""

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from rtserver.settings.masked import SecretStr
from rtserver.settings.origins import parse_address
from rtserver.settings.types import (
    PASSWORD,
    TEXT,
    InvalidValue,
    SettingType,
    quoted,
)

ROOM = "{room}"


def _call_url(text: str) -> str:
    if not text:
        return ""
    address = parse_address(text)
    host = urlsplit(address.origin).hostname or ""
    if address.scheme != "https" and not (address.scheme == "http" and _is_local(host)):
        raise InvalidValue(
            f"{quoted(text)} doesn't begin with https:// (http:// is for localhost)"
        )
    if re.search("[{} ]", address.rest.replace(ROOM, "")):
        raise InvalidValue(f"{quoted(text)} holds a space, or braces but {ROOM}")
    return address.origin + address.rest


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


CALL_URL = SettingType(
    f"an address such as https://meet.school.example/{ROOM}, or nothing", _call_url
)


@dataclass(frozen=True, slots=True)
class CallsSettings:
    """The place of a lesson's video call: a Jitsi of yours, or another server."""

    url: Annotated[
        str,
        CALL_URL,
        "Where calls are; {room} becomes a secret name; empty: no calls.",
    ] = ""
    jitsi_app_id: Annotated[
        str, TEXT, "The app_id of a Jitsi that lets in only people with a token."
    ] = ""
    jitsi_secret: Annotated[
        SecretStr, PASSWORD, "The app_secret of that Jitsi, to sign tokens with."
    ] = field(default_factory=SecretStr)
