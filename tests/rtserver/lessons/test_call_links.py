"""Links to calls, checked as Jitsi's Prosody checks them."""

import hashlib
import hmac
import json
import re
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest

from rtserver.lessons.call_links import CallGuest, CallLinks
from rtserver.settings.calls import CallsSettings
from rtserver.settings.masked import SecretStr
from tests.lesson_school import OLENA, SOFIA, TEN

SINCE, UNTIL = TEN - timedelta(minutes=30), TEN + timedelta(hours=2)
APP_ID, SECRET = "our-school", "a secret that both servers know!"
TUTOR = CallGuest(OLENA, True, SINCE, UNTIL)
STUDENT = CallGuest(SOFIA, False, SINCE, UNTIL)


def links(
    url: str = "https://meet.school.example/{room}", *, jitsi: bool = True
) -> CallLinks:
    key = {"jitsi_app_id": APP_ID, "jitsi_secret": SecretStr(SECRET)} if jitsi else {}
    return CallLinks(CallsSettings(url=url, **key), "the server's own")


def token_of(link: str) -> str:
    [token] = parse_qs(urlsplit(link).query)["jwt"]
    return token


def prosody(token: str, room: str, *, now: datetime, domain: str) -> dict[str, Any]:
    """Check a token by the rules that mod_auth_token and token_verification document.

    ``room`` is the name of the room that is entered, in lower case, and ``domain`` the
    one that the server is reached at.
    """
    head, body, signature = token.split(".")
    assert json.loads(decoded(head)) == {"alg": "HS256", "typ": "JWT"}
    data = f"{head}.{body}".encode()
    assert decoded(signature) == hmac.digest(SECRET.encode(), data, hashlib.sha256)
    claims: dict[str, Any] = json.loads(decoded(body))
    for name in ("nbf", "exp"):
        assert type(claims[name]) is int
    # To the second, without leeway.
    assert claims["nbf"] <= now.timestamp() < claims["exp"]
    assert claims["iss"] == claims["aud"] == APP_ID
    assert room == claims["room"].lower() and claims["sub"] == domain
    # Of other types the module that tells them to others stumbles.
    user = claims["context"]["user"]
    assert all(isinstance(value, str | bool) for value in user.values())
    return claims


def decoded(part: str) -> bytes:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", part)
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.mark.parametrize("now", [SINCE, TEN, UNTIL - timedelta(seconds=1)])
@pytest.mark.parametrize(("guest", "name"), [(TUTOR, "Olena"), (STUDENT, "Sofia")])
def test_jitsi_lets_in_who_has_a_link(
    now: datetime, guest: CallGuest, name: str
) -> None:
    room = links().name(3, 0)

    link = links().link(room, guest)

    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc) == ("https", "meet.school.example")
    assert parts.path == f"/{room}"
    domain = "meet.school.example"
    claims = prosody(token_of(link), parts.path[1:], now=now, domain=domain)
    assert claims["context"]["user"] == {
        "id": str(guest.actor.user_id),
        "name": name,
        "moderator": guest.is_tutor,
    }


def test_another_program_reads_the_token_too() -> None:
    token = token_of(links().link("room", TUTOR))

    claims = jwt.decode(
        token,
        SECRET,
        algorithms=["HS256"],
        audience=APP_ID,
        options={"verify_exp": False, "verify_nbf": False},
    )

    assert datetime.fromtimestamp(claims["exp"], UTC) == UNTIL
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, "x" * 32, algorithms=["HS256"], audience=APP_ID)


@pytest.mark.parametrize(
    ("url", "pattern"),
    [
        ("https://m.example/{room}?a=1", r"https://m\.example/r\?a=1&jwt=[^&#]+"),
        ("https://m.example/{room}#b=1", r"https://m\.example/r\?jwt=[^&#]+#b=1"),
        ("https://m.example:8443/x?r={room}", r"https://m\.example:8443/x\?r=r&jwt=.+"),
    ],
)
def test_the_token_stands_in_the_query(url: str, pattern: str) -> None:
    link = links(url).link("r", STUDENT)

    assert re.fullmatch(pattern, link)
    claims = jwt.decode(token_of(link), options={"verify_signature": False})
    assert claims["sub"] == "m.example"


def test_without_jitsis_secret_there_is_no_token() -> None:
    plain = links(jitsi=False)

    assert plain.link("r", TUTOR) == "https://meet.school.example/r"
    assert not plain.has_tokens and links().has_tokens
    assert links("https://one.example/ours", jitsi=False).link("r", TUTOR) == (
        "https://one.example/ours"
    )


def test_a_name_is_lower_case_the_same_for_all_and_nobodys_guess() -> None:
    names = {links().name(lesson, n) for lesson in range(1, 50) for n in range(3)}

    assert len(names) == 49 * 3
    assert all(re.fullmatch("[a-z0-9]{32}", name) for name in names)
    assert links().name(3, 1) == links(jitsi=False).name(3, 1)
    other = CallLinks(CallsSettings(url="https://m.example/{room}"), "another's own")
    assert other.name(3, 1) not in names
