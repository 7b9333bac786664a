"""Whether the links in mails lead to a page."""

import re

import pytest

from rtserver.checks.links import links, passwords
from rtserver.checks.outcome import Skipped, Warned
from rtserver.settings.load import load
from tests.processes import free_port
from tests.rtserver.checks.faulty_proxy import OK, REFUSED, Proxy, running


def settings(**values):
    return load(None, {f"RTSERVER_{k.upper()}": v for k, v in values.items()})


@pytest.fixture
def site():
    """Make a site that gives these answers, and return its address."""
    sites = []

    def make(*answers):
        port = free_port()
        sites.append(running(Proxy(port, free_port(), answers=list(answers))))
        sites[-1].__enter__()
        return f"http://127.0.0.1:{port}"

    yield make
    for one in sites:
        one.__exit__(None, None, None)


def test_mails_that_lead_to_no_page_are_warned_of_with_what_to_set(site):
    url = site(("/lessons/", REFUSED.format(404)))

    with pytest.raises(Warned, match=re.escape("[notifications] lesson_url")) as warned:
        links(settings(server_base_url=url))

    assert f"{url}/lessons/{{lesson_id}}" in str(warned.value)
    assert "https://school.example/lessons/{lesson_id}" in str(warned.value)


def test_mails_that_lead_to_a_page_are_well_wherever_it_is(site):
    here = site(("/lessons/1", OK.format("")))
    there = site(("/class?n=1", OK.format("")))
    pattern = f"{there}/class?n={{lesson_id}}"

    assert f"{here}/lessons/1" in links(settings(server_base_url=here))
    assert "class?n=1" in links(settings(notifications_lesson_url=pattern))


def test_a_site_that_does_not_answer_is_warned_of():
    nowhere = f"http://127.0.0.1:{free_port()}/{{lesson_id}}"

    with pytest.raises(Warned, match="nothing answers"):
        links(settings(notifications_lesson_url=nowhere))


def test_without_an_address_there_is_nothing_to_try():
    with pytest.raises(Skipped):
        links(settings())


def test_links_to_choose_a_password_lead_to_a_page_or_are_warned_of(site):
    good = site(("/password", OK.format("")))
    bad = site(("/password", REFUSED.format(404)))

    assert f"{good}/password" in passwords(settings(server_base_url=good))
    with pytest.raises(Warned, match=re.escape(f"{bad}/password")):
        passwords(settings(server_base_url=bad))


def test_mails_about_passwords_need_to_know_where_the_server_is():
    mails = {"smtp_host": "mail.example", "smtp_sender": "a@school.example"}

    with pytest.raises(Warned, match=re.escape("[server] base_url")):
        passwords(settings(**mails))
    with pytest.raises(Skipped):
        passwords(settings())
