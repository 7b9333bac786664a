"""The list of modules that mypyc compiles, and whether they are compiled here.

They are the whole way of a frame, from the socket to the sockets of those who hear of
it: each step from compiled to interpreted code and back costs more than it saves. One
source serves both forms; ``deploy/compile.py`` reads the list from here.
"""

from collections.abc import Iterable
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec

MODULES = (
    "handlers.board_commands",
    "handlers.command",
    "handlers.command_loop",
    "handlers.command_queue",
    "handlers.dispatch",
    "handlers.pace",
    "handlers.patch_run",
    "rtserver.access.allowances",
    "rtserver.boards.events",
    "rtserver.boards.service",
    "rtserver.delivery.channels",
    "rtserver.delivery.command_result",
    "rtserver.delivery.hub",
    "rtserver.delivery.listeners",
    "rtserver.delivery.local_delivery",
    "rtserver.delivery.pending_ack",
    "rtserver.delivery.publication",
    "rtserver.delivery.publisher",
    "rtserver.delivery.session",
    "rtserver.delivery.tick_clock",
    "rtserver.delivery.wire",
    "rtserver.edge.connection",
    "rtserver.edge.control_frame_limit",
    "rtserver.edge.counters",
    "rtserver.edge.flusher",
    "rtserver.edge.frames",
    "rtserver.edge.intake",
    "rtserver.edge.send_queue",
    "rtserver.edge.sender",
    "rtserver.input.decode",
    "rtserver.input.envelope",
    "rtserver.limits",
)
COMPILED, PURE, MIXED = "compiled", "pure Python", "mixed"


def form(modules: Iterable[str] = MODULES) -> str:
    """Return how this installation runs: COMPILED, PURE, or MIXED, which is broken."""
    kinds = {_is_compiled(name) for name in modules}
    if len(kinds) > 1:
        return MIXED
    return COMPILED if kinds == {True} else PURE


def _is_compiled(module: str) -> bool:
    found = find_spec(module)
    origin = found.origin if found is not None else None
    return origin is not None and origin.endswith(tuple(EXTENSION_SUFFIXES))
