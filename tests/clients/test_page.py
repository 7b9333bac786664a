"""The classroom page's own checks: format, types, and its reducers by Node.js."""

import subprocess
import sys

import pytest

from tests.clients import npm
from tests.served import ROOT

TYPES = ROOT / "web" / "src" / "api" / "schema.d.ts"


@pytest.mark.long
def test_the_page_passes_its_checks() -> None:
    npm.prepare(npm.PAGE)
    write_types()

    code, output = npm.run(npm.PAGE, "npm", "run", "check")

    print(output)
    assert code == 0


def write_types() -> None:
    """Write the API's types, as ``make web`` does, unless it did just that."""
    command = [sys.executable, "-m", "handlers.api_docs"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    document = ROOT / "web" / "build" / "openapi.json"
    if TYPES.exists() and document.exists() and document.read_bytes() == made:
        return
    document.parent.mkdir(exist_ok=True)
    document.write_bytes(made)
    code, output = npm.run(npm.PAGE, "npm", "run", "types")
    assert code == 0, output
