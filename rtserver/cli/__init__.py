"""The command line: ``rtserver``, or ``python -m rtserver``."""
