"""What docs/integrating.md tells a platform's developer, done word for word."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from rtserver.accounts.api_keys import ApiKeys
from rtserver.accounts.requests import UserBody
from store.ids import MADE_BELOW
from tests.app_fixtures import MakeSchool
from tests.docs_examples import exchanges, page, section
from tests.docs_story import follow
from tests.patience import PATIENCE
from tests.school import SECRET, SYSTEM, School, until

PAGE = "docs/integrating.md"
OLENA = MADE_BELOW + 17
KINDS = {
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
}
# How each language's example is called, with a key in a file; HS256 is its default.
CALLS = {
    "Python": '{code}\nprint(token({user}, open("{key}").read(), {named}))',
    "Node.js": 'import {{ readFileSync }} from "node:fs";\n{code}\n'
    'console.log(token({user}, readFileSync("{key}", "utf8"), {{ {named} }}));',
    "PHP": '{code}\necho token({user}, file_get_contents("{key}"), {named});',
}
PROGRAMS = {"Python": sys.executable, "Node.js": "node", "PHP": "php"}
BY_LANGUAGE = [
    ("Python", "HS256"),
    ("Python", "EdDSA"),
    ("Python", "ES256"),
    ("Python", "RS256"),
    ("Node.js", "HS256"),
    ("Node.js", "EdDSA"),
    ("Node.js", "ES256"),
    ("Node.js", "RS256"),
    ("PHP", "HS256"),
    ("PHP", "RS256"),
]


async def test_requests_of_the_page_are_answered_as_it_says(
    database_url: str, make_school: MakeSchool, tmp_path: Path
) -> None:
    school = await make_school(database_url, notifications_templates_dir=tmp_path)
    (subject, text) = blocks(section(page(PAGE), "Notifications"), "jinja")
    (tmp_path / "homework.graded.en.subject").write_text(subject, "utf-8")
    (tmp_path / "homework.graded.en.txt").write_text(text, "utf-8")

    await follow(school, PAGE, await shell_of_a_platform(school))

    await until(lambda: any("Fractions: 11 points" in mail for mail in mails(school)))


def test_no_request_of_the_page_is_passed_over() -> None:
    assert page(PAGE).count("\ncurl ") == len(list(exchanges(page(PAGE), {})))


def test_ids_of_the_page_begin_where_the_servers_end() -> None:
    ids = [int(text) for text in re.findall(r"\b4[0-9]{15}\b", page(PAGE))]

    assert ids and min(ids) == MADE_BELOW and max(ids) < MADE_BELOW + 100


async def test_server_gives_no_id_that_a_platform_may_choose(school: School) -> None:
    await bring_olena(school)

    assert await school.person("Taras") < MADE_BELOW
    assert await school.lesson(tutors=[OLENA]) < MADE_BELOW


@pytest.mark.parametrize(("language", "algorithm"), BY_LANGUAGE)
async def test_token_of_the_example_is_taken(
    make_school: MakeSchool, tmp_path: Path, language: str, algorithm: str
) -> None:
    program = shutil.which(PROGRAMS[language])
    if not program:
        pytest.skip(f"there is no {PROGRAMS[language]}")
    school = await make_school(**key_settings(tmp_path, algorithm))
    await bring_olena(school)

    token = run(program, example(language, algorithm, tmp_path))

    me = await school.http("GET", "/api/users/me/", token)
    assert me.status == 200 and me.json["id"] == OLENA


async def test_keys_are_changed_as_the_page_says(
    make_school: MakeSchool, tmp_path: Path
) -> None:
    old, new = (make_signed(tmp_path, kid) for kid in ("2026-11", "2027-01"))
    jwks = write_jwks(tmp_path, "2026-11")
    school = await make_school(auth_algorithms="EdDSA", auth_jwks_file=jwks)
    await bring_olena(school)
    assert await statuses(school, old, new) == [200, 401]

    write_jwks(tmp_path, "2026-11", "2027-01")
    school.services.accounts.keys.reload()
    assert await statuses(school, old, new) == [200, 200]

    write_jwks(tmp_path, "2027-01")
    school.services.accounts.keys.reload()
    assert await statuses(school, old, new) == [401, 200]


async def test_open_connection_outlives_the_key_of_its_token(
    make_school: MakeSchool, tmp_path: Path
) -> None:
    token = make_signed(tmp_path, "2026-11")
    make_signed(tmp_path, "2027-01")
    jwks = write_jwks(tmp_path, "2026-11")
    school = await make_school(
        auth_algorithms="EdDSA", auth_jwks_file=jwks, auth_revalidate_interval=0.1
    )
    await bring_olena(school)
    socket = await school.open(token)
    await socket.next("welcome")

    write_jwks(tmp_path, "2027-01")
    school.services.accounts.keys.reload()

    assert await statuses(school, token) == [401]
    assert await socket.call("ping")


async def bring_olena(school: School) -> None:
    body = UserBody(email="olena@school.example", name="Olena", role="tutor")
    await school.services.accounts.users.put(SYSTEM, OLENA, body)


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


async def shell_of_a_platform(school: School) -> dict[str, str]:
    """Return the variables of the page's shell, with a real Api-Key."""
    _, key = await ApiKeys(school.services.db, school.services.clock).add("Ours")
    return {
        "URL": "",
        "JSON": "Content-Type: application/json",
        "KEY": f"Authorization: Api-Key {key}",
    }


