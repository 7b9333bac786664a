"""A school that runs, and is known to the world by a proxy's address."""

from contextlib import ExitStack

import pytest

from tests.processes import free_port
from tests.rtserver.checks.faulty_proxy import Proxy, running
from tests.rtserver.cli_runs import Cli, serving

SECRET = "a-secret-for-tests-that-is-long-enough"


class Behind:
    """The running server, its settings, and a proxy before it, once there is one."""

    def __init__(self, folder):
        self.port, self.proxy_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.proxy_port}"
        self.cli = Cli(
            folder,
            server_base_url=self.url,
            server_port=self.port,
            auth_secret=SECRET,
            presence_heartbeat=1.5,
        )
        self._proxies = ExitStack()

    def start(self):
        self.cli.add_user("Admin", "admin")
        return serving(self.cli, "--port", str(self.port))

    def through(self, **how):
        """Put a proxy there."""
        proxy = Proxy(self.proxy_port, self.port, **how)
        self._proxies.enter_context(running(proxy))

    def check(self, *argv, **settings):
        """Run the check, with settings that the server doesn't have."""
        cli = Cli(self.cli.data.parent)
        cli.environ |= self.cli.environ
        cli.set(**settings)
        return cli.run("check", *argv)

    def forget(self):
        self._proxies.close()


@pytest.fixture(scope="package")
def served(tmp_path_factory):
    behind = Behind(tmp_path_factory.mktemp("behind"))
    with behind.start():
        yield behind


@pytest.fixture
def behind(served):
    """The one server of these tests, without a proxy as yet."""
    yield served
    served.forget()


@pytest.fixture
def cli(tmp_path):
    return Cli(tmp_path)
