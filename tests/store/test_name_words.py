"""Names are found by the beginning of any word, in every script, folded."""

import pytest

from store.name_words import MAX_ASKED, beginnings, bounds


def found(name: str, asked: str) -> bool:
    low, high = bounds(asked) or (b"", b"")
    return any(low <= word < high for word in beginnings(name))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Olena Shevchenko", "ol"),
        ("Olena Shevchenko", "SHEV"),
        ("Olena Shevchenko", "olena  sh"),
        ("ОЛЕНА Шевченко", "шев"),
        ("Олена ЇЖАКЕВИЧ", "їжа"),
        ("Ｚoë Smith-Jones", "jones"),
        ("Zoe\u0308", "zoë"),
        ("Мар’яна", "мар'я"),
        ("O'Brien", "o’b"),
        ("O’Neil", "neil"),
        ("Dell'Acqua", "acq"),
        ("'Ann'", "ann"),
        ("Στέφανος", "στέφανοσ"),
        ("İrem", "i"),
        ("İpek", "ipek"),
        ("ipek", "İPEK"),
        ("Işık", "IŞIK"),
        ("IŞIK", "ışık"),
        ("I\u0307pek", "i\u0307p"),
        ("मोहन दास", "दा"),
        ("(Ann) 2nd", "2"),
        ("王 小明", "小"),
        ("ΐΐΐ " * 50, "ΐΐΐ " * 25),
    ],
)
def test_a_name_is_found_by(name: str, asked: str) -> None:
    assert found(name, asked)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Olena", "lena"),
        ("Мар’яна", "яна"),
        ("O’Neil", "eil"),
        ("मोहन", "हन"),
        ("Olena", "olenas"),
        ("Olena Shevchenko", "shevchenko olena"),
        ("Olena", "%"),
        ("Olena", "o_"),
    ],
)
def test_a_name_isnt_found_by(name: str, asked: str) -> None:
    assert not found(name, asked)


def test_nothing_but_spaces_asks_for_nothing() -> None:
    assert bounds(" \t ") is None


def test_what_is_kept_of_the_longest_name_is_as_long_as_can_be_asked_for() -> None:
    low, _ = bounds("ŉ" * MAX_ASKED) or (b"", b"")

    assert beginnings("a" * 200) == {b"a" * 200}
    assert max(map(len, beginnings("ŉ" * 200))) >= len(low)
