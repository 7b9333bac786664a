import pytest

from rtserver.errors import BadRequest
from rtserver.mail.unsubscribe import MailSubscription, UnsubscribeLinks

LINKS = UnsubscribeLinks("s" * 32)
OURS = MailSubscription(7, "lesson.scheduled")


def test_a_link_is_read_back_and_fits_into_an_address():
    signed = LINKS.sign(OURS)

    assert LINKS.read(signed) == OURS
    assert signed.replace("-", "").replace("_", "").replace(".", "").isalnum()


@pytest.mark.parametrize("signed", ["", ".", "a", "a.b", "їжак.x", "A" * 500, "=.="])
def test_what_is_no_link_is_refused(signed):
    with pytest.raises(BadRequest):
        LINKS.read(signed)


def test_a_link_that_was_changed_or_signed_elsewhere_is_refused():
    signed = LINKS.sign(OURS)
    other = LINKS.sign(MailSubscription(8, OURS.event))
    mixed = other.partition(".")[0] + "." + signed.partition(".")[2]

    for bad in (signed[:-1], signed[1:], mixed, UnsubscribeLinks("t" * 32).sign(OURS)):
        with pytest.raises(BadRequest):
            LINKS.read(bad)


@pytest.mark.parametrize("changed", ["{}=", "{}!", "!{}", "{}\n"])
def test_a_link_with_anything_added_is_refused(changed):
    with pytest.raises(BadRequest):
        LINKS.read(changed.format(LINKS.sign(OURS)))
