# SPDX-License-Identifier: Apache-2.0
"""The settings that `ringwarden flash` gives a box: label and password, household, repository; and those it keeps."""

import json
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from box_kit import CHIPS, MAC_END, MIB, command, settings_of
from click.testing import CliRunner, Result

from ringwarden.household import Household
from ringwarden.setup.file_store import FileStore
from ringwarden.setup.state import Setup
from ringwarden_simulator.esp_rom import Chip
from ringwarden_tools.cli import main
from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import application, partitions, settings, trust
from ringwarden_tools.flashing.device import Device
from ringwarden_tools.label import box_of, document_path

URL = "https://lists.example.org/"
READER = """
import json, sys, vfs
from ringwarden.setup.file_store import FileStore
from ringwarden.setup.state import Setup
image = bytearray(open(sys.argv[1], "rb").read())
class Device:
    def readblocks(self, n, buf, off=0): buf[:] = image[n * 4096 + off : n * 4096 + off + len(buf)]
    def writeblocks(self, n, buf, off=0): image[n * 4096 + off : n * 4096 + off + len(buf)] = buf
    def ioctl(self, op, arg):
        if op == 6: image[arg * 4096 : arg * 4096 + 4096] = b"\\xff" * 4096
        return {4: len(image) // 4096, 5: 4096}.get(op, 0)
vfs.mount(vfs.VfsLfs2(Device()), "/settings")
box = Setup(FileStore("/settings/setup.json"), lambda n: bytes(n), b"\\x00\\x01")
told = [box.open, box.admits(sys.argv[2], 0), box.hostname]
box.close(b"Home", "secret")
print(json.dumps(told + [Setup(FileStore("/settings/setup.json"), None, b"").network()[1]]))
"""

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def household(tmp_path: Path) -> Path:
    path = tmp_path / "household.toml"
    path.write_text('version = 1\nlanguage = "zh"\n[home]\ncountry = "CN"\narea_code = "010"\n', encoding="utf-8")
    return path


@pytest.fixture(params=CHIPS)
def board(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Chip]:
    with Chip(str(tmp_path / "flash"), 4 * MIB, request.param) as chip:
        yield chip


def flashed(folder: Path, board: Chip, *more: str, country: str = "CN") -> Result:
    return CliRunner().invoke(
        main, command(folder, "--port", board.port, *more, chip=board.loader.chip, country=country)
    )


def refused(done: Result, board: Chip, operations: int, *words: str) -> None:
    """One sentence with these words, and nothing was written."""
    assert done.exit_code == 2 and len(done.output.strip().splitlines()) == 1, done.output
    assert all(word in done.output for word in words), done.output
    assert board.flash.operations == operations


def test_a_box_with_everything(
    tmp_path: Path, folder: Path, board: Chip, household: Path, micropython: list[str], micropython_env: dict[str, str]
) -> None:
    """And what the box's own code says of it, on CPython and on MicroPython."""
    told = ["--label", str(tmp_path), "--household", str(household), "--repository", URL, "--region", "CN-31"]
    done = flashed(folder, board, *told)
    assert done.exit_code == 0, done.output
    flash = (tmp_path / "flash").read_bytes()
    files = settings_of(flash)
    assert set(files) == {"setup.json", "household.json", "update.json", "root.json"}
    assert json.loads(files["update.json"]) == {"url": URL, "region": "CN-31"}
    assert files["root.json"] == (folder / "lists/public/metadata/1.root.json").read_bytes()
    assert Household.from_document(json.loads(files["household.json"])).home.area_code == "10"

    picture = tmp_path / f"ringwarden-{MAC_END}.svg"
    printed = re.search(r"password: ([0-9A-Z-]{14})<", picture.read_text(encoding="utf-8"))
    assert printed and printed[1] not in done.output and f"ringwarden-{MAC_END}.local" in done.output
    for path in (picture, document_path(picture)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "setup.json").write_bytes(files["setup.json"])
    box = Setup(FileStore(str(tmp_path / "setup.json")), lambda count: bytes(count), b"\x00\x01")
    assert box.open and box.admits(printed[1], 0) is True and box.admits("AAAA-AAAA-AAAA", 0) is False

    place = partitions.load(len(flash)).find(settings.NAME)
    (tmp_path / "image").write_bytes(flash[place.offset : place.end - settings.RAW])
    (tmp_path / "reader.py").write_text(READER)
    run = [*micropython, str(tmp_path / "reader.py"), str(tmp_path / "image"), printed[1]]
    read = subprocess.run(run, env=micropython_env, capture_output=True, text=True)
    assert read.returncode == 0, read.stdout + read.stderr
    assert json.loads(read.stdout) == [True, True, f"ringwarden-{MAC_END}", "secret"]

    again = flashed(folder, board, *told)  # the same box, the same password
    assert again.exit_code == 0 and "settings were kept" in again.output, again.output
    erased = flashed(folder, board, *told, "--erase-settings")
    assert erased.exit_code == 0 and "settings were kept" not in erased.output, erased.output
    assert (tmp_path / "flash").read_bytes() == flash


