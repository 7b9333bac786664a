"""Run the command line as ``python -m rtserver``."""

from rtserver.cli import main

raise SystemExit(main())
