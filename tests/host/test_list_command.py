# SPDX-License-Identifier: Apache-2.0
"""`ringwarden list` as a person meets it: what it prints, how it ends, and what it leaves behind when it fails."""

import json
import os

import pytest
from click.testing import CliRunner

from ringwarden_tools.cli import main

CSV = "number,category\n13800138000,health_food\n+86 139 0013 9000,malicious\n95588\n"


def run(*arguments):
    """(status, standard output, standard error)"""
    result = CliRunner().invoke(main, ["list", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def made(tmp_path):
    (tmp_path / "in.csv").write_text(CSV)
    path = tmp_path / "out.rwl"
    status, _, errors = run("build", tmp_path / "in.csv", "--output", path, "--country", "cn")
    assert (status, errors) == (0, "")
    return path


def test_build_reports(tmp_path, made):
    status, out, errors = run(
        "build", tmp_path / "in.csv", tmp_path / "in.csv", "-o", made, "--country", "CN", "--json"
    )
    report = json.loads(out)
    assert (status, errors) == (0, "")
    assert (report["numbers"], report["duplicates"], report["refused"]) == (3, 3, 0)
    assert report["bytes"] == made.stat().st_size
    assert report["categories"] == {"unspecified": 1, "health_food": 1, "malicious": 1}
    assert run("build", tmp_path / "in.csv", "-o", made, "--country", "CN")[1].startswith(f"{made}: 3 numbers, ")


def test_build_tells_what_it_refused(tmp_path):
    (tmp_path / "in.txt").write_text("13800138000\nnobody\n")
    status, out, errors = run("build", tmp_path / "in.txt", "-o", tmp_path / "out.rwl", "--country", "CN")
    assert status == 0
    assert errors == f"ringwarden: lines refused: 1\n  {tmp_path}/in.txt:2: not a telephone number: 'nobody'\n"


@pytest.mark.parametrize(
    "number, status, words",
    [
        ("13800138000", 0, "+8613800138000: listed, health food (2 reads)"),
        ("+8613900139000", 0, "+8613900139000: listed, malicious (2 reads)"),
        ("95588", 0, "+8695588: listed, unspecified (2 reads)"),
        ("13800138001", 1, "+8613800138001: not listed (1 read)"),
        ("110", 1, "+86110: not listed (0 reads)"),
    ],
)
def test_query(made, number, status, words):
    assert run("query", made, number) == (status, words + "\n", "")


def test_query_as_json(made):
    status, out, _ = run("query", made, "0086-138-0013-8000", "--json")
    assert status == 0
    assert json.loads(out) == {"number": "+8613800138000", "listed": True, "category": "health_food", "reads": 2}
    status, out, _ = run("query", made, "030 123456", "--country", "DE", "--json")
    assert status == 1
    assert json.loads(out) == {"number": "+4930123456", "listed": False, "category": None, "reads": 1}


def test_info_and_verify(made):
    status, out, _ = run("info", made, "--json")
    report = json.loads(out)
    assert status == 0 and (report["numbers"], report["country"]) == (3, "CN")
    assert [section["name"] for section in report["sections"]] == ["front", "body"]
    assert run("info", made)[1].startswith(f"{made}: 3 numbers, {report['bytes']} bytes, country CN\n")
    assert run("verify", made) == (0, f"{made}: whole, 3 numbers\n", "")


def test_empty_list(tmp_path):
    (tmp_path / "in.txt").write_text("# nobody yet\n")
    path = tmp_path / "out.rwl"
    assert run("build", tmp_path / "in.txt", "-o", path, "--json")[0] == 0
    assert run("query", path, "+8613800138000") == (1, "+8613800138000: not listed (0 reads)\n", "")
    assert run("verify", path)[0] == 0


def damage(path, at, value):
    data = bytearray(path.read_bytes())
    data[at] = value
    path.write_bytes(data)


@pytest.mark.parametrize(
    "harm, words",
    [
        (lambda path: path.unlink(), "cannot be read (No such file or directory): check the path"),
        (lambda path: path.write_bytes(b""), "is empty: fetch or build it again"),
        (lambda path: path.write_bytes(b"number,category\n" * 9), "is not a Ringwarden list: give a .rwl file"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "is cut short or has bytes too many"),
        (lambda path: path.write_bytes(path.read_bytes() + b"\n"), "is cut short or has bytes too many"),
        (lambda path: damage(path, 8, 2), "is in a newer list format"),
        (lambda path: damage(path, 20, 65), "is damaged (a checksum is wrong)"),
        (lambda path: damage(path, -1, 65), "is damaged (a checksum is wrong)"),
        (lambda path: (path.unlink(), path.mkdir()), "cannot be read (Is a directory)"),
    ],
)
@pytest.mark.parametrize("command", [["query", "FILE", "110"], ["info", "FILE"], ["verify", "FILE"]])
def test_lists_that_cannot_be_used(made, harm, words, command):
    harm(made)
    status, out, errors = run(*(made if word == "FILE" else word for word in command))
    assert (status, out) == (2, "")
    assert errors.startswith(f"ringwarden: {made} {words}") and errors.count("\n") == 1


@pytest.mark.parametrize("number", ["", "nobody", "+", "0", "12345678901234567890"])
def test_query_of_no_number(made, number):
    status, out, errors = run("query", made, number)
    assert (status, out) == (2, "")
    assert "no telephone number" in errors and errors.count("\n") == 1


def test_build_failures_leave_nothing(tmp_path, made):
    before = made.read_bytes()
    for arguments, words in [
        (["missing.txt", "-o", made], "missing.txt cannot be read (No such file or directory): check the path"),
        ([tmp_path, "-o", made], "cannot be read (Is a directory)"),
        ([made, "-o", made], "is not a text file"),
        ([tmp_path / "in.csv", "-o", made, "--country", "XX"], "--country XX is no country"),
        ([tmp_path / "in.csv", "-o", tmp_path / "no" / "out.rwl"], "cannot be written (No such file or directory)"),
        ([tmp_path / "in.csv", "-o", tmp_path], "cannot be written (Is a directory)"),
    ]:
        status, out, errors = run("build", *arguments)
        assert (status, out) == (2, ""), arguments
        assert words in errors and errors.startswith("ringwarden: ")
        assert made.read_bytes() == before
        assert sorted(os.listdir(tmp_path)) == ["in.csv", "out.rwl"]
