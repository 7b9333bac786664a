"""The settings of a server at work: its limits and its log.

They are written as those in ``rtserver.settings.sections``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, get_args

from rtserver.settings.types import BYTES, COUNT, OPTIONAL_PATH, choice, number

Level = Literal["debug", "info", "warning", "error"]
LogFormat = Literal["text", "json"]


@dataclass(frozen=True, slots=True)
class LimitsSettings:
    """Limits of what one client, one user and all of them may take."""

    subscriptions: Annotated[int, COUNT, "Most channels of one connection."] = 64
    message_bytes: Annotated[
        int, BYTES, "Largest frame from a client; a longer one closes with 1009."
    ] = 262_144
    body_bytes: Annotated[int, BYTES, "Largest body of an HTTP request."] = 1_048_576
    guest_bytes: Annotated[
        int, BYTES, "Largest frame or body of who hasn't signed in: a token fits."
    ] = 16_384
    connections: Annotated[
        int, COUNT, "Most connections; keep well below the limit on open files."
    ] = 10_000
    guest_connections: Annotated[
        int, COUNT, "Of these, how many may be without a token so far (at most half)."
    ] = 1000
    connections_per_user: Annotated[
        int, COUNT, "Most connections of one user: many tabs, but not a leak."
    ] = 16
    queue_bytes: Annotated[
        int, BYTES, "A client that leaves more than this unread is closed (4002)."
    ] = 1_048_576
    replay: Annotated[int, COUNT, "Most missed events that are replayed."] = 500
    replay_bytes: Annotated[int, BYTES, "Most bytes that are replayed."] = 4_194_304
    replay_total_bytes: Annotated[
        int, BYTES, "The same of all chats together; one alone is always replayed."
    ] = 8_388_608
    bad_frames: Annotated[
        int, COUNT, "More bad requests than this in a minute close with 4500."
    ] = 20
    commands_per_second: Annotated[
        float,
        number(0.001, 1_000_000, "commands a second"),
        "Commands that one user may send in the long run, over all connections.",
    ] = 100.0
    commands_burst: Annotated[
        int, COUNT, "Commands that they may send at once after a quiet while."
    ] = 200
    write_bytes_per_second: Annotated[
        int,
        BYTES,
        "Bytes that one user may have stored in the long run, over all connections.",
    ] = 1_048_576
    write_bytes_burst: Annotated[
        int, BYTES, "Bytes that they may have stored at once after a quiet while."
    ] = 67_108_864
    requests_per_second: Annotated[
        float,
        number(0.001, 1_000_000, "requests a second"),
        "HTTP requests that one user may send in the long run; Api-Keys: no limit.",
    ] = 100.0
    requests_burst: Annotated[
        int, COUNT, "HTTP requests that they may send at once after a quiet while."
    ] = 2000
    requests_at_once: Annotated[
        int, COUNT, "Of these, how many are answered at once; more wait for their turn."
    ] = 32
    mails_per_hour: Annotated[
        int,
        COUNT,
        "Mails that one tutor may cause by changing lessons, in the long run.",
    ] = 1000
    mails_burst: Annotated[
        int, COUNT, "Mails that they may cause at once after a quiet while."
    ] = 2000
    logins_per_minute: Annotated[
        int,
        COUNT,
        "Tries to log in per address and account, in each process: against guessing.",
    ] = 10


@dataclass(frozen=True, slots=True)
class LoggingSettings:
    """The log: what is told, and where."""

    level: Annotated[Level, choice(*get_args(Level)), "From which level on."] = "info"
    format: Annotated[
        LogFormat, choice(*get_args(LogFormat)), "For people, or one JSON a line."
    ] = "text"
    file: Annotated[
        Path | None, OPTIONAL_PATH, "Empty: stderr. Opened again on SIGHUP."
    ] = None
