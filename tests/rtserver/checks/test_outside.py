"""``rtserver check`` through the public address: a proxy's faults, and their cures."""

import re
import ssl

import pytest

import rtserver
from rtserver.checks import outside, suite
from rtserver.checks.outcome import CheckFailed, Skipped
from rtserver.settings.model import ServerSettings, Settings
from tests.processes import free_port
from tests.rtserver.checks.certificates import write
from tests.rtserver.checks.faulty_proxy import MOVED, OK, REFUSED

LOOPBACK = Settings().server.trusted_proxies
WELL = ("base_url", "identity", "address", "metrics", "websocket", "origins")
BASE, TRUSTED = "[server] base_url", "[server] trusted_proxies"
OTHER = "X-Rtserver-Version: 0.0.9\r\n"

# Each fault: how the proxy is, the check that fails, its key, and the cure.
FAULTS = {
    "something else answers": (
        {"answers": [("/", OK.format(""))]},
        ("base_url", BASE, "something else answers"),
    ),
    "another version answers": (
        {"answers": [("/", OK.format(OTHER))]},
        ("base_url", BASE, "Restart the server"),
    ),
    "it leads elsewhere": (
        {"answers": [("/", MOVED.format("https://rt.school.example/x"))]},
        ("base_url", BASE, "Set base_url = https://rt.school.example"),
    ),
    "it finds no server": (
        {"answers": [("/", REFUSED.format(502))]},
        ("base_url", "[server] port", "proxy_pass http://127.0.0.1:"),
    ),
    "it keeps /api to itself": (
        {"answers": [("/api", REFUSED.format(404))]},
        ("identity", BASE, "The proxy has to pass on every path"),
    ),
    "it hides the client": (
        {"forwards": "hidden"},
        ("address", TRUSTED, "proxy_set_header X-Forwarded-For $remote_addr"),
    ),
    "it isn't trusted": (
        {"source": "127.0.0.3"},
        ("address", TRUSTED, "Set trusted_proxies = 127.0.0.1, ::1, 127.0.0.3"),
    ),
    "it opens /metrics": (
        {"answers": [], "forwards": "hidden"},
        ("metrics", "[server] metrics_allow", "location ~ ^/metrics/?$ { return 404"),
    ),
}


def failures(done):
    return [line for line in done.out.splitlines() if line.startswith("FAIL")]


def named(done):
    """Return each line's verdict by the check's name."""
    lines = [line.split(maxsplit=2) for line in done.out.splitlines()]
    return {name: verdict for verdict, name, _ in lines}


def test_a_good_proxy_passes_every_check(behind):
    behind.through()

    done = behind.check()

    assert (done.code, failures(done)) == (0, [])
    assert [named(done)[name] for name in WELL] == ["ok"] * len(WELL)
    assert named(done)["idle"] == "skip" and "--idle" in done.out


@pytest.mark.parametrize("fault", FAULTS)
def test_check_finds_the_proxys_fault_and_names_the_cure(behind, fault):
    how, (check, key, cure) = FAULTS[fault]
    behind.through(**how)

    done = behind.check()

    (line,) = [line for line in failures(done) if line.split()[1] == check]
    assert done.code == 1
    assert key in line and cure in line


def test_a_client_that_is_believed_about_itself_is_found(behind):
    behind.through(forwards="kept")

    done = behind.check()

    (line,) = failures(done)
    assert TRUSTED in line and "what a client says of its own address" in line
    assert "proxy_set_header X-Forwarded-For $remote_addr" in line


