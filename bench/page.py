"""The classroom page, in a browser: what it costs who opens it, and who keeps it open.

``load``: see ``page_load``; ``board``: ``page_board``; ``hour``: ``page_hour``;
``clone``: ``page_clone``.
"""

import argparse

from bench import page_board, page_clone, page_hour, page_load, stage

WHAT = {
    "load": page_load.tell,
    "board": page_board.tell,
    "hour": page_hour.tell,
    "clone": page_clone.tell,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=WHAT, nargs="*", default=list(WHAT))
    parser.add_argument("--elements", type=int, default=page_board.ELEMENTS)
    parser.add_argument("--seconds", type=float, default=20, help="of frames")
    parser.add_argument("--minutes", type=float, default=60, help="of the hour")
    parser.add_argument("--speed", type=float, default=30, help="times as fast")
    parser.add_argument("--slowed", type=int, default=page_load.SLOWED)
    parser.add_argument("--runs", type=int, default=5, help="of loading")
    options = parser.parse_args()
    print(stage.machine())
    for what in options.what:
        WHAT[what](options)
    return 0
