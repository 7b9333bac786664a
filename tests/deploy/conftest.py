"""What the tests of ``install.sh``, and those of the proxies, share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.machine import Real
from tests.deploy.proxies import KINDS, Proxy
from tests.school import School


@pytest.fixture
def machine(tmp_path):
    (tmp_path / "binary").write_text("#!/bin/sh\necho first\n")
    return tmp_path / "machine"


@pytest.fixture
def real(machine):
    return Real(machine)


@pytest.fixture(params=KINDS)
def proxy(
    request: pytest.FixtureRequest, sqlite_school: School, tmp_path: Path
) -> Iterator[Proxy]:
    """A proxy before the running server."""
    (tmp_path / "proxy").mkdir()
    port = sqlite_school.services.port
    proxy = Proxy(request.param, tmp_path / "proxy", port)
    yield proxy
    proxy.stop()
