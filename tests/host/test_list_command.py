# SPDX-License-Identifier: Apache-2.0
"""`ringwarden list` as a person meets it: what it prints, how it ends, and what it leaves behind when it fails."""

import json
import os
import random
import subprocess
import sys

import pytest
from list_kit import run

CSV = "number,category\n13800138000,health_food\n+86 139 0013 9000,malicious\n95013\n"


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
        ("95013", 0, "+8695013: listed, unspecified (2 reads)"),
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
    parts = report["header_bytes"] + sum(section["bytes"] for section in report["sections"])
    assert parts == report["bytes"] and 0 <= report["category_bytes"] < 10
    lines = run("info", made)[1].splitlines()
    assert lines[0] == f"{made}: 3 numbers, {report['bytes']} bytes, country CN"
    assert len(lines[1]) == 50 and set(lines[1]) <= set(" ▒░█▚▓")
    assert [line.split()[1] for line in lines[2:]] == ["header", "front", "index", "body", "categories"]
    assert sum(int(line.split()[2].replace(",", "")) for line in lines[2:]) == report["bytes"]
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
        (lambda path: damage(path, 8, 9), "is in a newer list format"),
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
        ([made, "-o", made], "is one of the inputs: choose another --output"),
        ([made, "-o", tmp_path / "other.rwl"], "is not a text file but a finished Ringwarden list"),
        ([tmp_path / "in.csv", "-o", made, "--country", "XX"], "--country XX is no country"),
        ([tmp_path / "in.csv", "-o", tmp_path / "no" / "out.rwl"], "cannot be written (No such file or directory)"),
        ([tmp_path / "in.csv", "-o", tmp_path], "cannot be written (Is a directory)"),
    ]:
        status, out, errors = run("build", *arguments)
        assert (status, out) == (2, ""), arguments
        assert words in errors and errors.startswith("ringwarden: ")
        assert made.read_bytes() == before
        assert sorted(os.listdir(tmp_path)) == ["in.csv", "out.rwl"]


def test_what_is_known_to_be_good(tmp_path):
    """China's starter set and one's own file are subtracted, in every form of a number; rules step round them."""
    (tmp_path / "in.csv").write_text(
        "number\n95588\n+8695588\n96110\n0755-96110\n021-12345\n110\n13800138000\n138001380##\n0755 8888*\n"
    )
    (tmp_path / "good.txt").write_text("# a hospital\n0755-8888 1234\n138 0013 8055\n0755 8888 77##\n")
    path = tmp_path / "out.rwl"
    command = ["build", tmp_path / "in.csv", "-o", path, "--country", "CN", "--known-good", tmp_path / "good.txt"]
    status, out, errors = run(*command, "--json")
    report = json.loads(out)
    assert (status, errors) == (0, "")
    assert (report["numbers"], report["known_good_removed"], report["rules"], report["rule_exceptions"]) == (1, 5, 2, 3)
    assert report["known_good_proven_absent"] > 10_000
    assert "  5 known-good numbers were reported and left out\n" in run(*command)[1]
    for number, status in [
        ("95588", 1), ("96110", 1), ("0755 96110", 1), ("021 12345", 1), ("110", 1), ("13800138055", 1),
        ("0755-88881234", 1), ("0755 88887700", 1), ("0755 88887799", 1),
        ("0755 88887800", 0), ("0755-88881235", 0), ("13800138056", 0),
        ("13800138100", 1), ("13800138000", 0),
    ]:  # fmt: skip
        assert run("query", path, number)[0] == status, number
    assert json.loads(run(*command, "--no-starter-set", "--json")[1])["known_good_removed"] == 3  # emergency lines stay
    assert run("query", path, "95588")[0] == 0
    (tmp_path / "good.txt").write_text("")
    assert run(*command)[0] == 0
    (tmp_path / "good.txt").write_text("95588\nthe hospital\n")
    status, out, errors = run(*command)
    assert (status, out) == (2, "")
    assert errors.startswith(
        f"ringwarden: {tmp_path}/good.txt:2: not a telephone number: 'the hospital'; repair that line"
    )


def test_capacity(tmp_path):
    numbers = random.Random(1).sample(range(10**8), 20_000)
    (tmp_path / "in.csv").write_text(
        "number,category,score\n" + "".join(f"+86138{n:08d},finance,{n % 1000}\n" for n in numbers)
    )
    path = tmp_path / "out.rwl"
    build = ["build", tmp_path / "in.csv", "-o", path, "--json", "--capacity"]
    status, out, errors = run(*build, "16KiB")
    report = json.loads(out)
    assert status == 0
    assert 16384 * 0.99 < report["bytes"] == path.stat().st_size <= 16384
    assert report["numbers"] + report["cut"] == 20_000 and report["cut"] > 5000
    assert (
        errors
        == f"ringwarden: numbers cut because the list was full: {report['cut']:,}, those with the lowest scores\n"
    )
    # Exactly the best ones are there.
    best = sorted(numbers, key=lambda n: (-(n % 1000), n))[: report["numbers"]]
    assert set(run("dump", path)[1].splitlines()[1:]) == {f"+86138{n:08d},finance" for n in best}
    first = path.read_bytes()
    assert run(*build, "16384")[0] == 0 and path.read_bytes() == first
    # Room that is left goes to the front.
    fronts = []
    for size, most in (("48KiB", 49152), ("64KiB", 65536), ("0.1MiB", 104857)):
        report = json.loads(run(*build, size)[1])
        assert report["cut"] == 0 and most * 0.98 < report["bytes"] <= most
        fronts.append(report["front_bytes"])
    assert fronts[0] < fronts[1] - 15_000 and fronts[1] < fronts[2] - 35_000
    assert run("verify", path) == (0, f"{path}: whole, 20,000 numbers\n", "")


