"""``rtserver check``: try everything out that the server needs."""

from rtserver.checks.suite import Result, all_results
from rtserver.cli.context import Context
from rtserver.settings.errors import SettingsError


def check(context: Context) -> int:
    """Print one line per check; 1 if any fails, the settings' mistakes included."""
    try:
        settings = context.settings()
    except SettingsError as error:
        results = [Result("settings", False, str(wrong)) for wrong in error.mistakes]
    else:
        results = [Result("settings", True, "no mistakes"), *all_results(settings)]
    lines = [
        f"{'ok  ' if result.ok else 'FAIL'} {result.name:9} {result.message}"
        for result in results
    ]
    values = [result._asdict() for result in results]
    context.console.answer(values, "\n".join(lines))
    return 0 if all(result.ok for result in results) else 1
