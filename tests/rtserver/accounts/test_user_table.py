"""A file of people is read as spreadsheets write it, and faults by their lines."""

import pytest

from rtserver.accounts.user_table import MAX_FAULTS, InvalidLines, read_table

HEAD = "email,name,role,locale,timezone,invite\n"


def faults(text):
    data = text if isinstance(text, bytes) else text.encode()
    return [(fault.line, fault.path) for fault in read_table(data).faults]


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_however_a_program_wrote_it(bom, delimiter, end):
    cells = (
        ("Email", " NAME ", "role", "invite"),
        ("A@x.example", "Ann", "Tutor", "TRUE"),
    )
    text = bom + end.join(delimiter.join(row) for row in cells)
    table = read_table(text.encode())

    (row,) = table.rows
    assert table.faults == []
    assert (row.line, row.key, row.invite) == (2, "a@x.example", True)
    assert row.values == {"email": "A@x.example", "name": "Ann", "role": "tutor"}


def test_lines_are_those_of_the_file_whatever_stands_in_quotes():
    text = (
        HEAD + 'a@x.example,"Ann\nof two lines",tutor\n\n,,,,,\nb@x.example,Bo,boss\n'
    )

    assert faults(text) == [(2, "name"), (6, "role")]


@pytest.mark.parametrize(
    ("row", "path"),
    [
        ("no address,Ann,tutor", "email"),
        ("erased-7@erased.invalid,Ann,tutor", "email"),
        (",Ann,tutor", "email"),
        ("a@x.example,Ann,boss", "role"),
        ("a@x.example,Ann,tutor,english", "locale"),
        ("a@x.example,Ann,tutor,en,Mars", "timezone"),
        ("a@x.example,Ann,tutor,en,UTC,yes", "invite"),
        ("a@x.example,Ann,tutor,en,UTC,true,more", ""),
        ('a@x.example,"Ann,tutor', ""),
        ('a@x.example,"Ann"x,tutor', ""),
    ],
)
def test_a_bad_cell_is_named(row, path):
    assert faults(HEAD + row + "\n") == [(2, path)]


def test_an_address_that_is_there_twice_is_named_at_the_second_place():
    text = HEAD + "a@x.example,Ann,tutor\nA@X.example,Bo,student\n"

    assert faults(text) == [(3, "email")]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("", [(1, "email"), (1, "name"), (1, "role")]),
        ("email,name", [(1, "role")]),
        ("email,name,role,age", [(1, "age")]),
        ("email,name,role,name", [(1, "name")]),
    ],
)
def test_a_first_line_that_doesnt_fit_is_named(head, found):
    rest = "\na@x.example,Ann,tutor\n" if head else "\n"
    assert faults(head + rest) == found


def test_what_is_no_utf8_is_named_by_its_line():
    assert faults(HEAD.encode() + b"a@x.example,\xce\xeb\xe5\xed\xe0,tutor\n") == [
        (2, "")
    ]


def test_no_more_faults_are_told_than_somebody_mends():
    text = HEAD + "x\n" * (MAX_FAULTS - 1) + "y,Ann,boss\n" + "x\n" * MAX_FAULTS
    table = read_table(text.encode())

    with pytest.raises(InvalidLines) as refused:
        table.require_sound()
    found = refused.value.extra["errors"]
    assert (len(found), found[0]["line"]) == (MAX_FAULTS, 2)
    # Nor is more of the file looked at.
    assert table.faults[-1].line == MAX_FAULTS + 1


def test_a_first_line_of_many_thousand_columns_is_read_at_once():
    # Comparing each with all others would take minutes.
    assert faults(",".join(["name"] * 200_000)) == [
        (1, "email"),
        (1, "name"),
        (1, "role"),
    ]
