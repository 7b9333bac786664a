"""What a mail server says of a mail is kept, but no piece of the mail's secret."""

import pytest

from rtserver.mail.unquoted import LEFT_OUT, unquoted

SECRET = "rtl_Ab3-dE_fGhIjKlMnOpQrStUvWxYz0123456789"


@pytest.mark.parametrize(
    "reply", ["250 2.0.0 OK: queued as 42", "550 no such user", "written to 1.eml", ""]
)
def test_other_words_are_kept(reply):
    assert unquoted(reply, SECRET) == reply
    assert unquoted(reply, "") == reply


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (f"554 5.7.1 blocked: https://school.example/password#{SECRET}", "554 "),
        (f"554 5.7.1 blocked: {SECRET.upper()}", "554 "),
        (f"554 blocked: {SECRET[:20]} {SECRET[20:]}", "554 "),
        (f"what is {SECRET[9:18]}?", ""),
    ],
)
def test_words_that_quote_the_secret_are_left_out(reply, kept):
    assert unquoted(reply, SECRET) == kept + LEFT_OUT
