"""Which modules are compiled: all of the list or none, and nothing that can't be."""

import ast
import os
from pathlib import Path

import pytest

from rtserver.process.compiled import COMPILED, MIXED, MODULES, PURE, form

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("rtserver", "handlers", "store", "templates")


def source(module: str) -> Path:
    return ROOT / f"{module.replace('.', '/')}.py"


def test_the_tests_run_in_the_form_that_they_were_started_for() -> None:
    meant = "tests/compiled" in os.environ.get("PYTHONPATH", "")

    assert form() == (COMPILED if meant else PURE)


def test_one_module_of_the_other_form_is_noticed() -> None:
    assert form(["msgspec._core", "rtserver.errors"]) == MIXED
    assert form(["msgspec._core"]) == COMPILED
    assert form(["rtserver.errors"]) == PURE


def test_no_compiled_module_lies_among_the_sources() -> None:
    assert [p for name in FOLDERS for p in (ROOT / name).rglob("*.so")] == []


# Compiled code takes an instance for true that has a length and no __bool__.
@pytest.mark.parametrize("module", MODULES)
def test_what_has_a_length_says_itself_when_it_is_true(module: str) -> None:
    tree = ast.parse(source(module).read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            methods = {each.name for each in node.body if hasattr(each, "name")}
            assert "__len__" not in methods or "__bool__" in methods


# Compiled, a struct's annotations aren't types any more, which only shows at run time.
@pytest.mark.parametrize("module", MODULES)
def test_no_struct_is_compiled(module: str) -> None:
    tree = ast.parse(source(module).read_text("utf-8"))
    bases = [
        ast.unparse(base)
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    ]

    assert not {"Struct", "msgspec.Struct"} & set(bases)
