"""Run a bench: ``python -m bench [name] [options]``; without a name, list them."""

import importlib
import sys

NAMES = (
    "chat_http",
    "peers",
    "fanout",
    "memory",
    "start",
    "boards",
    "bus",
    "outage",
    "flood",
    "kill",
    "rooms",
    "page",
    "held",
    "autobahn",
    "fuzz",
)


def main(argv):
    name, *options = argv or [""]
    if name not in NAMES:
        for known in NAMES:
            doc = importlib.import_module(f"bench.{known}").__doc__
            print(f"python -m bench {known:10} {doc.splitlines()[0]}")
        return 2 if name else 0
    sys.argv = [f"python -m bench {name}", *options]
    return importlib.import_module(f"bench.{name}").main()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
