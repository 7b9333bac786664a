"""PDF: told by its two ends."""

import pytest

from rtserver.files import pdf
from rtserver.files.source import Malformed
from tests.pictures import pdf as made
from tests.rtserver.files.cleaning import cleaned


def test_a_document_is_kept_byte_for_byte():
    data = made(b"%%EOF\n" + b"x" * 200_000)

    assert cleaned(pdf, data) == data


def test_what_follows_the_end_is_cut_off():
    assert cleaned(pdf, made() + b"PK\3\4 an archive") == made()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7",
        b"<html>" + made(),
        made()[:-6],
        b"%PDF-3.0\n%%EOF",
        made() + b"x" * 3000,
    ],
)
def test_what_is_no_document_is_refused(data):
    with pytest.raises(Malformed):
        cleaned(pdf, data)
