"""The page of an export, for people: one file, no scripts, nothing from elsewhere."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from html import escape
from typing import Any

import msgspec

from rtserver.privacy.export_tables import ExportTable, Record

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 70rem;
 padding: 0 1rem }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border: 1px solid #bbb; padding: .3rem .5rem; text-align: left;
 vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere }}
th {{ background: #eee }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Made on {made_at}. The same, and more of it, is in the .json files beside this page;
manifest.json tells what each of them is. Times are UTC.</p>
"""
_TAIL = "</body>\n</html>\n"


def head(user_id: int, made_at: datetime) -> str:
    title = f"What is kept about user {user_id}"
    return _HEAD.format(title=escape(title), made_at=_shown(made_at))


def section(table: ExportTable, records: Iterable[Record]) -> Iterator[str]:
    """Yield a table's section, piece by piece."""
    yield f"<h2>{escape(table.title)}</h2>\n<p>{escape(table.about)}</p>\n"
    heads = "".join(f"<th>{escape(_words(name))}</th>" for name in table.columns)
    yield f"<table>\n<tr>{heads}</tr>\n"
    for record in records:
        cells = "".join(
            f"<td>{escape(_shown(record.get(name)))}</td>" for name in table.columns
        )
        yield f"<tr>{cells}</tr>\n"
    yield "</table>\n"


def tail() -> str:
    return _TAIL


def _words(name: str) -> str:
    return name.replace("_", " ")


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        case msgspec.Raw():
            return bytes(value).decode("utf-8", "replace")
    return str(value)
