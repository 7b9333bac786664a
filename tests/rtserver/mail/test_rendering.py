"""Templates are rendered, whatever a school has written into them."""

from pathlib import Path

import pytest

from rtserver.mail.rendering import Renderer

NAMES = {"name": "<Ann & Co>", "data": {"items": 3, "null": None}, "nobody": None}


def rendered(folder: Path, text: str, name: str = "x.txt") -> str | None:
    (folder / name).write_text(text)
    return Renderer([folder]).render(name, NAMES)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[{{ missing }}]", "[]"),
        ("[{{ nobody }}]", "[]"),
        ("[{{ missing.part[3].more() }}]", "[]"),
        ("[{{ missing + 1 }}{{ 2 * missing }}{{ 1 / missing }}{{ -missing }}]", "[]"),
        ("[{{ missing|upper }}{{ missing|round }}]", "[]"),
        ("{% if missing > 3 %}more{% endif %}", ""),
        ("{% for one in missing %}one{% endfor %}", ""),
        ("[{{ missing|int }}{{ missing|float + 1 }}{{ missing|tojson }}]", "[]"),
        ("{{ missing|int(5) }}{{ missing|int(default=6, base=8) }}", "56"),
        ("{{ '7'|int + 1 }}", "8"),
        ("[{{ missing|format(1) }}{{ 3|round(missing) }}]", "[]"),
        ("[{{ range(missing)|list }}{{ 'a-b'.split(missing) }}]", "[[]]"),
        ("{{ '%d' % missing }} {{ '%s' % missing }}", "0 "),
        ("{{ missing is in 'abc' }}", ""),
        ("[{{ nobody|upper }}{{ data.null|upper }}{{ data['null'] + 1 }}]", "[]"),
        ("{{ data.null|default('none') }} {{ data.null is none }}", "none True"),
        ("{{ nobody is none }} {{ data.items is none }}", "True False"),
    ],
)
def test_a_missing_value_shows_as_nothing(
    tmp_path: Path, text: str, shown: str
) -> None:
    assert rendered(tmp_path, text) == shown


def test_a_value_comes_before_a_method_of_the_same_name(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ data.items }}") == "3"


def test_only_html_is_escaped(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ name }}", "x.html") == "&lt;Ann &amp; Co&gt;"
    assert rendered(tmp_path, "{{ name }}", "x.txt") == "<Ann & Co>"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{% if %}", "(line 1)"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        ("{% include 'other.txt' %}", "other.txt isn't there"),
    ],
)
def test_a_file_that_fails_is_logged_without_a_value(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, told: str
) -> None:
    assert rendered(tmp_path, f"{{{{ name }}}}{text}") is None
    assert "mail template x.txt" in caplog.text and told in caplog.text
    assert "Ann" not in caplog.text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("own", "own"), ("{{ lesson.", "ours"), ("{{ 1 / 0 }}", "ours")],
)
def test_a_schools_own_file_is_taken_and_ours_if_it_fails(
    tmp_path: Path, text: str, shown: str
) -> None:
    own, ours = tmp_path / "own", tmp_path / "ours"
    for folder, content in ((own, text), (ours, "ours")):
        folder.mkdir()
        (folder / "x.txt").write_text(content)

    assert Renderer([own, ours]).render("x.txt", {}) == shown


def test_a_file_that_nobody_has_is_none_and_no_error(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert Renderer([tmp_path]).render("nothing.txt", {}) is None
    assert caplog.text == ""
