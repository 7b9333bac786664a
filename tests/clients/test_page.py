"""The classroom page's own checks: format, types, and its reducers by Node.js."""

import subprocess
import sys

import pytest

from tests.clients import npm
from tests.served import ROOT


@pytest.mark.long
def test_the_page_passes_its_checks() -> None:
    npm.prepare(npm.PAGE)
    write_types()

    code, output = npm.run(npm.PAGE, "npm", "run", "check")

    print(output)
    assert code == 0


def write_types() -> None:
    """Write the API's types, as ``make web`` does."""
    folder = ROOT / "web" / "build"
    folder.mkdir(exist_ok=True)
    document = [sys.executable, "-m", "handlers.api_docs"]
    made = subprocess.run(document, cwd=ROOT, capture_output=True, check=True).stdout
    (folder / "openapi.json").write_bytes(made)
    code, output = npm.run(npm.PAGE, "npm", "run", "types")
    assert code == 0, output
