"""The own tests of Excalidraw's binding; tests/browser has it in real pages."""

import pytest

from tests.clients import npm


@pytest.mark.long
def test_binding_of_excalidraw_passes_its_tests() -> None:
    npm.prepare("js", "excalidraw")
    for name in ("js", "excalidraw"):  # the one needs the other's types
        npm.build(name)

    code, output = npm.run("excalidraw", "npm", "run", "check")

    print(output)
    assert code == 0
