"""nginx and HAProxy, run from the files that are shipped, with TLS, before a server."""

import os
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from tests.deploy.tools import DEPLOY, tool
from tests.patience import PATIENCE
from tests.processes import Guard, free_port, wait_until
from tests.school import Reply

HOST = "rt.school.example"
# What the files have for one process, and as comments for several.
ONE, SEVERAL = 8080, (8081, 8082, 8083)


def write_certificate(folder: Path) -> None:
    """Write a self-signed certificate and its key, apart and in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    names = [x509.DNSName(HOST), x509.DNSName("localhost")]
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    chain = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "fullchain.pem").write_bytes(chain)
    (folder / "privkey.pem").write_bytes(private)
    (folder / f"{HOST}.pem").write_bytes(chain + private)


def nginx(folder: Path, upstream: Sequence[int], plain: int, tls: int) -> list[str]:
    """Write nginx's files for these ports; give the command that runs it."""
    site = _leading((DEPLOY / "nginx.conf").read_text(), upstream)
    site = re.sub(r".*listen \[::\].*\n", "", site)
    for shown, meant in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        (f"/etc/letsencrypt/live/{HOST}", str(folder)),
        ("/var/log/nginx", str(folder)),
    ):
        assert shown in site
        site = site.replace(shown, meant)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/main.log; daemon off;\n"
        f"{_as_ourselves()} events {{}} http {{\n{paths}{site}}}\n"
    )
    return [tool("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _as_ourselves() -> str:
    """Let the workers of root's nginx reach a folder that is closed to others."""
    return "" if os.geteuid() else "user root;"


def _leading(text: str, upstream: Sequence[int]) -> str:
    """Lead a proxy to one process, or to three, as its file tells one to do it."""
    shown = (ONE,) if len(upstream) == 1 else SEVERAL
    if shown is SEVERAL:
        text = re.sub(rf"\n *server .*:{ONE}.*", "", text)
        text = re.sub(r"# (server .*127\.0\.0\.1:808)", r"\1", text)
    for port, meant in zip(shown, upstream, strict=True):
        assert f" 127.0.0.1:{port}" in text
        text = text.replace(f" 127.0.0.1:{port}", f" 127.0.0.1:{meant}")
    return text


def haproxy(folder: Path, upstream: Sequence[int], plain: int, tls: int) -> list[str]:
    """Write HAProxy's file for these ports; give the command that runs it."""
    config = _leading((DEPLOY / "haproxy.cfg").read_text(), upstream)
    for shown, meant in (
        ("bind :80", f"bind 127.0.0.1:{plain}"),
        ("bind :443", f"bind 127.0.0.1:{tls}"),
        (f"/etc/haproxy/{HOST}.pem", str(folder / f"{HOST}.pem")),
        ("log /dev/log local0", "log stdout format raw local0"),
        ("maxconn 30000", "maxconn 100"),  # more than a test's machine may allow
    ):
        assert shown in config
        config = config.replace(shown, meant)
    # Only root may become another; and the tests' folder is closed to others.
    config = re.sub(r"^    (user|group) haproxy\n", "", config, flags=re.MULTILINE)
    (folder / "haproxy.cfg").write_text(config)
    return [tool("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")]


def allow(config: Path, per_address: int) -> None:
    """Allow an address so many connections, in place of what the file has."""
    shown = re.compile(r"(limit_conn rtserver_address |sc_conn_cur\(0\) gt )500")
    text, times = shown.subn(rf"\g<1>{per_address}", config.read_text())
    assert times == 1
    config.write_text(text)


KINDS = {"nginx": nginx, "haproxy": haproxy}


class Proxy:
    """One of the two, before the server on port ``upstream``, or before three."""

    def __init__(
        self,
        kind: str,
        folder: Path,
        *upstream: int,
        tls_port: int = 0,
        per_address: int = 500,
    ) -> None:
        self.folder = folder
        self._ports = free_port(), tls_port or free_port()
        write_certificate(folder)
        command = KINDS[kind](folder, upstream, *self._ports)
        allow(Path(command[-1]), per_address)
        with (folder / "out.log").open("wb") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=out)
        self._guard = Guard(folder, self._process.pid, signal.SIGTERM)
        wait_until(self._listens)

    @property
    def plain_url(self) -> str:
        return f"http://127.0.0.1:{self._ports[0]}"

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._ports[1]}"

    @property
    def trust(self) -> ssl.SSLContext:
        """What makes a client believe the certificate."""
        context = ssl.create_default_context(cafile=self.folder / "fullchain.pem")
        context.check_hostname = False
        return context

    def said(self) -> str:
        """Return all that stands in any log."""
        return "\n".join(log.read_text() for log in self.folder.glob("*.log"))

    def _listens(self) -> bool:
        assert self._process.poll() is None, self.said()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._ports[1])) == 0

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait(PATIENCE)
        self._guard.dismiss()


async def ask(proxy: Proxy, path: str, url: str = "", **more: Any) -> Reply:
    request = HTTPRequest(
        (url or proxy.url) + path,
        headers={"Host": HOST, **more.pop("headers", {})},
        ssl_options=proxy.trust,
        follow_redirects=False,
        **more,
    )
    client = AsyncHTTPClient(force_instance=True)
    try:
        return Reply(await client.fetch(request, raise_error=False))
    finally:
        client.close()
