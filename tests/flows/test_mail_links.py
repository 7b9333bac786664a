"""What a mail's links do, and that the log doesn't know them."""

import re
from pathlib import Path

import pytest

from tests.flows.happenings import make, people
from tests.flows.mailing import Mailing, received
from tests.flows.test_notifications import notified
from tests.mail_school import with_own_mail
from tests.mail_server import MailServer
from tests.school import School, until


async def test_the_link_of_a_mail_ends_its_kind_and_looking_changes_nothing(
    mailing: Mailing, mail_server: MailServer, tmp_path: Path
) -> None:
    own = with_own_mail(tmp_path / "own")
    school = await mailing(notifications_templates_dir=own)
    who = await people(school)
    await notified(school, who.sofia, event="report.ready")
    await until(lambda: received(mail_server, "A report is ready"))
    (taken,) = received(mail_server, "A report is ready")
    link = re.fullmatch(
        r"<https://school\.example(/.+)>", taken.message["List-Unsubscribe"]
    )
    assert link is not None

    page = await school.http("GET", link[1], headers={"Accept-Language": "uk"})
    before = await wants(school, who.sofia)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    done = await school.http(
        "POST", link[1], headers=form, raw=b"List-Unsubscribe=One-Click"
    )
    bad = await school.http("POST", link[1][:-3], headers=form, raw=b"")
    unseen = await school.http("GET", link[1] + "x")

    assert (page.status, before) == (200, True)
    assert "Не надсилати" in page.text and 'method="post"' in page.text
    assert done.status == 200 and not await wants(school, who.sofia)
    assert (bad.status, unseen.status) == (400, 400)
    (reply,) = await notified(school, who.sofia, event="report.ready")
    assert reply.json["results"][0]["reason"] == "switched_off"


async def wants(school: School, user_id: int) -> bool:
    token = school.token(user_id)
    reply = await school.http("GET", "/api/notifications/preferences/", token)
    return bool(reply.json["report.ready"]["email"])


async def test_no_signed_link_or_address_is_logged(
    mailing: Mailing, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "rtserver")
    school = await mailing()
    who = await people(school)
    mail_server.fault["RCPT"] = "550 5.1.1 sofia@example.org unknown"
    await make("lesson.scheduled", school, who)
    await school.http("GET", "/api/notifications/unsubscribe/abc.def")
    await until(lambda: "dead" in caplog.text)

    assert "/api/notifications/unsubscribe/{signed}" in caplog.text
    for private in ("abc.def", "example.org", "Sofia"):
        assert private not in caplog.text
