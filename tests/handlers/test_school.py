"""What anybody may know of the school."""

from pathlib import Path

import pytest

from rtserver import __version__
from rtserver.settings.files import TYPES
from tests.app_fixtures import MakeSchool
from tests.school import School

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def test_a_school_is_known_without_signing_in(sqlite_school: School) -> None:
    reply = await sqlite_school.http("GET", "/api/school/")

    assert (reply.status, reply.json) == (
        200,
        {
            "name": "rtserver",
            "color": "#1971c2",
            "logo": None,
            "locale": "en",
            "locales": ["en", "uk"],
            "timezone": "UTC",
            "version": __version__,
            "sign_in": True,
            "calls": False,
            "files": {"max_bytes": 10_485_760, "types": [*TYPES]},
        },
    )
    logo = await sqlite_school.http("GET", "/api/school/logo")
    assert (logo.status, logo.json["code"]) == (404, "not_found")


async def test_a_school_looks_as_its_settings_say(
    make_school: MakeSchool, tmp_path: Path
) -> None:
    (tmp_path / "logo.svg").write_bytes(SVG)
    school = await make_school(
        server_base_url="https://school.example/rt",
        school_name="Школа №7",
        school_color="#aB12cd",
        school_logo_file=tmp_path / "logo.svg",
        notifications_locale="uk",
        notifications_timezone="Europe/Kyiv",
        calls_url="https://meet.school.example/{room}",
        files_types="image/png",
        files_max_bytes=1000,
    )

    told = (await school.http("GET", "/api/school/")).json

    assert (told["name"], told["color"]) == ("Школа №7", "#aB12cd")
    assert told["logo"] == "https://school.example/rt/api/school/logo"
    assert (told["locale"], told["timezone"]) == ("uk", "Europe/Kyiv")
    assert told["calls"] is True
    assert told["files"] == {"max_bytes": 1000, "types": ["image/png"]}
    assert "meet.school.example" not in str(told)


async def test_a_logo_is_a_picture_and_never_a_program(
    make_school: MakeSchool, tmp_path: Path
) -> None:
    (tmp_path / "logo").write_bytes(SVG)
    school = await make_school(school_logo_file=tmp_path / "logo")
    address = (await school.http("GET", "/api/school/")).json["logo"]

    logo = await school.http("GET", address)

    assert (logo.status, logo.text) == (200, SVG.decode())
    assert logo.headers["Content-Type"] == "image/svg+xml"
    assert logo.headers["X-Content-Type-Options"] == "nosniff"
    policy = logo.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy
    assert "script" not in policy
    again = await school.http(
        "GET", address, headers={"If-None-Match": logo.headers["ETag"]}
    )
    assert (again.status, again.text) == (304, "")


async def test_who_signs_in_elsewhere_does_not_sign_in_here(
    make_school: MakeSchool, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_text(ED25519)
    school = await make_school(auth_algorithms="EdDSA", auth_public_key_file=key)

    assert (await school.http("GET", "/api/school/")).json["sign_in"] is False


@pytest.mark.parametrize("path", ["/api/school/", "/api/school/logo"])
async def test_it_can_only_be_read(sqlite_school: School, path: str) -> None:
    reply = await sqlite_school.http("POST", path)

    assert (reply.status, reply.json["code"]) == (405, "method_not_allowed")


ED25519 = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""


async def test_a_school_has_texts_of_its_own(
    make_school: MakeSchool, tmp_path: Path
) -> None:
    file = tmp_path / "texts.json"
    file.write_text('{"en": {"sign_in.title": "Welcome!"}}')
    school = await make_school(web_texts_file=file)

    reply = await school.http("GET", "/api/school/texts/")

    assert (reply.status, reply.json) == (200, {"en": {"sign_in.title": "Welcome!"}})


async def test_mostly_there_are_none(sqlite_school: School) -> None:
    assert (await sqlite_school.http("GET", "/api/school/texts/")).json == {}
