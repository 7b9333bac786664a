"""The example in the Python client's README, as it stands there."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from rtserver.cli.demo_school import ensure_school
from tests.docs_examples import ROOT, page
from tests.guests import Guest
from tests.school import School, until

TARAS = 4  # of the demo school
FOLDER = ROOT / "clients" / "python"


async def test_example_hears_draws_and_ends(
    sqlite_school: School, tmp_path: Path
) -> None:
    await ensure_school(sqlite_school.services)
    text = page("clients/python/README.md")
    example, _ = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    example = example.replace("http://127.0.0.1:8080", sqlite_school.app.url)
    example = example.replace("eyJhbGciOi…", sqlite_school.token(TARAS))
    script = tmp_path / "example.py"
    script.write_text(example, "utf-8")

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", script),
        env=os.environ | {"PYTHONPATH": str(FOLDER)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()

    assert (process.returncode, err.decode()) == (0, "")
    assert "'accepted': ['a']" in out.decode()


async def test_example_of_a_room_shows_who_is_there(
    sqlite_school: School, capsys: pytest.CaptureFixture[str]
) -> None:
    await ensure_school(sqlite_school.services)
    text = page("clients/python/README.md")
    _, example = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    lines = "".join(f"    {line}" for line in example.splitlines(keepends=True))
    guest, shown = Guest(sqlite_school, TARAS), []
    space = {"client": guest.client, "show": shown.append}
    exec(f"async def run():\n{lines}", space)
    await guest.client.connect()

    await space["run"]()
    await until(lambda: shown[-1].hands)
    await guest.client.close()

    assert "['Тарас Бондар']" in capsys.readouterr().out
    assert shown[-1] is None
