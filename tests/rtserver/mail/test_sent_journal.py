import pytest

from rtserver.mail.sent_journal import SentJournal, Try

FIRST, SECOND = Try("school", 1, 10, 1), Try("school", 2, 20, 3)


@pytest.fixture
def open_journal(tmp_path):
    """Return journals in one folder, each as another process's."""
    opened = []

    def open_journal(path=tmp_path / "journal"):
        opened.append(SentJournal(path))
        return opened[-1]

    yield open_journal
    for journal in opened:
        journal.close()


def test_what_was_begun_and_not_ended_is_in_doubt(tmp_path, open_journal):
    journal = open_journal(tmp_path / "deep" / "journal")
    for one in (FIRST, SECOND):
        journal.begin(one)
    journal.end(FIRST)

    assert open_journal(tmp_path / "deep" / "journal").read() == ({FIRST}, {SECOND})


def test_without_a_file_nothing_is_known(tmp_path, open_journal):
    assert open_journal().read() == (set(), set())


def test_lines_that_were_cut_are_passed_over(tmp_path, open_journal):
    path = tmp_path / "journal"
    journal = open_journal(path)
    journal.end(FIRST)
    with path.open("ab") as file:
        file.write("sent school x 1 1\n\nодин\nsent school 7 5".encode())

    assert journal.read() == ({FIRST}, set())


def test_a_long_journal_is_begun_anew_and_a_short_one_kept(tmp_path, open_journal):
    path = tmp_path / "journal"
    journal = open_journal(path)
    journal.end(FIRST)
    journal.trim()
    assert journal.read()[0] == {FIRST}

    path.write_text("x" * 2_000_000)
    journal.trim()

    assert path.read_text() == ""


def test_a_folder_that_cannot_be_written_stops_no_mail(tmp_path, open_journal):
    (tmp_path / "file").write_text("")
    journal = open_journal(tmp_path / "file" / "journal")

    journal.begin(FIRST)
    journal.trim()

    assert journal.read() == (set(), set())


def test_what_a_living_process_has_begun_is_in_no_doubt(tmp_path, open_journal):
    path = tmp_path / "journal"
    living, gone = open_journal(path), open_journal(path)
    living.read()
    gone.read()
    living.begin(FIRST)
    gone.begin(SECOND)
    gone.close()

    restarted = open_journal(path)

    assert restarted.read() == (set(), {SECOND})
    living.close()
    assert open_journal(path).read() == (set(), {FIRST})
    assert {each.name for each in tmp_path.iterdir()} == {"journal", "journal-2"}


def test_what_comes_after_the_end_is_dropped(tmp_path, open_journal):
    journal = open_journal()
    journal.read()
    journal.close()

    journal.end(FIRST)

    assert open_journal().read() == (set(), set())
