"""Hints for checks that fail: what to change, and the lines for a proxy's file."""

import errno
import os
import pwd
import shlex
from pathlib import Path

WHOLE = "deploy/nginx.conf and deploy/haproxy.cfg are whole files to start from."
UPGRADE = (
    "In nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
    'proxy_set_header Connection "upgrade"; (HAProxy passes it on by itself). ' + WHOLE
)
ADDRESS = (
    "In nginx: proxy_set_header X-Forwarded-For $remote_addr; in HAProxy: "
    "http-request set-header X-Forwarded-For %[src]"
)
METRICS = (
    "In nginx: location ~ ^/metrics/?$ { return 404; } in HAProxy: "
    "http-request return status 404 if { path /metrics /metrics/ }"
)
ORIGIN = "In nginx: remove proxy_set_header Origin; the server has to see it."
PROTOCOL = "Let the proxy pass on Sec-WebSocket-Protocol, both ways."


def forward(port: int) -> str:
    """Return how to point a proxy at the server."""
    return (
        f"See that the server runs on [server] port = {port}, and the proxy leads "
        f"there; in nginx: location / {{ proxy_pass http://127.0.0.1:{port}; }}"
    )


def proxy_timeouts(seconds: float) -> str:
    """Return how to have a proxy keep a silent connection for so long."""
    return (
        f"In nginx: proxy_read_timeout {seconds:.0f}s; proxy_send_timeout "
        f"{seconds:.0f}s; in HAProxy: timeout tunnel {seconds:.0f}s"
    )


def folder(path: Path, error: OSError) -> str:
    """Return what helps where a folder is missing, or can't be written."""
    shown = shlex.quote(str(path))
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Make room there, or name another folder."
    if error.errno == errno.EROFS:
        return "Mount it for writing, or name another folder."
    made = "" if os.path.exists(path) else f"mkdir -p {shown} && "
    return (
        f"Make it this user's: {made}chown -R {_ourselves()}: {shown}, or name another "
        "folder."
    )


def _ourselves() -> str:
    """Return this user's name; under sudo the environment has the caller's."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's user need not have one
        return str(os.geteuid())


def database(reason: str) -> str:
    """Return what helps where a database's driver gives this reason."""
    for sign, hint in DATABASE:
        if sign in reason:
            return hint
    return "Check that it runs, and the address, user, password and rights."


def redis(reason: str) -> str:
    """Return what helps where Redis can't be used for this reason."""
    if any(sign in reason.lower() for sign in ("password", "authentication")):
        return "Correct the password: url = redis://:PASSWORD@host:6379/0"
    return (
        "Start Redis (systemctl start redis-server), or correct the address, or "
        "leave it empty for a single process."
    )


DATABASE = (
    ("full", "Make room on its disk (df -h)."),
    ("disk I/O error", "Make room on its disk (df -h), or look for the disk's errors."),
    ("unable to open", "Check that its folder is there, and may be written."),
    ("password", "Correct the password: url = postgresql://user:PASSWORD@host/name"),
    ("refused", "Start PostgreSQL (systemctl start postgresql), or correct the port."),
    ("translate host name", "Correct the name of its host."),
    ("database is locked", "End the program that has it open: fuser FILE."),
    ("not a database", "Restore a backup: rtserver restore FILE."),
    ("does not exist", "Make it: sudo -u postgres createdb --owner=USER NAME"),
    ("permission denied", "Make that user its owner: ALTER DATABASE … OWNER TO …"),
)
