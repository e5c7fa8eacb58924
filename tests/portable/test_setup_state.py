# SPDX-License-Identifier: Apache-2.0
"""First password, set-up's document, names of networks: what stays secret, what closes, what is refused."""

from setup_kit import FIRST, SERIAL, RamStore, labelled_box, random

from ringwarden.setup import networks, password
from ringwarden.setup.file_store import FileStore
from ringwarden.setup.state import Setup, fresh


def test_password():
    made = password.make(random)
    assert password.well_formed(made) and made == password.make(random)
    assert not password.well_formed(made[:-1]) and not password.well_formed("0" * 12)
    assert password.grouped(FIRST) == "K7PM-2QXH-9TRB"
    for typed in ("K7PM-2QXH-9TRB", "k7pm2qxh9trb", " k7pm 2qxh 9trb ", "K7PM\u20132QXH\u20139TRB"):
        assert password.plain(typed) == FIRST
    assert password.join_key(FIRST) != FIRST and password.well_formed(password.join_key(FIRST))
    assert password.digest(FIRST, b"a") != password.digest(FIRST, b"b")


def test_same():
    assert password.same(b"ab", b"ab") and not password.same(b"ab", b"ac")
    assert not password.same(b"ab", b"abc") and not password.same(b"", b"a")


def test_two_boxes_have_two_passwords():
    import os

    made = set([password.make(os.urandom) for _ in range(200)])
    assert len(made) == 200 and set("".join(made)) == set(password.ALPHABET)


def test_a_box_without_a_document_makes_its_own():
    store = RamStore()
    box = Setup(store, random, SERIAL)
    assert box.open and password.well_formed(box.first) and store.saves == 1
    assert (box.hostname, box.name) == ("ringwarden-4f2a", "Ringwarden 4F2A")
    again = Setup(store, random, SERIAL)
    assert again.first == box.first and store.saves == 1
    box.close(b"Home", "12345678")
    assert box.first == "" and Setup(store, random, SERIAL).first == ""
    box.reopen()
    assert box.open and password.well_formed(box.first)  # nothing printed says the old one


def test_button_keeps_the_labels_password():
    box, store = labelled_box()
    assert box.first == FIRST and box.admits("k7pm-2qxh-9trb", 0) is True
    box.close(b"Home", "12345678")
    assert box.first == "" and box.admits(FIRST, 0) is True
    box.reopen()
    assert box.open and box.first == "" and box.admits(FIRST, 0) is True
    assert box.network() == (b"Home", "12345678")


def test_guessing_is_slowed():
    box, _ = labelled_box()
    now = 1000
    for _ in range(5):
        assert box.admits("AAAA-AAAA-AAAA", now) is False
    assert box.admits(FIRST, now) is None  # not even the right one, until the pause is over
    assert box.admits(FIRST, now + 999) is None
    assert box.admits("AAAA", now + 1000) is False
    assert box.admits(FIRST, now + 2999) is None
    assert box.admits(FIRST, now + 3000) is True
    assert box.guard.wait_ms(now + 3000) == 0
    for _ in range(30):
        box.guard.note(False, 0)
    assert box.guard.wait_ms(0) == password.WAIT_MAX_MS


def test_damaged_documents_are_not_believed():
    good = fresh(FIRST, random(16), True, "4f2a")
    assert Setup(RamStore(dict(good)), random, SERIAL).first == FIRST
    for key in good:
        for value in (None, 7, [], "zz"):
            if isinstance(good[key], str) and isinstance(value, str) and key not in ("check", "ssid"):
                continue
            bad = dict(good)
            bad[key] = value
            assert Setup(RamStore(bad), random, SERIAL).first != FIRST, (key, value)
    for bad in (None, [], 5, {}, {"version": 2}):
        assert Setup(RamStore(bad), random, SERIAL).open


def test_failed_save_changes_nothing():
    box, store = labelled_box()
    store.fails = True
    for change in (lambda: box.close(b"Home", ""), lambda: box.set_hostname(b"x"), lambda: box.set_name(b"x")):
        failed = False
        try:
            change()
        except OSError:
            failed = True
        assert failed
    assert box.open and box.first == FIRST and box.hostname == "ringwarden-4f2a" and box.network() is None


def test_file_store():
    import os

    path = "/tmp/ringwarden-setup-test-{}.json".format("".join(["{:02x}".format(b) for b in os.urandom(6)]))
    store = FileStore(path)
    assert store.load() is None
    try:
        box = Setup(store, random, SERIAL)
        box.close("\u5bb6".encode(), "\u5bc6\u7801\u5bc6\u7801")
        assert Setup(FileStore(path), random, SERIAL).network() == ("\u5bb6".encode(), "\u5bc6\u7801\u5bc6\u7801")
        with open(path, "wb") as file:
            file.write(b'{"version": 1, "op')
        assert store.load() is None
    finally:
        os.remove(path)


def test_shown_names():
    table = (
        (b"Home", "Home"),
        ("\u5bb6\u91cc".encode(), "\u5bb6\u91cc"),
        (b"<script>alert(1)</script>", "<script>alert(1)</script>"),  # escaped where it is shown, not here
        (b" Home", "\\x20Home"),
        (b"Home ", "Home\\x20"),
        (b"A B", "A B"),
        (b"a\\x20", "a\\x5cx20"),
        (b"\x1b[2J", "\\x1b[2J"),
        (b"a\nb\x00", "a\\x0ab\\x00"),
        (b"a\xe2\x80\xaeb", "a\\u202eb"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"\xc0\xaf", "\\xc0\\xaf"),
        ("\U0001f4de".encode(), "\U0001f4de"),
    )
    for ssid, text in table:
        assert networks.shown(ssid) == text, ssid
    assert len(set([networks.shown(ssid) for ssid, _ in table])) == len(table)


def test_tidy():
    many = [(b"n%d" % at, -at, True) for at in range(100)]
    assert [network.ssid for network in networks.tidy(many)] == [b"n%d" % at for at in range(networks.SHOWN_MAX)]
    odd = [(b"x" * 33, -1, True), (b"", -1, True), (b"\x00" * 8, -1, True)]
    odd += [(b"x", -9, True), (bytearray(b"x"), -5, False)]
    assert [(n.ssid, n.dbm, n.secured) for n in networks.tidy(odd)] == [(b"x", -5, False)]


def test_acceptable():
    for ssid, word, good in (
        (b"Home", b"", True),
        (b"Home", b"1234567", False),
        (b"Home", b"12345678", True),
        (b"Home", b"x" * 63, True),
        (b"Home", b"a" * 64, True),
        (b"Home", b"g" * 64, False),
        (b"Home", b"x" * 65, False),
        (b"Home", b"1234567\n", False),
        (b"Home", b"1234567\xff", False),
        (b"Home", "\u5bc6\u7801\u5bc6".encode(), True),
        (b"", b"12345678", False),
        (b"x" * 32, b"12345678", True),
        (b"x" * 33, b"12345678", False),
    ):
        assert networks.acceptable(ssid, word) == good, (ssid, word)
