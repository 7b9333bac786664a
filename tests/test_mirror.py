"""Whoever looks for the tests of a module finds them at the same path under tests/."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("store", "handlers", "rtserver")
NEVER = ("__init__.py", "__main__.py")

# Modules without a test module of their own, and why.
EXCEPTIONS: Mapping[str, str] = {
    "store/models*.py": "a schema; test_migrate holds the migrations against it",
    "store/migrations/*.py": "test_migrate runs them, in both databases",
    "store/records.py": "frozen fields, no code",
    "store/errors.py": "exceptions, no code",
    "handlers/payloads.py": "fields, no code; flows/test_bad_input sends them all",
    "handlers/api_docs/socket_shapes.py": "fields, no code; test_asyncapi reads them",
    "rtserver/close_codes.py": "numbers, no code",
    "rtserver/callbacks.py": "a function that does nothing",
    "rtserver/services.py": "fields; test_app builds, starts and stops them all",
    "rtserver/checks/outcome.py": "fields and exceptions, no code",
    "rtserver/delivery/command_result.py": "two fields; test_command_loop sends them",
    "rtserver/delivery/subscriber.py": "a protocol; the hub's fakes keep to it",
    "rtserver/edge/http_listener.py": "a protocol; BoundedServer keeps to it",
    "rtserver/edge/limits.py": "numbers, no code",
    "rtserver/edge/state.py": "an enum; test_connection takes its steps",
    "rtserver/input/envelope_fields.py": "fields, no code; test_envelope reads them",
    "rtserver/mail/draft.py": "fields, no code; test_message writes mails of them",
    "rtserver/mail/events.py": "names, no code; test_templates has a mail for each",
    "rtserver/wiring/*.py": "joins the parts; every flow runs what it has built",
}


def test_every_module_has_a_test_module_of_the_same_path() -> None:
    assert [name for name in untested(ROOT, FOLDERS) if not excepted(name)] == []


def test_no_exception_is_made_without_need() -> None:
    names = list(untested(ROOT, FOLDERS))

    assert [p for p in EXCEPTIONS if not any(fnmatch(n, p) for n in names)] == []


def test_a_module_without_tests_is_noticed(tmp_path: Path) -> None:
    made = ("store/a.py", "store/b.py", "store/deep/a.py", "store/__init__.py")
    for name in (*made, "tests/store/test_a.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert list(untested(tmp_path, ["store"])) == ["store/b.py", "store/deep/a.py"]
    assert excepted("store/migrations/0001_x.py") and not excepted("store/model.py")


def excepted(name: str) -> bool:
    return any(fnmatch(name, pattern) for pattern in EXCEPTIONS)


def untested(root: Path, folders: Iterable[str]) -> list[str]:
    """Return the modules that have no test module at the same path under tests/."""
    paths = [path for folder in folders for path in (root / folder).rglob("*.py")]
    return sorted(
        str(path.relative_to(root))
        for path in paths
        if path.name not in NEVER
        and not _test_of(path.relative_to(root), root / "tests").exists()
    )


def _test_of(module: Path, tests: Path) -> Path:
    return (tests / module).with_name(f"test_{module.name}")
