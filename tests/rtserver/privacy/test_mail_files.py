"""The folder of mails: which go with a person, and which with time."""

import os
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from rtserver.privacy.mail_files import delete_about, delete_older
from rtserver.privacy.redaction import Redaction
from store.records import UserRecord

ANN = UserRecord(7, "ann@school.example", "Ann O'Lee", "tutor", "en", "UTC", True)
ABOUT = Redaction(ANN)


def mail(
    folder: Path, id: int, *, to: str = "x@s.example", subject: str = "", text: str = ""
) -> Path:
    message = EmailMessage()
    message["To"], message["Subject"] = to, subject
    message.set_content(text)
    path = folder / f"20261201-100000-0abc-{id}.eml"
    path.write_bytes(bytes(message))
    return path


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "about",
    [
        {"to": "Ann@School.example"},
        {"subject": "Ann O'Lee нове заняття"},
        {"text": "… says Ann O'Lee."},
        {"text": "ATTENDEE:Ann\n  O'Lee"},
        {"text": "<b>Ann O&#39;Lee</b>"},
    ],
)
def test_a_mail_that_names_a_person_goes_however_it_is_written(
    tmp_path: Path, about: dict[str, str]
) -> None:
    mail(tmp_path, 1, **about)

    assert delete_about(tmp_path, ABOUT, []) == 1
    assert left(tmp_path) == []


def test_mails_go_by_their_ids_and_others_stay(tmp_path: Path) -> None:
    told, other = (mail(tmp_path, id, text="Joann O'Leese") for id in (1, 11))

    assert delete_about(tmp_path, ABOUT, [1]) == 1
    assert (told.exists(), other.exists()) == (False, True)


def test_a_half_written_mail_goes_too(tmp_path: Path) -> None:
    part = mail(tmp_path, 1, text="Ann O'Lee").rename(
        tmp_path / "20261201-100000-0abc-1.part"
    )

    delete_about(tmp_path, ABOUT, [])

    assert not part.exists()


def test_files_that_are_not_ours_are_left_alone(tmp_path: Path) -> None:
    for name in ("notes.eml", "20261201-100000-0abc-1.eml.bak", "README"):
        (tmp_path / name).write_text("Ann O'Lee")
        os.utime(tmp_path / name, (0, 0))
    before = left(tmp_path)

    assert delete_about(tmp_path, ABOUT, [1]) == 0
    assert delete_older(tmp_path, datetime.now(UTC)) == 0
    assert left(tmp_path) == before


def test_mails_go_once_they_are_older_than_a_moment(tmp_path: Path) -> None:
    moment = datetime(2026, 12, 1, 10, tzinfo=UTC)
    for id, age in ((1, 1), (2, 0)):
        at = moment.timestamp() - age
        os.utime(mail(tmp_path, id), (at, at))

    assert delete_older(tmp_path, moment) == 1
    assert left(tmp_path) == ["20261201-100000-0abc-2.eml"]


def test_a_folder_that_was_never_made_has_no_mails(tmp_path: Path) -> None:
    assert delete_about(tmp_path / "outbox", ABOUT, [1]) == 0
