"""``rtserver check`` where several processes share a database."""

from dataclasses import replace

import pytest

from rtserver.checks import outside
from rtserver.checks.outcome import CheckFailed, Skipped
from rtserver.settings.masked import SecretUrl
from rtserver.settings.model import DatabaseSettings, ServerSettings, Settings
from store.exclusive import ServerLock
from tests.processes import free_port


@pytest.fixture
def settings(postgres_url):
    """Those of processes at other ports, behind a proxy that is down."""
    base_url = f"http://127.0.0.1:{free_port()}"
    return replace(
        Settings(),
        server=ServerSettings(base_url=base_url, port=free_port()),
        database=DatabaseSettings(url=SecretUrl(postgres_url)),
    )


def test_a_proxy_that_is_down_is_found_though_no_process_has_this_port(settings):
    lock = ServerLock(settings.database_url.reveal(), shared=True)
    lock.take()

    with pytest.raises(CheckFailed, match="start the proxy"):
        outside.base_url(settings)
    lock.release()


def test_without_any_process_the_proxy_is_not_blamed(settings):
    with pytest.raises(Skipped, match="no server runs"):
        outside.base_url(settings)
