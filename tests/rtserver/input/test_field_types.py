"""The types of fields have one home."""

import ast
from collections import Counter
from collections.abc import Iterator

from tests.test_layers import ROOT, modules


def test_id_and_seq_are_defined_once() -> None:
    found = Counter(name for _, tree in modules(ROOT) for name in aliases(tree))

    assert (found["Id"], found["Seq"]) == (1, 1)


def aliases(tree: ast.Module) -> Iterator[str]:
    """Yield the names to which a module assigns ``Annotated[...]``."""
    for node in tree.body:
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Subscript(value=ast.Name(id="Annotated")),
            ):
                yield name
