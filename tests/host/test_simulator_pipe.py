# SPDX-License-Identifier: Apache-2.0
"""The line through a pipe: an appliance in another process hears the very same line; a peer that misbehaves is told."""

import json
import sys
from pathlib import Path

import pytest
from simulator_kit import play, scenario

from ringwarden_simulator import pipe_exchange
from ringwarden_simulator.pipe_exchange import PipeError, serve
from ringwarden_simulator.script import CallPlan

ROOT = Path(__file__).resolve().parents[2]
PLAYED = scenario(
    CallPlan(at=1.0, number="13800138021", rings=3, answer_after=1, datetime="03051900"),
    CallPlan(at=60.0, number="13800138021", rings=9, datetime="03051901"),
)

# Lets the phone ring in the first call, takes the second and lets go; writes down all events and a sum of all samples.
LISTENER = """
import asyncio, json, sys
for folder in {folders!r}:
    sys.path.insert(0, folder)
from pipe_line import PipeBoard
from store import FileStore

setup = json.loads(sys.stdin.buffer.readline())
board = PipeBoard(sys.stdin.buffer, sys.stdout.buffer, FileStore(setup["journal"]))


async def listen():
    total = 0
    taken = 0
    while True:
        block = await board.line.read()
        if block is None:
            break
        for sample in block.samples:
            total = (total * 31 + sample) & 0xFFFFFF
        for event in block.events:
            board.store.append("{{}} {{}} {{}}".format(block.at, board.clock.epoch(), event))
        if block.at > 62 * 8000:
            taken += 1
            board.line.seize(taken < 100)
    assert len(list(board.store.lines())) > 0
    board.line.tell({{"id": 1, "total": total, "name": "\\u738b"}})


asyncio.run(listen())
sys.stdout.buffer.flush()
"""


class Taker:
    """The same box as `LISTENER`, in this process."""

    def __init__(self):
        self.taken = 0
        self.total = 0

    def __call__(self, line, block):
        for sample in block.samples:
            self.total = (self.total * 31 + sample) & 0xFFFFFF
        if block.at > 62 * 8000:
            self.taken += 1
            line.seize(self.taken < 100)


@pytest.fixture
def peer(tmp_path, monkeypatch):
    """Puts a script in place of the appliance; returns the function that does it."""

    def put(source: str) -> None:
        path = tmp_path / "peer.py"
        path.write_text(source, encoding="utf-8")
        monkeypatch.setattr(pipe_exchange, "MAIN", path)

    return put


def check_listener(interpreter, peer, tmp_path, env=None):
    folders = [str(ROOT / "firmware"), str(ROOT / "firmware/boards/simulator")]
    peer(LISTENER.format(folders=folders))
    journal = tmp_path / "journal.txt"
    shown = []
    served = serve(PLAYED, interpreter, journal=str(journal), on_record=shown.append, env=env, timeout_s=60.0)
    box = Taker()
    here = play(PLAYED, box)
    assert served.records == shown == [{"id": 1, "total": box.total, "name": "王"}]
    assert served.blocks == len(here.blocks)
    epoch = here.board.clock.start
    wanted = [f"{at} {epoch + (at + 80) // 8000} {event}" for at, event in here.events]
    assert journal.read_text(encoding="utf-8").splitlines() == wanted
    assert (
        [o.answered_by for o in served.outcomes]
        == [o.answered_by for o in here.board.line.outcomes]
        == ["phone", "box"]
    )


def test_another_python_hears_the_same_line(peer, tmp_path):
    check_listener([sys.executable], peer, tmp_path)


@pytest.mark.micropython
def test_micropython_hears_the_same_line(peer, tmp_path, micropython, micropython_env):
    check_listener(micropython, peer, tmp_path, micropython_env)


READ_SETUP = "import sys\nsys.stdin.buffer.readline()\n"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("raise SystemExit('no list here')", "the appliance broke off: no list here"),
        (READ_SETUP + "sys.stdout.buffer.write(b'N'); sys.stdout.flush(); sys.stdin.buffer.read(9)", "broke off"),
        (READ_SETUP + "print('hello')", "sent b'h', which is no command"),
        (READ_SETUP + "sys.stdout.buffer.write(b'J' + bytes([255]) * 4)", "record of 4294967295 bytes"),
        (READ_SETUP + "sys.stdout.buffer.write(b'J' + bytes([9, 0, 0, 0]) + b'{')", "broke off"),
        (READ_SETUP + "sys.stdout.buffer.write(b'J' + bytes([1, 0, 0, 0]) + b'{')", "record that is no JSON"),
        (READ_SETUP + "sys.stdout.buffer.write(b'P')", "broke off"),
        (READ_SETUP + "import time; time.sleep(60)", "broke off"),
    ],
)
def test_a_peer_that_misbehaves_is_told(peer, source, told):
    peer(source)
    with pytest.raises(PipeError) as caught:
        serve(PLAYED, [sys.executable], timeout_s=2.0)
    assert told in str(caught.value)


def test_an_appliance_that_fails_after_the_end_is_told(peer):
    script = (
        READ_SETUP
        + "while True:\n"
        + "    sys.stdout.buffer.write(b'N'); sys.stdout.buffer.flush()\n"
        + "    if sys.stdin.buffer.read(1) == b'E': raise SystemExit('cannot save')\n"
        + "    head = sys.stdin.buffer.read(19); sys.stdin.buffer.read(head[16] + 2 * (head[17] + 256 * head[18]))\n"
    )
    peer(script)
    with pytest.raises(PipeError, match="ended with status 1: cannot save"):
        serve(PLAYED, [sys.executable], timeout_s=30.0)


def test_an_interpreter_that_is_not_there():
    with pytest.raises(PipeError, match="no-such-interpreter cannot be started"):
        serve(PLAYED, ["no-such-interpreter"])


def test_the_setup_is_one_line_of_json(peer):
    peer("import sys, json; s = sys.stdin.buffer.readline(); raise SystemExit(repr(sorted(json.loads(s))))")
    with pytest.raises(PipeError) as caught:
        serve(PLAYED, [sys.executable], timeout_s=30.0)
    assert json.dumps(["household", "interface", "journal", "list"]).replace('"', "'") in str(caught.value)
