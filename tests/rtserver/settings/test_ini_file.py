import pytest

from rtserver.settings.ini_file import read_ini


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        file = tmp_path / "config.ini"
        file.write_text(text, "utf-8")
        found = read_ini(str(file))
        return found.errors or {name: v.text for name, v in found.values.items()}

    return read_text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[a]\nk = v", "v"),
        ("[a]\nk=v\n", "v"),
        ("[a]\nK : v\n", "v"),
        ("\ufeff[a]\nk = v\n", "v"),
        ("[a]\r\nk = v\r\n", "v"),
        ("  [a]\n  k = v\n", "v"),
        ("# k = 1\n[a]\n; k = 2\nk = v\n", "v"),
        ("[a]\nk = v # kept\n", "v # kept"),
        ("[a]\nk = 100%$x\n", "100%$x"),
        ("[a]\nk = a=b:c\n", "a=b:c"),
        ("[a]\nk =\n", ""),
        ("[a]\nk = v,\n    w\n", "v,\nw"),
        ("[a]\nk =\n    v\n", "v"),
        ("[a]\nk = v,\n\n  # why\n  w\n", "v,\nw"),
        ("[b]\n[a]\nk = v\n[b]\n", "v"),
    ],
)
def test_value_is_read(text, value, read):
    assert read(text) == {("a", "k"): value}


def test_keys_indented_alike_are_entries_of_their_own(read):
    assert read("[a]\n  k = v\n  l = w\n") == {("a", "k"): "v", ("a", "l"): "w"}


def test_section_may_be_taken_up_again(read):
    assert read("[a]\nk = v\n[b]\n[a]\nl = w\n") == {("a", "k"): "v", ("a", "l"): "w"}


def test_every_double_key_is_a_mistake(read):
    assert len(read("[a]\nk = 1\nk = 2\n  3\nk = 4\n[a]\nk = 5\n")) == 3