@pytest.mark.parametrize("size, words", [("many", "is no size"), ("0", "out of range"), ("9GiB", "out of range"),
                                         ("-1", "is no size"), ("20", "not even an empty list fits")])  # fmt: skip
def test_capacities_that_make_no_sense(tmp_path, made, size, words):
    before = made.read_bytes()
    status, out, errors = run("build", tmp_path / "in.csv", "-o", made, "--country", "CN", "--capacity", size)
    assert (status, out) == (2, "") and words in errors and errors.count("\n") == 1
    assert made.read_bytes() == before


def test_scores(tmp_path):
    (tmp_path / "a.csv").write_text(
        "number,category,score\n+8613800138000,finance,3\n+8613900139000,,1\n+861380013801,,-5\n"
    )
    (tmp_path / "b.csv").write_text("number,category,score\n+8613800138000,criminal,2\n+86 138 0013 8000,criminal,2\n")
    path = tmp_path / "out.rwl"
    report = json.loads(
        run("build", tmp_path / "a.csv", tmp_path / "b.csv", "-o", path, "--min-score", "2", "--json")[1]
    )
    assert report["categories"] == {"criminal": 1}
    assert (report["reports"], report["duplicates"]) == (5, 2)
    assert report["left_out"] == {"below --min-score": 1, "voted down": 1}


def test_dump_builds_the_same_list(tmp_path):
    (tmp_path / "in.csv").write_text(CSV + "0755 8888*,property\n33162######,finance\n138001390##,criminal\n")
    first, second = tmp_path / "1.rwl", tmp_path / "2.rwl"
    assert run("build", tmp_path / "in.csv", "-o", first, "--country", "CN")[0] == 0
    dumped = run("dump", first)[1]
    assert dumped.splitlines() == [
        "number,category", "+8695013,unspecified", "+8613800138000,health_food", "+8613900139000,malicious",
        "+33162######,finance", "+86138001390##,criminal", "+867558888*,property",
    ]  # fmt: skip
    (tmp_path / "dump.csv").write_text(dumped)
    assert run("build", tmp_path / "dump.csv", "-o", second, "--country", "CN")[0] == 0
    assert first.read_bytes() == second.read_bytes()
    assert run("info", first)[1].startswith(f"{first}: 3 numbers, 3 rules, ")


def test_standard_input(tmp_path):
    command = [sys.executable, "-c", "from ringwarden_tools.cli import main; main()", "list", "build", "-", "-o",
               str(tmp_path / "out.rwl"), "--json"]  # fmt: skip
    ended = subprocess.run(command, input=b"+8613800138000\n", capture_output=True, check=True, timeout=60)
    assert json.loads(ended.stdout)["numbers"] == 1


def test_broken_line_leaves_the_old_list(tmp_path, made):
    before = made.read_bytes()
    lines = ["number,category"] + [f"+861380{n:07d},finance" for n in range(9000)]
    lines[5000] = '"+8613800138000,finance'
    (tmp_path / "in.csv").write_text("\n".join(lines))
    status, out, errors = run("build", tmp_path / "in.csv", "-o", made)
    assert (status, out) == (2, "")
    assert errors == (
        f"ringwarden: {tmp_path}/in.csv:5001 opens a quote that nothing closes; repair or remove that line, or skip"
        " such lines with --skip-broken\n"
    )
    assert made.read_bytes() == before
    report = json.loads(run("build", tmp_path / "in.csv", "-o", made, "--skip-broken", "--json")[1])
    assert (report["numbers"], report["skipped_lines"]) == (8999, 1)


def test_unreadable_input(tmp_path, made):
    """Root may read every file, so one that nobody can: a process's memory, which begins with nothing."""
    before = made.read_bytes()
    status, out, errors = run("build", "/proc/self/mem", "-o", made)
    assert (status, errors) == (2, "ringwarden: /proc/self/mem cannot be read (Input/output error): check the path\n")
    assert made.read_bytes() == before


def test_verify_against_known_good_numbers(tmp_path, made):
    (tmp_path / "good.txt").write_text("139 0013 9001\n0755-96110\n")
    status, out, errors = run("verify", made, "--known-good", tmp_path / "good.txt")
    assert (status, errors) == (0, "") and out.startswith(f"{made}: whole, 3 numbers, none of ")
    (tmp_path / "good.txt").write_text("139 0013 9000\n")
    assert run("verify", made, "--known-good", tmp_path / "good.txt") == (
        2,
        "",
        f"ringwarden: {made} lists +8613900139000, which is known to be good: build it again with --known-good\n",
    )
