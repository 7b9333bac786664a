"""The JavaScript client's own tests: Node.js, a browser, and a real server."""

import pytest

from tests.clients import npm
from tests.demo_school import demo_school


@pytest.mark.long
def test_javascript_client_passes_its_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    npm.prepare("js")
    npm.build("js")
    monkeypatch.setenv("DEMO_SCHOOL", str(demo_school()))

    code, output = npm.run("js", "npm", "run", "check")

    print(output)  # what was skipped in there, too
    assert code == 0
