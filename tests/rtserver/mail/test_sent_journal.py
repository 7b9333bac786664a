from rtserver.mail.sent_journal import SentJournal, Try

FIRST, SECOND = Try("school", 1, 10, 1), Try("school", 2, 20, 3)


def test_what_was_begun_and_not_ended_is_in_doubt(tmp_path):
    journal = SentJournal(tmp_path / "deep" / "journal")
    for one in (FIRST, SECOND):
        journal.begin(one)
    journal.end(FIRST)

    assert SentJournal(tmp_path / "deep" / "journal").read() == ({FIRST}, {SECOND})


def test_without_a_file_nothing_is_known(tmp_path):
    assert SentJournal(tmp_path / "journal").read() == (set(), set())


def test_lines_that_were_cut_are_passed_over(tmp_path):
    path = tmp_path / "journal"
    journal = SentJournal(path)
    journal.end(FIRST)
    with path.open("ab") as file:
        file.write("sent school x 1 1\n\nодин\nsent school 7 5".encode())

    assert journal.read() == ({FIRST}, set())


def test_a_long_journal_is_begun_anew_and_a_short_one_kept(tmp_path):
    path = tmp_path / "journal"
    journal = SentJournal(path)
    journal.end(FIRST)
    journal.trim()
    assert journal.read()[0] == {FIRST}

    path.write_text("x" * 2_000_000)
    journal.trim()

    assert not path.exists()


def test_a_folder_that_cannot_be_written_stops_no_mail(tmp_path):
    (tmp_path / "file").write_text("")
    journal = SentJournal(tmp_path / "file" / "journal")

    journal.begin(FIRST)
    journal.trim()

    assert journal.read() == (set(), set())
