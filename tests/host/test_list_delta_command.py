# SPDX-License-Identifier: Apache-2.0
"""`ringwarden list diff` and `apply` as a person meets them."""

import hashlib
import json

import numpy as np
import pytest
from list_kit import run

from ringwarden_tools.lists import image


@pytest.fixture
def lists(tmp_path):
    """Two lists of which one is 3 numbers shorter and 2 longer, with one category changed."""
    keys = np.arange(8613800138000, 8613800158000, 7, dtype=np.uint64)
    categories = (np.arange(len(keys)) % 5).astype(np.uint8)
    (tmp_path / "old.rwl").write_bytes(image.make(keys[2:], categories[2:], "CN").data)
    categories[9] = 8
    (tmp_path / "new.rwl").write_bytes(image.make(keys[:-3], categories[:-3], "CN").data)
    return tmp_path


@pytest.fixture
def made(lists):
    assert run("diff", lists / "old.rwl", lists / "new.rwl", "--output", lists / "d.rwd")[0] == 0
    return lists


def test_diff_and_apply(lists):
    old, new, made, out = (lists / name for name in ("old.rwl", "new.rwl", "d.rwd", "out.rwl"))
    status, words, errors = run("diff", old, new, "-o", made)
    assert (status, errors) == (0, "")
    assert words == (
        f"{made}: {made.stat().st_size:,} bytes instead of {new.stat().st_size:,}\n"
        "  3 numbers go, 2 come, 1 change their category\n"
    )
    status, words, errors = run("apply", old, made, "-o", out)
    assert (status, errors) == (0, "")
    assert words == f"{out}: {new.stat().st_size:,} bytes, the list that {made} names\n"
    assert out.read_bytes() == new.read_bytes()


def test_as_json(lists):
    old, new, made, out = (lists / name for name in ("old.rwl", "new.rwl", "d.rwd", "out.rwl"))
    status, words, _ = run("diff", old, new, "-o", made, "--json")
    sums = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (old, new)]
    assert status == 0 and json.loads(words) == {
        "file": str(made),
        "bytes": made.stat().st_size,
        "removed": 3,
        "added": 2,
        "changed": 1,
        "base_sha256": sums[0],
        "target_sha256": sums[1],
        "target_bytes": new.stat().st_size,
        "fits_8_kib": True,
    }
    status, words, _ = run("apply", old, made, "-o", out, "--json")
    assert status == 0 and json.loads(words) == {"file": str(out), "bytes": new.stat().st_size, "sha256": sums[1]}


def test_the_same_delta_twice(made):
    first = (made / "d.rwd").read_bytes()
    run("diff", made / "old.rwl", made / "new.rwl", "--output", made / "again.rwd")
    assert (made / "again.rwd").read_bytes() == first


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "harm, words",
    [
        (lambda path: path.unlink(), "cannot be read (No such file or directory): check the path"),
        (lambda path: path.write_bytes(b""), "is empty: fetch or build it again"),
        (cut, "is cut short or has bytes too many: fetch it again"),
        (lambda path: flip(path, 1), "is not a Ringwarden delta: give a .rwd file"),
        (lambda path: flip(path, 8), "is in a newer delta format: update this program, or fetch the whole new list"),
        (lambda path: flip(path, 40), "is damaged (a checksum is wrong): fetch it again"),
        (lambda path: flip(path, -1), "is damaged (a checksum is wrong): fetch it again"),
    ],
)
def test_deltas_that_cannot_be_applied(made, harm, words):
    harm(made / "d.rwd")
    (made / "out.rwl").write_bytes(b"before")
    status, out, errors = run("apply", made / "old.rwl", made / "d.rwd", "-o", made / "out.rwl")
    assert (status, out) == (2, "")
    assert errors == f"ringwarden: {made / 'd.rwd'} {words}\n"
    assert (made / "out.rwl").read_bytes() == b"before"


def test_wrong_base(made):
    status, out, errors = run("apply", made / "new.rwl", made / "d.rwd", "-o", made / "out.rwl")
    assert (status, out) == (2, "")
    assert errors == (
        f"ringwarden: {made / 'd.rwd'} was made for another list than {made / 'new.rwl'}: "
        "apply it to the list it was made for, or fetch the whole new list\n"
    )
    assert not (made / "out.rwl").exists()


@pytest.mark.parametrize("which", ["old.rwl", "new.rwl"])
def test_lists_that_cannot_be_compared(lists, which):
    flip(lists / which, -1)
    status, out, errors = run("diff", lists / "old.rwl", lists / "new.rwl", "-o", lists / "d.rwd")
    assert (status, out) == (2, "")
    assert errors.startswith(f"ringwarden: {lists / which} is damaged (a checksum is wrong)")
    assert not (lists / "d.rwd").exists()
