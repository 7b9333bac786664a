"""The callback that does nothing, until somebody sets one."""


def ignore(*_: object) -> None:
    """Do nothing: the default of a callback that nobody has to set."""
