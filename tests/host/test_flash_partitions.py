# SPDX-License-Identifier: Apache-2.0
"""Partition tables, and lists that are as large as a board's slot."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from ringwarden_tools.cli import main
from ringwarden_tools.errors import UserError
from ringwarden_tools.flashing import partitions
from ringwarden_tools.flashing.partitions import BOARDS, SECTOR, TableError

SIZES = list(BOARDS.values())
HEAD = "nvs,data,nvs,0x9000,0x6000\n"


@pytest.mark.parametrize("size", SIZES)
def test_a_table_is_what_micropython_and_the_box_expect(size: int) -> None:
    table = partitions.load(size)
    assert [(p.name, p.kind, p.offset, p.size) for p in table.partitions[:3]] == [
        ("nvs", 1, 0x9000, 0x6000),
        ("phy_init", 1, 0xF000, 0x1000),
        ("factory", 0, 0x10000, 0x1F0000),
    ]
    assert [p.name for p in table.partitions[3:]] == [
        "rw_app0", "rw_app1", "rw_list0", "rw_list1", "rw_settings", "vfs",
    ]  # fmt: skip
    assert all(before.end == after.offset for before, after in pairwise(table.partitions[2:]))
    assert table.partitions[-1].end == size
    assert table.find("rw_app0").size == table.find("rw_app1").size
    assert table.find("rw_list0").size == table.find("rw_list1").size
    with pytest.raises(KeyError):
        table.find("ota_0")


@pytest.mark.parametrize("size", SIZES)
def test_a_table_comes_back_from_its_bytes(size: int) -> None:
    table = partitions.load(size)
    data = table.binary()
    assert len(data) == partitions.TABLE_SIZE
    assert partitions.parse(data, size) == table
    used = 32 * len(table.partitions) + 32
    for at in range(0, used, 7):
        bad = bytearray(data)
        bad[at] ^= 1
        try:
            assert partitions.parse(bytes(bad), size) != table or at >= used - 32
        except TableError:
            pass


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (HEAD + "a,data,nvs,0x9000,0x1000", "a overlaps"),
        (HEAD + "a,data,nvs,0xf000,0x800", "a overlaps what is before it or is not made of whole sectors"),
        (HEAD + "a,app,factory,0x11000,0x1000", "multiple of 64 KiB"),
        (HEAD + "a,data,nvs,0x3ff000,0x2000", "behind the flash"),
        (HEAD + "a,data,ota,0xf000,0x1000", "line 2 is no partition"),
        (HEAD + "a,data", "line 2 is no partition"),
        (HEAD + "a,data,nvs,x,0x1000", "line 2 is no partition"),
        (HEAD + "0123456789abcdef,data,nvs,0xf000,0x1000", "at most 15"),
    ],
)
def test_a_wrong_table_is_refused(text: str, words: str) -> None:
    with pytest.raises(TableError, match=words):
        partitions.read_csv(text, 4 << 20)


def test_no_table_is_no_table() -> None:
    for data in (b"", b"\xff" * 3072, b"\0" * 3072):
        with pytest.raises(TableError, match="no partition table"):
            partitions.parse(data)
    with pytest.raises(UserError, match="2 MB is not supported"):
        partitions.load(2 << 20)


def test_a_list_for_a_board_fits_its_slot_and_fills_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [partitions.list_capacity(board) for board in BOARDS] == [
        partitions.load(size).find("rw_list0").size - SECTOR for size in SIZES
    ]
    room = 50_000  # of a smaller board, for a quick test
    noise = random.Random(4)
    numbers = tmp_path / "numbers.txt"
    numbers.write_text("".join(f"+8613{noise.randrange(10**9):09}\n" for _ in range(30_000)))
    made = tmp_path / "list.rwl"
    monkeypatch.setattr(partitions, "list_capacity", lambda board: {"esp32-4mb": room}[board])
    arguments = ["list", "build", str(numbers), "-o", str(made), "--no-starter-set", "--country", "CN"]
    done = CliRunner().invoke(main, [*arguments, "--board", "esp32-4mb"])
    assert done.exit_code == 0, done.output
    assert room - 1000 < made.stat().st_size <= room


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--board", "esp32-32mb"], "choose one of esp32-4mb, esp32-8mb, esp32-16mb"),
        (["--board", "esp32-4mb", "--capacity", "1MiB"], "give one of them"),
    ],
)
def test_a_board_that_cannot_be_is_refused(tmp_path: Path, options: list[str], words: str) -> None:
    (tmp_path / "numbers.txt").write_text("+8613800138000\n")
    arguments = ["list", "build", str(tmp_path / "numbers.txt"), "-o", str(tmp_path / "x.rwl"), *options]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2 and words in done.output and not (tmp_path / "x.rwl").exists()