def mails(school: School) -> Iterator[str]:
    """Return the mails that were written so far."""
    outbox = school.settings.server.data_dir / "outbox"
    return (file.read_text("utf-8") for file in outbox.glob("*.eml"))


def key_settings(folder: Path, algorithm: str) -> dict[str, str]:
    """Write the platform's key as ``key``; give the settings that know it."""
    if algorithm == "HS256":
        (folder / "key").write_text(SECRET)
        return {}
    write_pair(folder, algorithm, "key")
    return {
        "auth_algorithms": algorithm,
        "auth_public_key_file": str(folder / "key.pub"),
    }


def write_pair(folder: Path, algorithm: str, name: str) -> None:
    """Write a private key, and its public one as ``name.pub``."""
    key = KINDS[algorithm]()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (folder / name).write_bytes(private)
    (folder / f"{name}.pub").write_bytes(public)


def example(language: str, algorithm: str, folder: Path, kid: str = "") -> Path:
    """Write a language's example with a call that prints a token."""
    (code,) = re.findall(r"```\w+\n(.*?)```", section(page(PAGE), language), re.S)
    named = {
        "Python": f'alg="{algorithm}"' + (f', kid="{kid}"' if kid else ""),
        "Node.js": f'alg: "{algorithm}"',
        "PHP": f'"{algorithm}"',
    }[language]
    call = CALLS[language].format(
        code=code, user=OLENA, key=folder / (kid or "key"), named=named
    )
    file = folder / "token.mjs"
    file.write_text(call, "utf-8")
    return file


def make_signed(folder: Path, kid: str) -> str:
    """Make a pair of keys, and a token by the one that is private."""
    write_pair(folder, "EdDSA", kid)
    return run(sys.executable, example("Python", "EdDSA", folder, kid))


def write_jwks(folder: Path, *kids: str) -> Path:
    """Let the page's script write a JWKS."""
    (code,) = blocks(section(page(PAGE), "Changing the key"), "python")
    script, written = folder / "jwks.py", folder / "jwks.json"
    script.write_text(code, "utf-8")
    words = [f"{kid}={folder / f'{kid}.pub'}" for kid in kids]
    written.write_text(run(sys.executable, script, *words))
    assert len(json.loads(written.read_text())["keys"]) == len(kids)
    return written


def run(program: str, file: Path, *arguments: str) -> str:
    """Run a script; give what it prints."""
    done = subprocess.run(
        [program, file, *arguments], capture_output=True, text=True, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def statuses(school: School, *tokens: str) -> list[int]:
    """Tell what each token is answered."""
    replies = [await school.http("GET", "/api/users/me/", token) for token in tokens]
    return [reply.status for reply in replies]
