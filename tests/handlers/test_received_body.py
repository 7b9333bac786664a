"""Of a body that nobody wants, nothing is kept."""

from handlers.received_body import ReceivedBody


def test_a_body_that_is_wanted_is_kept() -> None:
    body = ReceivedBody()
    body.keep(6)

    for chunk in (b"abc", b"def"):
        body.add(chunk)

    assert (body.whole(), body.size) == (b"abcdef", 6)


def test_of_one_that_is_not_wanted_only_the_size_is_known() -> None:
    body = ReceivedBody()

    body.add(b"abc")

    assert (body.whole(), body.size) == (b"", 3)


def test_what_was_kept_is_dropped_once_it_is_too_long() -> None:
    body = ReceivedBody()
    body.keep(5)

    for chunk in (b"abc", b"def", b""):
        body.add(chunk)

    assert (body.whole(), body.size) == (b"", 6)
