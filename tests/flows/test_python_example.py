"""The Python client's example in the documentation, as it stands there."""

import asyncio
import os
import re
import sys
from pathlib import Path

from rtserver.demo import ensure_school
from tests.docs_examples import ROOT, page, section
from tests.school import School

TARAS = 4  # of the demo school


async def test_example_hears_draws_and_ends(
    sqlite_school: School, tmp_path: Path
) -> None:
    await ensure_school(sqlite_school.services)
    text = section(page("docs/protocol.md"), "From Python")
    (example,) = re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S)
    example = example.replace("http://127.0.0.1:8080", sqlite_school.app.url)
    example = example.replace("chat:user:2", f"chat:user:{TARAS}")
    token = f"access_token = lambda fresh: {sqlite_school.token(TARAS)!r}\n"
    script = tmp_path / "example.py"
    script.write_text(token + example, "utf-8")

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", script),
        env=os.environ | {"PYTHONPATH": str(ROOT / "clients" / "python")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()

    assert (process.returncode, err.decode()) == (0, "")
    assert "'accepted': ['a']" in out.decode()
