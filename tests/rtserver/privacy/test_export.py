"""``rtserver user export``: all that is kept about a person, and no secrets."""

import json
import re
import stat
import zipfile
from contextlib import suppress
from html.parser import HTMLParser

import pytest

from rtserver.privacy import export
from rtserver.privacy.export_tables import TABLES
from store import person
from tests.patience import PATIENCE
from tests.rtserver.privacy.marked_school import (
    EMAIL,
    NAME,
    TEXT,
    Marked,
    marked_school,
)
from tests.uploading import Owner

ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture
def marked(io_loop, database_url, make_school) -> Marked:
    """A running school in which Zoryna has left traces, once over each database."""

    async def prepare():
        marked = await marked_school(await make_school(database_url))
        await marked.traces_of()
        return marked

    made: Marked = io_loop.run_sync(prepare, timeout=PATIENCE)
    return made


async def exported(marked, file):
    """Export Zoryna; give what the command printed, and the files by name."""
    done = await marked.command("user", "export", EMAIL, str(file))
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        texts = [name for name in archive.namelist() if not name.startswith("files/")]
        return done, {name: archive.read(name).decode() for name in texts}


async def test_every_noun_is_there_and_the_manifest_tells_what_each_file_is(
    marked, tmp_path
):
    done, files = await exported(marked, tmp_path / "z.zip")

    manifest = json.loads(files["manifest.json"])
    assert {each["file"] for each in manifest["files"]} == set(files) - {
        "manifest.json"
    }
    assert all(each["what"] for each in manifest["files"])
    for table in TABLES:
        assert len(json.loads(files[f"{table.name}.json"])) == done[table.name], (
            table.name
        )
    assert {name: done[name] for name in ("account", "messages", "read_marks")} == {
        "account": 1,
        "messages": 7,
        "read_marks": 1,
    }
    assert min(done[n] for n in ("notifications", "mails", "access_changes")) > 0


async def test_a_persons_own_words_and_drawings_are_in_it(marked, tmp_path):
    _, files = await exported(marked, tmp_path / "z.zip")

    (account,) = json.loads(files["account.json"])
    assert (account["email"], account["name"]) == (EMAIL, NAME)
    assert account["has_password"] is True
    texts = [message["text"] for message in json.loads(files["messages.json"])]
    assert texts[0] == f"{TEXT} edited"
    assert len(texts) == 7
    (change,) = json.loads(files["board_changes.json"])
    assert [element["id"] for element in change["elements"]] == ["a", "b"]
    drawn = [each["element"] for each in json.loads(files["board_elements.json"])]
    assert [element["id"] for element in drawn] == ["a", "b"]
    assert drawn[0]["text"] == "hers"
    assert ISO.fullmatch(account["created_at"])


async def test_other_peoples_words_and_drawings_are_not_in_it(marked, tmp_path):
    school, _, olena, lesson = marked
    await school.say(olena, lesson, "olenas-own-words")
    socket = await school.connect(olena)
    await socket.call("subscribe", f"board:lesson:{lesson}")
    theirs = [{"id": "a", "version": 2, "text": "olenas-own-drawing"}]
    await socket.call("board.patch", f"board:lesson:{lesson}", elements=theirs)

    _, files = await exported(marked, tmp_path / "z.zip")

    assert "olenas-own" not in "".join(files.values())
    (left,) = json.loads(files["board_elements.json"])
    assert left["element"]["id"] == "b"


async def test_no_hash_and_no_digest_is_in_it(marked, tmp_path):
    body = {"email": EMAIL, "password": "zoryna-password"}
    tokens = (await marked.school.http("POST", "/api/auth/token/", body=body)).json

    _, files = await exported(marked, tmp_path / "z.zip")

    (login,) = json.loads(files["logins.json"])
    assert set(login) == {"signed_in_at", "ended_at", "cookie", "tokens"}
    assert set(login["tokens"][0]) == {"expires_at", "spent_at"}
    everything = "".join(files.values())
    assert "argon2" not in everything and "digest" not in everything
    assert tokens["refresh"] not in everything


async def test_the_file_is_its_owners_alone_and_never_overwrites(marked, tmp_path):
    file = tmp_path / "z.zip"
    await exported(marked, file)
    before = file.read_bytes()

    told = await marked.command("user", "export", EMAIL, str(file), ok=False)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "is there already" in told
    assert file.read_bytes() == before


async def test_the_page_has_no_scripts_and_escapes_all_text(marked, tmp_path):
    text = f'{TEXT}<script>alert(1)</script><img src="//x.example/y">&'
    await marked.school.say(marked.zoryna, marked.lesson, text)

    _, files = await exported(marked, tmp_path / "z.zip")

    page = Tags()
    page.feed(files["index.html"])
    assert page.tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p"),
        *("table", "tr", "th", "td"),
    }
    assert not page.attributes & {"src", "href", "onload", "background"}
    assert text in page.text
    assert "default-src 'none'" in files["index.html"]


class Tags(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.text = set(), set(), ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data):
        self.text += data


async def test_what_cannot_be_finished_is_removed(marked, tmp_path):
    file = tmp_path / "z.zip"
    folder = marked.school.services.files.removal.folder
    broken = export.Request(marked.zoryna, file, None, folder)

    def attempt(tx):
        with suppress(AttributeError):
            export.write(tx, broken)
        return file.exists()

    assert await marked.school.services.db.read(attempt) is False


async def test_a_large_account_is_read_in_pages(marked, tmp_path):
    written = await marked.write_much(2 * person.PAGE + 1, start=1000)

    _, files = await exported(marked, tmp_path / "z.zip")

    texts = [one["text"] for one in json.loads(files["messages.json"])]
    assert texts[7:] == written


async def test_files_are_there_with_their_bytes(marked, tmp_path):
    owner = Owner(marked.school, marked.zoryna, marked.lesson)
    made, lost = await owner.upload_new(1), await owner.upload_new(2)
    marked.school.services.files.removal.folder.remove([lost["id"]])

    _, files = await exported(marked, tmp_path / "z.zip")

    told = json.loads(files["files.json"])
    assert [one["id"] for one in told] == [made["id"], lost["id"]]
    name = f"files/{made['id']}.png"
    assert (told[0]["file"], told[0]["for"]) == (name, "chat")
    manifest = json.loads(files["manifest.json"])["files"]
    assert [one["file"] for one in manifest if "files/" in one["file"]] == [name]
    with zipfile.ZipFile(tmp_path / "z.zip") as archive:
        assert archive.read(name) == (await owner.get(made["id"])).body
