"""The command line: ``rtserver``, or ``python -m rtserver``."""

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from rtserver import __version__
from rtserver.cli.console import Console
from rtserver.cli.context import Context
from rtserver.cli.parser import build_parser

INTERRUPTED = 130  # as a shell counts an end by SIGINT


def main(
    argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None
) -> int:
    """Run a command; return its exit code: 0 done, 1 failed, 2 usage or settings."""
    _keep_encoding_errors_away()
    try:
        code = _parse_and_run(argv, os.environ if environ is None else environ)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code
    except SystemExit as end:  # from argparse, which has said why
        return int(end.code or 0)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read has seen enough
        return 1
    except Exception as error:
        from rtserver.cli.failures import explain

        code, sentence = explain(error)
        print(f"rtserver: {sentence}", file=sys.stderr)
        return code


def _parse_and_run(argv: Sequence[str] | None, environ: Mapping[str, str]) -> int:
    parser = build_parser()
    args = parser.parse_args(argv)
    console = Console(json=args.json)
    if args.version:
        from rtserver.process import compiled

        form = compiled.form()
        answer = {"version": __version__, "form": form}
        console.answer(answer, f"{__version__} ({form})")
        return 0
    if args.command is None:
        parser.print_help(sys.stderr)
        return 2
    return _find(args.command)(Context(args, console, environ))


def _find(command: str) -> Callable[[Context], int]:
    """Return a command, importing what it needs and nothing else: it starts quickly."""
    # Written out: whatever freezes the program into one file has to see them.
    match command.split():
        case ["serve"]:
            gc.disable()  # until it serves: what imports make is no garbage
            return _serve
        case ["init"]:
            from rtserver.cli.init import init

            return init
        case ["check"]:
            from rtserver.cli.check import check

            return check
        case ["top"]:
            from rtserver.cli.top import top

            return top
        case ["migrate"]:
            from rtserver.cli.migrate import migrate

            return migrate
    from rtserver.cli.commands import COMMANDS
    from rtserver.process.logs import Logs

    def run(context: Context) -> int:
        with Logs.for_command():
            return COMMANDS[command](context)

    return run


def _serve(context: Context) -> int:
    """Serve; the server is imported once the settings say what it can do without."""
    from rtserver.process.unused_imports import leave_out

    settings = context.settings()
    leave_out(settings)
    from rtserver.cli.serve import serve

    return serve(context, settings)


def _keep_encoding_errors_away() -> None:
    """Have characters that the terminal can't show printed as escapes."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
