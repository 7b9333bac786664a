"""Run the command line as ``python -m rtserver``."""

from rtserver.cli.main import main

raise SystemExit(main())
