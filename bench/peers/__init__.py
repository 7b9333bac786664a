"""Do what the field's fastest do, beside them: rooms, cursors, patches, returns.

rtserver, Node.js with ``ws``, Bun, uWebSockets.js and C, in one run, in turns. With
``--write`` the figures become the table of ``docs/performance.md`` and its picture.
"""

import argparse

from bench import stage
from bench.peers import report, servers, shapes

Runs = dict[str, list[shapes.Figures]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shape", choices=shapes.SHAPES, action="append")
    parser.add_argument("--server", choices=servers.NAMES, action="append")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="one run of a second")
    parser.add_argument("--write", action="store_true", help="docs/performance.md")
    options = parser.parse_args()
    if options.short:
        options.seconds, options.runs = 1.0, 1
    kinds = present(options.server or list(servers.NAMES))
    length = f"{options.runs} × {options.seconds:g} s each"
    told = f"{stage.machine()}; {length}; {servers.versions(kinds)}"
    print(told, flush=True)
    rows: list[report.Row] = []
    for name in options.shape or shapes.SHAPES:
        # Of its own, since what one shape draws is loaded with the boards of the next.
        with stage.folder() as at:
            runs = measure(name, kinds, servers.School(at), options)
        found = report.rows(shapes.SHAPES[name], runs)
        print("\n".join(report.line(name, row) for row in found), flush=True)
        rows += found
    if options.write:
        report.write(rows, kinds, told)
    return 0


def present(wanted: list[str]) -> list[str]:
    """Return the servers that can be had here, and say why another can't."""
    for kind in wanted:
        if reason := servers.missing(kind):
            print(f"left out: {servers.NAMES[kind]}: {reason}")
    return [kind for kind in wanted if not servers.missing(kind)]


def measure(
    name: str, kinds: list[str], school: servers.School, options: argparse.Namespace
) -> Runs:
    """Let the servers of one shape take turns."""
    runs: Runs = {kind: [] for kind in kinds if kind in shapes.SHAPES[name].servers}
    for _ in range(options.runs):
        for kind in runs:
            runs[kind].append(once(name, kind, school, options.seconds))
    return runs


def once(
    name: str, kind: str, school: servers.School, seconds: float
) -> shapes.Figures:
    if name == "posts":
        return shapes.posts(seconds)
    lent = school.server() if kind == "rtserver" else servers.peer(kind)
    with lent as server:
        return shapes.run(name, school, server, seconds, is_limit=kind == "c")
