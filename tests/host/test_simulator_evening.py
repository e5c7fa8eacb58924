# SPDX-License-Identifier: Apache-2.0
"""The first evening, played to the real application: every verdict is the expected one, on either interpreter."""

import asyncio
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ringwarden import blocklist, categories
from ringwarden.appliance import Appliance
from ringwarden.household import Household
from ringwarden.numbers import key, normalise
from ringwarden_simulator.board import Board
from ringwarden_simulator.pipe_exchange import PipeError, serve
from ringwarden_tools.lists import image
from ringwarden_tools.simulation.scenario import load

ROOT = Path(__file__).resolve().parents[2]
EVENING = load(ROOT / "firmware/boards/simulator/scenarios/first_evening.toml")


@pytest.fixture(scope="module")
def listed(tmp_path_factory) -> Path:
    """The scenario's list as the box reads it."""
    home = Household.from_document(EVENING.household).home
    written = list(EVENING.blocklist.entries)
    for source in EVENING.blocklist.sources:
        with open(source, encoding="utf-8", newline="") as file:
            written += [(row["number"], row["category"]) for row in csv.DictReader(file)]
    entries = sorted((key(normalise(number, home)), categories.NAMES.index(name)) for number, name in written)
    assert all(number for number, _ in entries)
    made = image.make(
        np.array([number for number, _ in entries], dtype=np.uint64),
        np.array([category for _, category in entries], dtype=np.uint8),
        "CN",
    )
    path = tmp_path_factory.mktemp("evening") / "evening.rwl"
    path.write_bytes(made.data)
    return path


@pytest.fixture(scope="module")
def played(listed: Path) -> Iterator[tuple[Board, Appliance]]:
    """The evening on this interpreter."""
    household = Household.from_document(EVENING.household)
    household.blocklist = blocklist.open_file(str(listed))
    board = Board(EVENING)
    appliance = Appliance(board, household)
    asyncio.run(appliance.run())
    yield board, appliance
    household.blocklist.close()


def test_every_verdict_is_the_expected_one(played) -> None:
    _, appliance = played
    decided = [
        (call.title, entry["action"], entry["reason"])
        for call, entry in zip(EVENING.calls, appliance.calls, strict=True)
    ]
    assert decided == [(call.title, call.expect.action, call.expect.reason) for call in EVENING.calls]


def test_the_phone_rang_for_those_calls_only_that_may_ring(played) -> None:
    board, _ = played
    incoming = [outcome for outcome in board.line.outcomes if outcome.plan in EVENING.calls]
    assert len(incoming) == len(EVENING.calls)
    for outcome in incoming:
        audible = outcome.plan.expect.action in ("ring", "label")
        assert (outcome.rings_heard > 0) == audible, outcome.plan.title
        assert (outcome.answered_by == "box") == (outcome.plan.expect.action == "drop"), outcome.plan.title
        assert (outcome.answered_by == "phone") == (audible and outcome.plan.answer_after > 0), outcome.plan.title


def test_the_household_could_call_out(played) -> None:
    board, _ = played
    outgoing = [outcome for outcome in board.line.outcomes if outcome.plan not in EVENING.calls]
    assert outgoing and all(outcome.ended_by == "household" for outcome in outgoing)


def test_nothing_hostile_reaches_the_journal(played) -> None:
    board, _ = played
    text = "".join(board.store.lines())
    assert len(text.encode()) > 1000
    assert not [
        c for line in board.store.lines() for c in json.loads(line)["name"] if ord(c) < 32 or 127 <= ord(c) < 160
    ]
    assert "\x1b" not in text and "\\u001b" not in text.lower()


def journal_of(command: list[str], listed: Path, folder: Path, env: dict[str, str]) -> list[str]:
    """The evening's journal, kept by another process."""
    journal = folder / "journal.jsonl"
    served = serve(EVENING, command, blocklist=str(listed), journal=str(journal), env=env, timeout_s=120.0)
    assert [record["state"] for record in served.records] == ["ended"] * len(EVENING.calls)
    return journal.read_text(encoding="utf-8").splitlines()


@pytest.mark.micropython
def test_micropython_keeps_the_same_journal_byte_for_byte(
    played, listed, tmp_path, micropython, micropython_env
) -> None:
    board, _ = played
    command = [*micropython, "-X", "heapsize=640k"]
    assert journal_of(command, listed, tmp_path, micropython_env) == list(board.store.lines())


def test_another_python_keeps_the_same_journal_byte_for_byte(played, listed, tmp_path) -> None:
    board, _ = played
    env = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    assert journal_of([sys.executable], listed, tmp_path, env) == list(board.store.lines())


def test_a_list_that_is_none_is_told(tmp_path) -> None:
    broken = tmp_path / "broken.rwl"
    broken.write_bytes(b"no list")
    env = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    with pytest.raises(PipeError, match="not a Ringwarden list|not whole"):
        serve(EVENING, [sys.executable], blocklist=str(broken), env=env, timeout_s=60.0)
