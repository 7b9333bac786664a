"""The log: its lines, its file, and what isn't let into it."""

import io
import json
import logging
import re
from contextlib import contextmanager, redirect_stderr

import pytest

from rtserver.log_context import CONNECTION, REQUEST, about
from rtserver.process.logs import Logs, TextFormatter
from rtserver.settings.errors import SettingsError
from rtserver.settings.model import LoggingSettings

OURS = logging.getLogger("rtserver.somewhere")


@contextmanager
def logging_to_stderr(**settings):
    """Log to stderr; ``err`` holds what was written there."""
    err = io.StringIO()
    with redirect_stderr(err), Logs.of(LoggingSettings(**settings)):
        yield err


@contextmanager
def at_work(request, connection):
    """Log as if for a request and a connection."""
    tokens = REQUEST.set(request), CONNECTION.set(connection)
    yield
    REQUEST.reset(tokens[0])
    CONNECTION.reset(tokens[1])


def fail(text):
    raise ValueError(text)


def log_failure(text):
    try:
        fail(text)
    except ValueError:
        OURS.exception("it failed")


def test_a_line_tells_time_level_logger_and_message():
    with logging_to_stderr() as err:
        OURS.info("hello %s", "there")

    form = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z INFO rtserver.somewhere hello "
    assert re.fullmatch(f"{form}there\n", err.getvalue())


def test_a_line_in_a_whole_second_has_no_digits_behind_it():
    record = logging.makeLogRecord({"name": "a", "levelname": "INFO", "msg": "x"})

    for moment, told in ((7.0, "07Z"), (8.25, "08.250Z"), (7.001, "07.001Z")):
        record.created = moment
        assert TextFormatter().format(record) == f"1970-01-01T00:00:{told} INFO a x"


def test_threads_and_callers_are_named_again_when_the_log_is_over():
    with logging_to_stderr():
        pass

    made = OURS.makeRecord("a", logging.INFO, "f", 1, "x", (), None)
    assert made.threadName
    assert OURS.findCaller()[2].startswith("test_threads")


def test_a_json_line_holds_the_same():
    with logging_to_stderr(format="json") as err:
        OURS.warning('two\nlines, "quoted" and \ud800')

    line = json.loads(err.getvalue())
    assert line["message"] == 'two\nlines, "quoted" and \\ud800'
    assert (line["level"], line["logger"]) == ("warning", "rtserver.somewhere")
    assert line["ts"].endswith("Z") and err.getvalue().count("\n") == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_is_traced_without_its_text(form):
    with logging_to_stderr(format=form) as err:
        log_failure("what Olena" + " wrote")

    assert "in fail" in err.getvalue() and "ValueError" in err.getvalue()
    assert "what Olena wrote" not in err.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_line_ends_in_what_it_is_about(form):
    with logging_to_stderr(format=form) as err, at_work("r1", "c_1"):
        OURS.info("hello")
        OURS.info("closed", extra=about(connection="c_2", user=7))

    first, second = err.getvalue().splitlines()
    if form == "text":
        assert first.endswith(" hello request=r1 connection=c_1")
        assert second.endswith(" closed connection=c_2 user=7 request=r1")
    else:
        told = json.loads(second)
        assert (told["connection"], told["user"]) == ("c_2", 7)
        assert json.loads(first)["request"] == "r1"


def test_figures_are_members_of_a_json_line_alone():
    extra = {"figures": {"status": 200}}
    with logging_to_stderr(format="json") as as_json:
        OURS.info("%d", 200, extra=extra)
    with logging_to_stderr() as text:
        OURS.info("%d", 200, extra=extra)

    assert json.loads(as_json.getvalue())["status"] == 200
    assert text.getvalue().endswith(" 200\n")


def test_the_level_decides_what_is_told():
    with logging_to_stderr(level="warning") as err:
        OURS.info("not this")
        OURS.warning("but this")

    assert "not this" not in err.getvalue() and "but this" in err.getvalue()


@pytest.mark.parametrize("name", ["peewee", "asyncio", "tornado.general"])
def test_libraries_are_heard_from_warnings_on_whatever_the_level(name):
    with logging_to_stderr(level="debug") as err:
        logging.getLogger(name).debug("SELECT 'Olena'")
        logging.getLogger(name).info("GET /?token=secret")
        logging.getLogger(name).warning("look")
        OURS.debug("ours")

    assert [line.split()[-1] for line in err.getvalue().splitlines()] == [
        "look",
        "ours",
    ]


def test_a_file_that_was_moved_away_is_begun_anew(tmp_path):
    path, moved = tmp_path / "log", tmp_path / "log.1"
    with Logs.of(LoggingSettings(file=path)) as logs:
        OURS.info("first")
        path.rename(moved)
        OURS.info("second")
        logs.reopen()
        OURS.info("third")

    assert moved.read_text().count("\n") == 2
    assert path.read_text().endswith(" third\n")


def test_a_file_that_cannot_be_begun_anew_stays_the_old_one(tmp_path):
    (tmp_path / "logs").mkdir()
    with Logs.of(LoggingSettings(file=tmp_path / "logs" / "log")) as logs:
        (tmp_path / "logs").rename(tmp_path / "moved")
        with pytest.raises(OSError):
            logs.reopen()
        OURS.info("still here")

    assert "still here" in (tmp_path / "moved" / "log").read_text()


def test_a_file_that_cannot_be_written_is_a_mistake_in_the_settings(tmp_path):
    with pytest.raises(SettingsError, match=r"\[logging\] file"):
        Logs.of(LoggingSettings(file=tmp_path))


def test_stderr_has_nothing_to_begin_anew():
    with redirect_stderr(io.StringIO()), Logs.of(LoggingSettings()) as logs:
        logs.reopen()


def test_commands_log_troubles_alone():
    err = io.StringIO()
    with redirect_stderr(err), Logs.for_command():
        OURS.info("listening")
        OURS.error("trouble")

    assert "listening" not in err.getvalue() and "trouble" in err.getvalue()


def test_logging_is_afterwards_as_it_was_before():
    before = [logging.getLogger(name).level for name in (None, "rtserver")]
    handlers = list(logging.getLogger().handlers)
    with logging_to_stderr(level="debug"):
        pass

    assert [logging.getLogger(name).level for name in (None, "rtserver")] == before
    assert logging.getLogger().handlers == handlers