# Ours, the public address's, and what the server sees.
@pytest.mark.parametrize(
    "addresses",
    [
        ("203.0.113.5", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.5", "8.8.8.8", "9.9.9.9"),  # out and in again, as the world sees us
    ],
)
def test_an_address_that_is_a_clients_is_fine(addresses):
    outside.require_ours(*addresses, LOOPBACK)


def test_a_router_on_the_way_is_not_taken_for_a_proxy():
    with pytest.raises(Skipped, match="X-Client-Address"):
        outside.require_ours("10.0.0.5", "8.8.8.8", "10.0.0.1", LOOPBACK)


@pytest.mark.parametrize(
    ("addresses", "cure"),
    [
        (("10.0.0.5", "10.0.0.9", "10.0.0.9"), "::1, 10.0.0.9"),
        (("8.8.4.4", "8.8.8.8", "172.17.0.1"), "::1, 172.17.0.1"),
        (("10.0.0.5", "10.0.0.5", "127.0.0.1"), "X-Forwarded-For $remote_addr"),
    ],
)
def test_an_address_that_is_a_proxys_is_a_fault(addresses, cure):
    with pytest.raises(CheckFailed, match=re.escape(cure)):
        outside.require_ours(*addresses, LOOPBACK)


def test_figures_that_everybody_may_read_are_a_fault(behind):
    behind.through(answers=[], forwards="hidden")

    done = behind.check(server_metrics_allow="0.0.0.0/0")

    assert any("metrics_allow" in line for line in failures(done))


def test_a_wrong_port_in_base_url_is_found(behind):
    done = behind.check(server_base_url=f"http://127.0.0.1:{free_port()}")

    (line,) = failures(done)
    assert done.code == 1
    assert BASE in line and "Correct its name or port" in line


def test_a_server_with_another_secret_is_not_taken_for_this_one(behind):
    behind.through()

    (line,) = failures(
        behind.check(auth_secret="another-secret-that-is-long-enough-too")
    )

    assert BASE in line and "another secret or database" in line


@pytest.mark.parametrize(
    ("fault", "cure"),
    [
        ("expired", "certbot renew"),
        ("other name", "Get one for localhost"),
        ("self-signed", "certbot certonly -d localhost"),
    ],
)
def test_a_bad_certificate_is_named(behind, tmp_path, monkeypatch, fault, cure):
    file = write(tmp_path, expired=fault == "expired", other=fault == "other name")
    if fault != "self-signed":
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    behind.through(tls=context)
    url = f"https://localhost:{behind.proxy_port}"

    done = behind.check(server_base_url=url)

    (line,) = failures(done)
    assert done.code == 1
    assert BASE in line and cure in line


def test_a_good_certificate_is_taken(behind, tmp_path, monkeypatch):
    file = write(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    behind.through(tls=context)

    done = behind.check(server_base_url=f"https://localhost:{behind.proxy_port}")

    assert named(done)["base_url"] == named(done)["identity"] == "ok"
    assert "certificate until 2" in done.out


def test_plain_http_behind_https_is_named(behind):
    behind.through()

    done = behind.check(server_base_url=f"https://127.0.0.1:{behind.proxy_port}")

    assert "doesn't speak TLS" in failures(done)[0]


def test_without_an_address_nothing_of_it_is_tried(behind):
    done = behind.check(server_base_url="")

    assert done.code == 0
    assert "base_url is empty" in done.out
    assert [named(done)[name] for name in WELL] == ["skip"] * len(WELL)


def test_a_server_that_does_not_run_is_no_failure(behind):
    behind.through(answers=[("/", REFUSED.format(502))])

    done = behind.check(server_port=free_port())

    assert (done.code, named(done)["base_url"]) == (0, "skip")
    assert "no server runs" in done.out


def test_what_was_skipped_is_told_in_json_too(behind):
    done = behind.check("--json", server_base_url="")

    skipped = [each["name"] for each in done.value if each["skipped"]]
    assert skipped == [*(name for name, *_ in suite.OUTSIDE), "idle"]


def test_the_version_is_the_programs(behind):
    behind.through()

    assert f"leads to rtserver {rtserver.__version__}" in behind.check().out


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("https://rt.school.example", True),
        ("http://localhost:8080", True),
        ("http://127.0.0.9", True),
        ("http://[::1]:8080", True),
        ("http://rt.school.example", False),
        ("http://192.0.2.1:8080", False),
    ],
)
def test_no_token_goes_over_a_network_in_clear(tmp_path, url, private):
    settings = Settings(server=ServerSettings(base_url=url, data_dir=tmp_path))

    with pytest.raises(Skipped) as skipped:
        outside.admin_token(settings)

    assert ("anybody could read" in str(skipped.value)) is not private