def test_settings_that_are_kept_are_not_overruled(tmp_path: Path, folder: Path, household: Path) -> None:
    label = tmp_path / "label.svg"
    other = tmp_path / "other.json"
    other.write_text('{"version": 1, "home": {"country": "CN", "area_code": "021"}, "language": "en"}')
    with Chip(str(tmp_path / "flash"), 4 * MIB) as board:
        first = ["--repository", URL, "--household", str(household)]
        assert flashed(folder, board, *first).exit_code == 0
        before = (tmp_path / "flash").read_bytes()
        count = board.flash.operations
        for options, words in (
            (["--label", str(label)], "keeps its settings and first password"),
            (["--repository", "http://elsewhere.example/"], f"the repository {URL}"),
            (["--repository", URL, "--region", "CN-31"], "the region CN"),
            (["--household", str(other)], "another household's document"),
            (["--area-code", "021"], "the area code 010"),
        ):
            refused(flashed(folder, board, *options), board, count, words, "nothing was changed", "--erase-settings")
        assert not label.exists()
        other_trust = tmp_path / "lists"
        init = ["repo", "init", str(other_trust), "--region", "CN", "--passphrase-file", str(folder / "secret")]
        assert CliRunner().invoke(main, init).exit_code == 0
        done = flashed(folder, board, "--root", str(other_trust))
        refused(done, board, count, "another root of trust")
        assert flashed(folder, board).exit_code == 0
        assert settings_of((tmp_path / "flash").read_bytes()) == settings_of(before)
        erased = flashed(folder, board, "--label", str(label), "--erase-settings", "--language", "en")
        assert erased.exit_code == 0, erased.output
        now = settings_of((tmp_path / "flash").read_bytes())
        assert json.loads(now["household.json"])["language"] == "en" and "update.json" not in now
        assert now["root.json"] == settings_of(before)["root.json"]
        # The household has joined a network and forgotten the password's text: it is still the label's.
        box_of(label, MAC_END)
        document_path(label).rename(tmp_path / "moved")
        refused(flashed(folder, board, "--label", str(label)), board, board.flash.operations, "keeps its settings")


def test_a_flash_that_stopped_goes_on_with_the_same_password(tmp_path: Path, folder: Path) -> None:
    label = tmp_path / "label.svg"
    path = tmp_path / "flash"
    with Chip(str(path), 4 * MIB) as board:
        board.flash.cut_power(150, 0)
        done = flashed(folder, board, "--label", str(label))
        assert done.exit_code == 2 and "flashing stopped" in done.output
    printed = label.read_bytes()
    with Chip(str(path), 4 * MIB) as board:
        done = flashed(folder, board, "--label", str(label))
        assert done.exit_code == 0 and "were in place" in done.output, done.output
    assert label.read_bytes() == printed
    kept = json.loads(document_path(label).read_bytes())
    assert json.loads(settings_of(path.read_bytes())["setup.json"]) == kept


