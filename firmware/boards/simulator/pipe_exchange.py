# SPDX-License-Identifier: Apache-2.0
"""The exchange's side of `pipe_line`: start an interpreter, serve it the line of a scenario, gather what it tells."""

from __future__ import annotations

import contextlib
import json
import os
import struct
import subprocess
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from ringwarden.ports import Block

from . import pipe_line
from .board import Board
from .exchange import Outcome
from .script import Scenario

MAIN = Path(__file__).with_name("pipe_main.py")
RECORD_MAX = 1 << 16  # bytes of one record; more is not an appliance that speaks


class PipeError(Exception):
    """The appliance could not be started, broke off, or spoke another language; the text says which."""


@dataclass
class Served:
    """What came of it: the last state of each call's record, in the order they began, and the exchange's view."""

    records: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    blocks: int = 0


def serve(
    scenario: Scenario,
    command: Sequence[str],
    *,
    blocklist: str = "",
    journal: str = "",
    env: Mapping[str, str] | None = None,
    on_record: Callable[[dict[str, Any]], None] | None = None,
    timeout_s: float = 600.0,
) -> Served:
    """Play `scenario` to an appliance that runs in `command` + [pipe_main.py], as fast as it goes.

    `command` is an interpreter with its options, such as ["micropython"]; `blocklist` and `journal` are paths handed
    to the appliance; `env` is added to the environment (MICROPYPATH, PYTHONPATH). Raises `PipeError`, with the last
    line that the appliance wrote to standard error.
    """
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                [*command, str(MAIN)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **(env or {})},
            )
        except OSError as error:
            raise PipeError(f"{command[0]} cannot be started ({error.strerror}); check that it is installed") from None
        watchdog = threading.Timer(timeout_s, process.kill)
        watchdog.start()
        try:
            setup = _setup(scenario, blocklist, journal)
            served = _Serving(Board(scenario), process, on_record).run(setup)
        except (BrokenPipeError, EOFError):
            process.wait()
            raise PipeError(f"the appliance broke off: {_last_line(errors)}") from None
        finally:
            watchdog.cancel()
            _close(process)
        if process.returncode:
            raise PipeError(f"the appliance ended with status {process.returncode}: {_last_line(errors)}")
        return served


def _setup(scenario: Scenario, blocklist: str, journal: str) -> dict[str, Any]:
    return {
        "household": scenario.household,
        "list": blocklist,
        "journal": journal,
        "interface": scenario.line.interface,
    }


class _Serving:
    """One run."""

    def __init__(
        self, board: Board, process: subprocess.Popen[bytes], on_record: Callable[[dict[str, Any]], None] | None
    ) -> None:
        assert process.stdin and process.stdout
        self._board = board
        self._to: IO[bytes] = process.stdin
        self._from: IO[bytes] = process.stdout
        self._on_record = on_record
        self._records: dict[Any, dict[str, Any]] = {}

    def run(self, setup: dict[str, Any]) -> Served:
        self._send(json.dumps(setup).encode() + b"\n")
        blocks = 0
        while self._commands():
            block = self._board.line.next_block()
            if block is None:
                self._send(pipe_line.END)
                break
            self._send(_packed(block, self._board.clock.epoch()))
            blocks += 1
        while self._commands():  # what it still tells after the end
            raise PipeError("the appliance asked for more after the line was gone")
        return Served(list(self._records.values()), self._board.line.outcomes, blocks)

    def _commands(self) -> bool:
        """Carry out commands up to the next request for a block. False when the appliance has closed its end."""
        while True:
            kind = self._from.read(1)
            if kind == pipe_line.NEXT:
                return True
            if not kind:
                return self._closed()
            if kind == pipe_line.PHONE:
                self._board.line.wire_phone(self._exactly(1) != b"\0")
            elif kind == pipe_line.SEIZE:
                self._board.line.seize(self._exactly(1) != b"\0")
            elif kind == pipe_line.RECORD:
                self._record()
            else:
                raise PipeError(f"the appliance sent {kind!r}, which is no command; nothing may be printed there")

    def _closed(self) -> bool:
        """The appliance may only leave after the last block."""
        if not self._board.line.over:
            raise EOFError
        return False

    def _record(self) -> None:
        (length,) = struct.unpack("<I", self._exactly(4))
        if length > RECORD_MAX:
            raise PipeError(f"the appliance announced a record of {length} bytes; {RECORD_MAX} is the most")
        try:
            record = json.loads(self._exactly(length))
        except ValueError:
            raise PipeError("the appliance sent a record that is no JSON") from None
        self._records[record.get("id")] = record
        if self._on_record:
            self._on_record(record)

    def _exactly(self, n: int) -> bytes:
        data = self._from.read(n)
        if len(data) != n:
            raise EOFError
        return data

    def _send(self, data: bytes) -> None:
        self._to.write(data)
        self._to.flush()


def _packed(block: Block, epoch: int) -> bytes:
    events = bytes(pipe_line.EVENTS.index(event) for event in block.events)
    header = struct.pack(pipe_line.HEADER, block.at, epoch, len(events), len(block.samples))
    return pipe_line.BLOCK + header + events + block.samples.tobytes()


def _close(process: subprocess.Popen[bytes]) -> None:
    """Leave no process and no pipe behind."""
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(BrokenPipeError):
            if stream:
                stream.close()
    try:
        process.wait(10.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _last_line(errors: IO[bytes]) -> str:
    errors.seek(0)
    lines = errors.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
