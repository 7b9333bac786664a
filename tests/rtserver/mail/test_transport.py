import subprocess
import sys

import pytest

from rtserver.mail.transport import FolderTransport, SendingFailed
from tests.rtserver.mail.drafts import mail


async def nothing():
    pass


async def test_without_a_server_mails_become_files_named_once(tmp_path):
    transport = FolderTransport(tmp_path / "outbox")

    await transport.send(mail("1\n"), "first", nothing)
    await transport.send(mail("2\n"), "first", nothing)

    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "first.eml"
    assert file.stat().st_mode & 0o077 == 0
    assert b"\r\n2\r\n" in file.read_bytes()


async def test_a_folder_that_cannot_be_written_is_about_the_server(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(SendingFailed) as caught:
        await FolderTransport(tmp_path / "file").send(mail(), "x", nothing)

    assert caught.value.about_server


def test_a_server_whose_mails_become_files_has_no_smtp_in_memory():
    code = "import sys, rtserver.app; sys.exit('aiosmtplib' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
