"""The limit of files, sockets among them, that this process may hold open."""

import resource

# Besides connections: the database, Redis, logs, requests that come and go.
RESERVE = 128


def needed(connections: int) -> int:
    """Return the limit with which so many connections fit."""
    return connections + RESERVE


def most_sockets(connections: int) -> int:
    """Return how many sockets of clients may be open, those of plain requests too.

    Half of the reserve is for requests beside full connections, and half for the rest.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(needed(connections), _counted(soft)) - RESERVE // 2


def highest() -> int:
    """Return the limit that a process of ours can reach."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _counted(hard)


def raise_to(wanted: int) -> int:
    """Raise the limit as far as may be, if it is below ``wanted``; give what it is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Not called without need: a sandbox may end a process for the attempt.
    if _counted(soft) >= wanted or soft == hard:
        return _counted(soft)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError):
        return _counted(soft)
    return _counted(hard)


def _counted(limit: int) -> int:
    return 2**31 - 1 if limit == resource.RLIM_INFINITY else limit
