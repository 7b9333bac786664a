"""``rtserver check``: try out everything that the server needs."""

from rtserver.checks.outcome import Result
from rtserver.checks.suite import all_results
from rtserver.cli.context import Context
from rtserver.settings.errors import SettingsError


def check(context: Context) -> int:
    """Print one line per check; 1 if any fails, the settings' mistakes included.

    A warning (``warn``) is of what works, but shouldn't stay as it is.
    What couldn't be tried, such as the public address of a server that doesn't run, is
    ``skipped``, which is no failure.
    """
    try:
        settings = context.settings()
    except SettingsError as error:
        results = [Result("settings", False, str(wrong)) for wrong in error.errors]
    else:
        found = all_results(settings, idle=context.args.idle)
        results = [Result("settings", True, "no mistakes"), *found]
    lines = [
        f"{_verdict(result)} {result.name:9} {result.message}" for result in results
    ]
    values = [result._asdict() for result in results]
    context.console.answer(values, "\n".join(lines))
    return 0 if all(result.ok for result in results) else 1


def _verdict(result: Result) -> str:
    if result.skipped or result.warned:
        return "skip" if result.skipped else "warn"
    return "ok  " if result.ok else "FAIL"
