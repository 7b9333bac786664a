"""What the tests of ``install.sh`` share."""

import pytest

from tests.deploy.machine import Real


@pytest.fixture
def machine(tmp_path):
    (tmp_path / "binary").write_text("#!/bin/sh\necho first\n")
    return tmp_path / "machine"


@pytest.fixture
def real(machine):
    return Real(machine)
