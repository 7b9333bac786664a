"""The page that ``rtserver top`` shows: text made of figures, without any I/O."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from rtserver.cli.console import table
from rtserver.cli.top_view import MAIL_STATES, View

INDENT = 11
GAP = " " * 3
HEADS = ("PROCESS", "CONNECTIONS", "CPU", "MEMORY", "FILES", "LAG", "UP", "VERSION")
Part = tuple[str, Sequence[str]]


def page(view: View, *, width: int) -> list[str]:
    """Lay the figures out in lines; what is wider than ``width`` goes on in the next.

    Rows of tables and sentences are left to the terminal, which breaks them anywhere.
    """
    parts: list[Part] = [
        ("PEOPLE", _people(view["people"])),
        ("DELIVERY", _delivery(view["delivery"])),
        ("DATABASE", _database(view["database"])),
        ("HTTP", _http(view["http"])),
        ("BOARDS", _boards(view["boards"])),
        ("MAILS", _mails(view["mails"])),
        ("LOOP", _loop(view["loop"])),
    ]
    if view["redis"] is not None:
        parts.insert(5, ("REDIS", _redis(view["redis"])))
    wrapped = _wrapped(parts, width - INDENT)
    return [*_labelled(wrapped), "", *_processes(view["processes"])]


def _people(people: View) -> list[str]:
    some = (
        f"{number(people['online'])} online",
        f"{number(people['connections'])} of {number(people['connections_limit'])} "
        "connections",
        f"{number(people['subscriptions'])} subscriptions",
    )
    moves = (
        f"opened {rate(people['opened'])}",
        _by("closed", people["closed"]),
        _by("refused", people["refused"]),
        f"sign-ins limited {rate(people['logins_limited'])}",
    )
    return [_row(some), _row(moves)]


def _delivery(delivery: View) -> list[str]:
    received = f"received {size(delivery['received_bytes'])}/s"
    sent = f"sent {size(delivery['sent_bytes'])}/s"
    trouble = (
        f"limited {rate(delivery['limited'])}",
        f"waiting {size(delivery['queued_bytes'])}, "
        f"slowest {size(delivery['slowest_bytes'])}",
        f"replaced {rate(delivery['replaced'])}",
        _by("recoveries", delivery["recoveries"]),
        _by("gaps", delivery["gaps"]),
        f"resyncs {rate(delivery['resyncs'])}",
    )
    return [
        _row((_by("commands", delivery["commands"]), received)),
        _row((_by("frames", delivery["frames"]), sent)),
        _row(trouble),
    ]


def _database(database: View) -> list[str]:
    writes = (
        "FAILS" if database["up"] is False else "",
        f"changes {rate(database['changes'])} in commits {rate(database['commits'])}",
        f"{number(database['waiting'])} waiting",
        f"commit {times(database['commit'])}",
        f"wait {times(database['commit_wait'])}",
    )
    reads = (
        f"reads {rate(database['reads'])}",
        f"read {times(database['read'])}",
        f"{number(database['connections'])} of "
        f"{number(database['connections_limit'])} connections",
    )
    return [_row(writes), _row(reads)]


def _http(http: View) -> list[str]:
    whole = (_by("requests", http["statuses"]), times(http["time"]))
    routes = [
        f"  {route['route']:36}{rate(route['requests']):>7}  {times(route)}"
        for route in http["routes"]
    ]
    return [_row(whole), *routes]


def _boards(boards: View) -> list[str]:
    work = (
        f"{number(boards['in_memory'])} in memory",
        f"{number(boards['unsaved'])} changes unsaved",
        _by("changes", boards["changes"]),
        f"merge {times(boards['merge'])}",
        f"snapshots {rate(boards['snapshots'])} {times(boards['snapshot'])}",
    )
    return [_row(work)]


def _redis(redis: View) -> list[str]:
    link = (
        "up" if redis["up"] else "DOWN",
        f"round trip {duration(redis['round_trip'])}",
        f"reconnects {rate(redis['reconnects'])}",
        f"dropped {rate(redis['dropped'])}",
        f"presence {times(redis['presence'])}",
    )
    return [_row(link)]


def _mails(mails: View) -> list[str]:
    states = [f"{number(mails[state])} {state}" for state in MAIL_STATES]
    moves = (
        f"oldest due {duration(mails['oldest_due'])}",
        _by("tried", mails["tried"]),
        f"notifications {rate(mails['notifications'])}",
    )
    return [_row((*states, *moves))]


def _loop(loop: View) -> list[str]:
    return [_row((f"lag {times(loop['lag'])}", f"longest {duration(loop['longest'])}"))]


def _processes(processes: Sequence[View]) -> list[str]:
    rows = [
        (
            each["url"],
            number(each["connections"]),
            f"{each['cpu']:.0%}",
            size(each["memory"]),
            f"{number(each['files'])} of {number(each['files_limit'])}",
            duration(each["longest_lag"]),
            duration(each["up"]),
            each["version"],
        )
        for each in processes
        if "error" not in each
    ]
    errors = [each["error"] for each in processes if "error" in each]
    # Those first, since watch cuts off what is below a low window.
    return [*errors, *table(HEADS, rows).splitlines()]


def _by(name: str, rates: Mapping[str, float]) -> str:
    """Write a sum and its largest parts."""
    if not rates:
        return f"{name} 0/s"
    parts = ", ".join(f"{key} {short(each)}" for key, each in islice(rates.items(), 5))
    more = ", …" if len(rates) > 5 else ""
    return f"{name} {rate(sum(rates.values()))}: {parts}{more}"


def _row(texts: Sequence[str]) -> str:
    return GAP.join(text for text in texts if text)


def _wrapped(parts: Sequence[Part], width: int) -> list[Part]:
    """Break what is too wide into further lines, between two figures."""
    return [
        (name, [line for text in texts for line in _broken(text, width)])
        for name, texts in parts
    ]


def _broken(text: str, width: int) -> list[str]:
    # A route's line is a row of a table.
    if len(text) <= width or text.startswith(" "):
        return [text]
    first, *rest = text.split(GAP)
    lines = [first]
    for figure in rest:
        longer = f"{lines[-1]}{GAP}{figure}"
        if len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(figure)
    return lines


def _labelled(parts: Sequence[Part]) -> list[str]:
    """Put each part's name before its first line, and room before the others."""
    return [
        f"{'' if number else name:{INDENT}}{text}"
        for name, texts in parts
        for number, text in enumerate(texts)
    ]


def number(value: float) -> str:
    """Write a whole number."""
    return f"{value:,.0f}"


def short(value: float) -> str:
    """Write a number with two digits, or a large one whole."""
    return f"{value:,.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def rate(value: float) -> str:
    return f"{short(value)}/s"


def size(value: float) -> str:
    """Write a number of bytes."""
    for unit in ("B", "KB", "MB"):
        if value < 1000:
            return f"{short(value)} {unit}"
        value /= 1000
    return f"{short(value)} GB"


def duration(seconds: float) -> str:
    """Write seconds in the unit in which they are best read."""
    if seconds < 1:
        return f"{short(1000 * seconds)} ms"
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{short(seconds)} s"


def times(quantiles: Mapping[str, Any]) -> str:
    """Write the percentiles of a histogram."""
    if quantiles["p50"] is None:
        return "–"
    return f"p50 {duration(quantiles['p50'])} p99 {duration(quantiles['p99'])}"