def test_the_board_vanishes_while_its_settings_are_read(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = partitions.load(4 * MIB).find(settings.NAME)
    real = Device.read
    with Chip(str(tmp_path / "flash"), 4 * MIB) as board:
        assert flashed(folder, board, "--repository", URL).exit_code == 0

        def read(chip: Device, offset: int, length: int) -> bytes:
            if offset == place.offset:
                board.faults.vanish = 0
            return real(chip, offset, length)

        monkeypatch.setattr(Device, "read", read)
        done = flashed(folder, board, "--repository", URL)
        refused(done, board, board.flash.operations, "the port has vanished, nothing was changed: plug the board in")


def test_settings_that_are_no_file_system() -> None:
    table = partitions.load(4 * MIB)
    for byte in (b"\xff", b"\0", b"\x5a"):
        assert settings.kept(lambda _, length, byte=byte: byte * length, table) == {}
    wanted = settings.Settings({"check": "1"}, {"version": 1, "home": {"country": "DE"}}, False, {"url": URL}, None)
    assert wanted.conflicts({}) == ["another first password than the label's"]
    assert wanted.conflicts({"setup.json": b"[1", "household.json": b"[]"}) == [
        "another first password than the label's",
        "the country CN",
    ]
    assert settings.image({}, table) == b"\xff" * table.find(settings.NAME).size
    with pytest.raises(UserError, match="what belongs into the settings .* does not fit into 73,728 bytes"):
        settings.image({"household.json": b"x" * 80_000}, table)


def test_a_label_s_document(tmp_path: Path) -> None:
    picture = tmp_path / "l.svg"
    made = box_of(picture, "4f2a")
    assert box_of(picture, "4f2a") == made
    printed = picture.read_bytes()
    picture.unlink()
    assert box_of(picture, "4f2a") == made and picture.read_bytes() == printed
    with pytest.raises(UserError, match="belongs to ringwarden-4f2a, this box is ringwarden-0001: name another file"):
        box_of(picture, "0001")
    document = document_path(picture)
    for text in ("", "[]", "{}", json.dumps({**made, "first": "K7PM2QXH9TRB"}), json.dumps({**made, "open": False})):
        document.write_text(text)
        with pytest.raises(UserError, match="is not a new box's document: move it and its label away"):
            box_of(picture, "4f2a")
    document.unlink()
    with pytest.raises(UserError, match="which belongs to it: name another file"):
        box_of(picture, "4f2a")
    with pytest.raises(UserError, match="cannot be written"):
        box_of(tmp_path / "none/l.svg", "4f2a")


def test_which_root_is_taken(folder: Path, tmp_path: Path) -> None:
    metadata = folder / "lists/public/metadata"
    first = (metadata / "1.root.json").read_bytes()
    for path in (folder / "lists", folder / "lists/public", metadata / "1.root.json"):
        assert trust.root(path) == first
    with pytest.raises(UserError, match="is no repository: make one with `ringwarden repo init`"):
        trust.root(tmp_path)
    bad = tmp_path / "root.json"
    for change in (lambda text: text.replace('"version"', '"w"', 1), lambda text: text[:-40], lambda _: "{}"):
        bad.write_text(change(first.decode()))
        with pytest.raises(UserError, match="is no root.json that a box could trust"):
            trust.root(bad)
    unsigned = json.loads(first)
    unsigned["signatures"] = []
    bad.write_text(json.dumps(unsigned))
    with pytest.raises(UserError, match="is no root.json that a box could trust"):
        trust.root(bad)
    repository = tmp_path / "lists"
    for number in (1, 2):
        init = ["repo", "init", str(repository) + str(number), "--region", "CN"]
        assert CliRunner().invoke(main, [*init, "--passphrase-file", str(folder / "secret")]).exit_code == 0
    rotate = ["repo", "rotate-key", str(repository) + "1", "root", "--passphrase-file", str(folder / "secret")]
    done = CliRunner().invoke(main, rotate)
    assert done.exit_code == 0, done.output
    old, other = ((tmp_path / f"lists{number}/public/metadata/1.root.json").read_bytes() for number in (1, 2))
    new = trust.root(tmp_path / "lists1")
    assert new == (tmp_path / "lists1/public/metadata/2.root.json").read_bytes()
    assert trust.related(old, new) and trust.related(new, old)
    assert not trust.related(old, other) and not trust.related(other, new) and not trust.related(b"", new)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--country", "CN", "--household", "{0}/de.json"], "--country CN and {0}/de.json, which says DE, differ"),
        (["--household", "{0}/bad.json"], "{0}/bad.json, line 1: language"),
        (["--area-code", "x"], "--area-code x is none: write its digits, such as 010"),
        (["--repository", "lists.example.org"], "--repository lists.example.org is no address: write where"),
        (["--repository", URL, "--no-root"], "--repository needs --root: the box must know whose signatures to trust"),
        (["--region", "CN/31"], "--region CN/31 is none: write a country or its part, such as CN or CN-31"),
        (["--region", "DE", "--country", "CN"], "--region DE is not in the household's country, CN"),
        (["--label", "{0}", "--merge", "{0}/x.bin"], "--label is one box's and a merged image is for many"),
    ],
)
def test_what_is_refused_before_a_board_is_asked(folder: Path, tmp_path: Path, options: list[str], words: str) -> None:
    (tmp_path / "de.json").write_text('{"version": 1, "home": {"country": "DE"}}')
    (tmp_path / "bad.json").write_text('{"version": 1, "language": "xx"}')
    given = command(folder, *(text.format(tmp_path) for text in options if text != "--no-root"), country="")
    if "--no-root" in options:
        at = given.index("--root")
        del given[at : at + 2]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 2 and words.format(tmp_path) in done.output, done.output
    assert not (tmp_path / "x.bin").exists()


def test_a_merged_image_has_a_household_and_no_password(tmp_path: Path, folder: Path) -> None:
    image = tmp_path / "box.bin"
    done = CliRunner().invoke(main, command(folder, "--merge", str(image), "--repository", URL))
    assert done.exit_code == 0, done.output
    files = settings_of(image.read_bytes())
    assert set(files) == {"household.json", "update.json", "root.json"}
    assert json.loads(files["household.json"]) == {"version": 1, "home": {"country": "CN"}, "language": "zh"}


def test_the_slots_know_the_repository_too(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An application's slot is complete in itself: what the settings say comes from there when they are forgotten."""
    asked = []

    def slot_files(*given: object) -> application.Files:
        asked.append(given)
        return {"x": b"y"}

    monkeypatch.setattr(application, "slot_files", slot_files)
    options = command(folder, "--merge", str(tmp_path / "x.bin"), "--repository", URL)
    assert CliRunner().invoke(main, options).exit_code == 0
    [(country, _, root, update)] = asked
    assert country == "CN" and root == (folder / "lists/public/metadata/1.root.json").read_bytes()
    assert json.loads(str(update, "utf-8")) == {"url": URL, "region": "CN"}  # type: ignore[call-overload]
