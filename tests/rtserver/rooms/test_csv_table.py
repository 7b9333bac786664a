import csv
import io

import pytest

from rtserver.rooms.csv_table import csv_table


def test_a_table_is_read_back_by_what_reads_csv():
    table = csv_table(("id", "name"), [(7, 'Ола "О", Київ'), (8, "two\nlines")])

    assert table.startswith(b"\xef\xbb\xbfid,name\r\n")
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert rows == [["id", "name"], ["7", 'Ола "О", Київ'], ["8", "two\nlines"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_compute_is_a_text(start):
    table = csv_table(["name"], [[f"{start}1+1"]])

    assert f"'{start}1+1".encode() in table


def test_other_texts_and_numbers_are_as_they_are():
    assert csv_table(["n"], [["a=b"], [-1], [""]]).splitlines()[1:] == [
        *(b"a=b", b"-1", b'""'),
    ]
