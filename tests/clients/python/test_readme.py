"""The example in the Python client's README, as it stands there."""

import asyncio
import os
import re
import sys
from pathlib import Path

from rtserver.cli.demo_school import ensure_school
from tests.docs_examples import ROOT, page
from tests.school import School

TARAS = 4  # of the demo school
FOLDER = ROOT / "clients" / "python"


async def test_example_hears_draws_and_ends(
    sqlite_school: School, tmp_path: Path
) -> None:
    await ensure_school(sqlite_school.services)
    text = page("clients/python/README.md")
    (example,) = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
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
