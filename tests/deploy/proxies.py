"""nginx and HAProxy, run from the files that are shipped, with TLS, before a server."""

import os
import re
import signal
import socket
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.deploy.tools import DEPLOY, tool
from tests.processes import Guard, free_port, wait_until

HOST = "rt.school.example"


def write_certificate(folder: Path) -> None:
    """Write a self-signed certificate and its key, apart and in one file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    chain = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "fullchain.pem").write_bytes(chain)
    (folder / "privkey.pem").write_bytes(private)
    (folder / f"{HOST}.pem").write_bytes(chain + private)


def nginx(folder: Path, upstream: int, plain: int, tls: int) -> list[str]:
    """Write nginx's files for these ports; give the command that runs it."""
    site = (DEPLOY / "nginx.conf").read_text()
    site = re.sub(r".*listen \[::\].*\n", "", site)
    for shown, meant in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{tls} ssl;"),
        ("127.0.0.1:8080", f"127.0.0.1:{upstream}"),
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


def haproxy(folder: Path, upstream: int, plain: int, tls: int) -> list[str]:
    """Write HAProxy's file for these ports; give the command that runs it."""
    config = (DEPLOY / "haproxy.cfg").read_text()
    for shown, meant in (
        ("bind :80", f"bind 127.0.0.1:{plain}"),
        ("bind :443", f"bind 127.0.0.1:{tls}"),
        ("127.0.0.1:8080", f"127.0.0.1:{upstream}"),
        (f"/etc/haproxy/{HOST}.pem", str(folder / f"{HOST}.pem")),
        ("log /dev/log local0", "log stdout format raw local0"),
        ("maxconn 30000", "maxconn 100"),  # more than a test's machine may allow
    ):
        assert shown in config
        config = config.replace(shown, meant)
    (folder / "haproxy.cfg").write_text(config)
    return [tool("haproxy"), "-db", "-f", str(folder / "haproxy.cfg")]


KINDS = {"nginx": nginx, "haproxy": haproxy}


class Proxy:
    """One of the two, before the server on port ``upstream``."""

    def __init__(self, kind: str, folder: Path, upstream: int) -> None:
        self.folder = folder
        self._ports = free_port(), free_port()
        write_certificate(folder)
        command = KINDS[kind](folder, upstream, *self._ports)
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
        """Give all that stands in any log."""
        return "\n".join(log.read_text() for log in self.folder.glob("*.log"))

    def _listens(self) -> bool:
        assert self._process.poll() is None, self.said()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._ports[1])) == 0

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait(10)
        self._guard.dismiss()
