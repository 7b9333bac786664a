"""Hints for checks that fail: what to change, and the lines for a proxy's file."""

import errno
import os
import pwd
import re
import shlex
from pathlib import Path
from urllib.parse import unquote, urlsplit

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


def database(reason: str, url: str) -> str:
    """Return what helps where the driver of the database at ``url`` gives a reason."""
    for sign, hint in DATABASE:
        if sign in reason:
            return _filled_in(hint, url)
    return "Check that it runs, and the address, user, password and rights."


def _filled_in(hint: str, url: str) -> str:
    """Put a URL's user and database into a hint, as shell and SQL take them."""
    parts = urlsplit(url)
    user = unquote(parts.username or "") or _ourselves()
    name = unquote(parts.path.strip("/"))
    return hint.format(
        user=shlex.quote(user),
        name=shlex.quote(name),
        sql_user=_identifier(user),
        sql_name=_identifier(name),
    )


def _identifier(name: str) -> str:
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*", name)
    return name if plain else '"{}"'.format(name.replace('"', '""'))


def redis(reason: str) -> str:
    """Return what helps where Redis can't be used for this reason."""
    if any(sign in reason.lower() for sign in ("password", "authentication")):
        return "Correct the password: url = redis://:PASSWORD@host:6379/0"
    return (
        "Start Redis (systemctl start redis-server), or correct the address, or "
        "leave it empty for a single process."
    )


DATABASE = (
    ("full", "The disk is full: make room on it (df -h)."),
    ("disk I/O error", "The disk is full (df -h: make room on it), or has errors."),
    ("unable to open", "Check that its folder is there, and may be written."),
    ("password", "Correct the password: url = postgresql://user:PASSWORD@host/name"),
    ("refused", "Start PostgreSQL (systemctl start postgresql), or correct the port."),
    ("translate host name", "Correct the name of its host."),
    ("database is locked", "End the program that has it open: fuser FILE."),
    (
        "not a database",
        "That file is no SQLite database: correct the path, or put a backup in its "
        "place: rtserver restore FILE",
    ),
    (
        "encoding is",
        "Make it anew: sudo -u postgres createdb -E UTF8 -T template0 --owner={user} "
        "{name}",
    ),
    ('role "', "Make that user: sudo -u postgres createuser --pwprompt {user}"),
    (
        "does not exist",
        "Make it: sudo -u postgres createdb -E UTF8 -T template0 --owner={user} {name}",
    ),
    (
        "permission denied for table",
        "Its tables are another user's. In that database, in psql as a superuser: "
        "REASSIGN OWNED BY that_user TO {sql_user};",
    ),
    (
        "permission denied",
        "Make this user its owner, in psql as a superuser: ALTER DATABASE {sql_name} "
        "OWNER TO {sql_user};",
    ),
)
