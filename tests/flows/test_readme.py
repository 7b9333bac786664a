"""The README's first five minutes, as a stranger lives through them."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from rtserver.cli.demo_school import ensure_school, speaker
from tests.docs_examples import ROOT, page
from tests.docs_story import follow
from tests.patience import PATIENCE
from tests.school import School

LISTENER = re.compile(r"^```js\n(.*?)^```$", re.M | re.S)
ADDRESS = "127.0.0.1:8080"


async def test_readme_leads_to_the_first_message(school: School) -> None:
    shell = {"URL": "", "TOKEN": await token_of_the_demo(school)}

    await follow(school, "README.md", shell)


async def test_ten_lines_of_javascript_hear_the_first_message(
    sqlite_school: School, tmp_path: Path
) -> None:
    token = await token_of_the_demo(sqlite_school)
    async with listening(sqlite_school, token, tmp_path) as process:
        await told(process, "channel: 'chat:user:2'")

        await follow(sqlite_school, "README.md", {"URL": "", "TOKEN": token})

        await told(process, "chat.message.new {")
        await told(process, "Hello, Taras!")


def test_the_ten_lines_are_ten() -> None:
    (script,) = LISTENER.findall(page("README.md"))

    assert len(script.splitlines()) == 10


def test_the_picture_asks_nobody_and_runs_nothing() -> None:
    picture = (ROOT / "docs" / "overview.svg").read_text("utf-8")

    assert not re.search(r"<script|<image|<foreign|href=|@import|\bon\w+=", picture)
    assert "prefers-color-scheme: dark" in picture


async def token_of_the_demo(school: School) -> str:
    """Make the demo school; give the token that ``make run`` prints."""
    demo = await ensure_school(school.services)
    return school.token(speaker(demo).id)


@asynccontextmanager
async def listening(
    school: School, token: str, folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run the script with the school's address in the place of the README's."""
    (script,) = LISTENER.findall(page("README.md"))
    file = folder / "listen.mjs"
    own_address = school.app.url.removeprefix("http://")
    text = script.replace(ADDRESS, own_address).replace("TOKEN", token)
    file.write_text(text, "utf-8")
    process = await asyncio.create_subprocess_exec(
        *node(), str(file), stdout=asyncio.subprocess.PIPE, env={"NO_COLOR": "1"}
    )
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def told(process: asyncio.subprocess.Process, words: str) -> None:
    """Wait for a line of output with these words."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        while line := await process.stdout.readline():
            if words in line.decode():
                return
    raise AssertionError(f"it ended without {words!r}")


def node() -> list[str]:
    """Return the command of a Node.js with WebSocket, or skip the test."""
    found = shutil.which("node")
    if not found:
        pytest.skip("there is no node")
    version = subprocess.run([found, "--version"], capture_output=True, text=True)
    major, minor = map(int, re.findall(r"\d+", version.stdout)[:2])
    if (major, minor) < (20, 10):
        pytest.skip(f"node is {version.stdout.strip()}, older than 20.10")
    return [found] if major >= 22 else [found, "--experimental-websocket"]
