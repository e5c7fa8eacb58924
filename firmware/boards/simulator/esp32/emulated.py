# SPDX-License-Identifier: Apache-2.0
"""A box whose chip is MicroPython's unix port: power on, resets, the watchdog's time, power cuts."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

CHIP = Path(__file__).resolve().parent / "chip/chip.py"
PWRON_RESET, HARD_RESET, WDT_RESET = 1, 2, 3
RESET, CUT, PROMPT = 64, 80, 3
HEAP = 320 << 10  # bytes that the program has; words are twice as wide here as on the chip
EMULATION = 96 << 10  # at most, for the modules of the emulated chip and what they hold


@dataclass
class Life:
    """From one reset to the next. `ended` is "reset", "watchdog", "power", "prompt" or "stopped"; `operations` counts
    erases and programs of the flash, -1 when nobody could count them; `told` are the words of pins and watchdog."""

    ended: str
    cause: int
    operations: int
    output: str
    told: list[list[str]] = field(default_factory=list)

    def pin(self, number: int) -> list[tuple[str, int]]:
        """("changes" or "rests", millisecond of the line): when a pin began to change, and when it had stopped."""
        return [(w[2], int(w[3])) for w in self.told if w[0] == "pin" and int(w[1]) == number]


class EmulatedBox:
    """`folder` holds the flash file and what the runs leave. `command` starts MicroPython without arguments."""

    def __init__(self, folder: Path, image: bytes, command: list[str], heap: int = HEAP) -> None:
        self.folder = folder
        self.flash = folder / "flash.bin"
        self.flash.write_bytes(image)
        (folder / "output").touch()
        self.size = len(image)
        self.cause = PWRON_RESET
        self._command = command
        self.heap = heap
        self.stop = False  # set from another thread: end this life

    def line(self, samples: bytes, levels: list[tuple[int, int, int]], end: str = "power") -> dict[str, object]:
        """What comes in on the line: samples (8 kHz, 16 bit), (millisecond, pin, level) and what follows."""
        (self.folder / "line.s16").write_bytes(samples)
        line = {"samples": str(self.folder / "line.s16"), "levels": sorted(levels), "end": end}
        (self.folder / "line.json").write_text(json.dumps(line))
        return {"line": str(self.folder / "line.json")}

    def boot(
        self, seconds: float = 30.0, watchdog_scale: float = 1.0, port: int | None = None, **setup: object
    ) -> Life:
        """From reset to reset, `seconds` at most. `watchdog_scale`: how much faster the watchdog's time passes. `port`:
        a terminal that is the chip's serial port; what is printed goes there then, and `output` holds errors alone.
        """
        self.stop = False
        tell = self.folder / "told"
        tell.unlink(missing_ok=True)
        tell.touch()
        full = {
            "flash": str(self.flash),
            "size": self.size,
            "heap": self.heap,
            "cause": self.cause,
            "tell": str(tell),
            **setup,
        }
        (self.folder / "setup.json").write_text(json.dumps(full))
        with open(self.folder / "output", "w") as output:
            process = subprocess.Popen(
                [*self._command, "-X", f"heapsize={self.heap + EMULATION}", str(CHIP), str(self.folder / "setup.json")],
                stdin=subprocess.DEVNULL if port is None else port,
                stdout=output if port is None else port,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={k: v for k, v in os.environ.items() if k != "MICROPYPATH"},
            )
            ended = self._watch(process, tell, seconds, watchdog_scale)
        return self._life(ended, process.returncode, tell)

    def _watch(self, process: subprocess.Popen[bytes], tell: Path, seconds: float, scale: float) -> str:
        end = time.monotonic() + seconds
        while process.poll() is None:
            now = time.monotonic()
            timeout = self._timeout_ms(tell)
            if timeout and time.time() - tell.stat().st_mtime > timeout / 1000 / scale:
                process.kill()
                process.wait()
                return "watchdog"
            if now > end or self.stop:
                process.kill()
                process.wait()
                return "stopped"
            time.sleep(0.02)
        return {PROMPT: "prompt", CUT: "power"}.get(process.returncode, "reset" if process.returncode > RESET else "?")

    @staticmethod
    def _timeout_ms(tell: Path) -> int:
        """The watchdog's time, once it was started. The file changes with each feed (and with each change of a pin)."""
        head = tell.read_bytes()[:16].split()
        return int(head[1]) if len(head) > 1 and head[0] == b"feed" else 0

    def _life(self, ended: str, status: int, tell: Path) -> Life:
        output = (self.folder / "output").read_text(errors="replace")
        told = [words for line in tell.read_text().splitlines() if (words := line.split())]
        if ended == "reset":
            self.cause = status - RESET
        else:
            self.cause = WDT_RESET if ended == "watchdog" else PWRON_RESET
        counted = output.rstrip().rsplit("operations ", 1)
        operations = int(counted[1]) if len(counted) == 2 and counted[1].isdigit() else -1
        return Life(ended, self.cause, operations, output, told)
