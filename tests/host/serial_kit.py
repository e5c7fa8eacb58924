# SPDX-License-Identifier: Apache-2.0
"""Cables between a host and a box: one in memory that can be cut at any frame, one of two ptys with a speed."""

import os
import pty
import select
import subprocess
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

BITS = 10  # a byte takes them at 8N1


class MemoryCable:
    """Two ends in one process. `spoil(byte number, piece) -> piece` stands in the way of what the host writes.

    `cut_at` ends the connection, both ways, as soon as so many frames have passed: what is under way then is lost. The
    host opens it anew; the box's end stays.
    """

    def __init__(self, cut_at: int = -1) -> None:
        self._lock = threading.Condition()
        self._to_box = b""
        self._to_host = b""
        self._generation = 0
        self._edges = 0
        self.cut_at = cut_at
        self.cuts = 0
        self.written = 0  # bytes to the box
        self.spoil: Callable[[int, bytes], bytes] = lambda at, piece: piece

    @property
    def frames(self) -> int:
        """How many have passed, both ways together."""
        return self._edges // 2

    def _passed(self, data: bytes) -> None:
        self._edges += data.count(b"\0")
        if 0 <= self.cut_at <= self.frames:
            self.cut_at = -1
            self.cuts += 1
            self._generation += 1
            self._to_box = self._to_host = b""

    def box_read(self, most: int) -> bytes:
        with self._lock:
            data, self._to_box = self._to_box[:most], self._to_box[most:]
            return data

    def box_write(self, data: bytes) -> int:
        with self._lock:
            self._to_host += data
            self._passed(data)
            self._lock.notify_all()
        return len(data)

    def host(self) -> "HostEnd":
        """What `opener` gives."""
        with self._lock:
            return HostEnd(self, self._generation)


class HostEnd:
    """The host's end, until the cable is cut."""

    def __init__(self, cable: MemoryCable, generation: int) -> None:
        self.cable = cable
        self.generation = generation

    def _check(self) -> None:
        if self.generation != self.cable._generation:
            raise OSError("the cable was cut")

    def read(self, most: int) -> bytes:
        cable = self.cable
        with cable._lock:
            self._check()
            if not cable._to_host:
                cable._lock.wait(0.005)
                self._check()
            data, cable._to_host = cable._to_host[:most], cable._to_host[most:]
            return data

    def write(self, data: bytes) -> int:
        cable = self.cable
        with cable._lock:
            self._check()
            cable._to_box += cable.spoil(cable.written, data)
            cable.written += len(data)
            cable._passed(data)
        return len(data)

    def close(self) -> None:
        pass


class BoxEnd:
    """The box's end, whatever becomes of the cable."""

    def __init__(self, cable: MemoryCable) -> None:
        self.read = cable.box_read
        self.write = cable.box_write


class PtyCable:
    """A pty for each end and a relay between them that lets `baud` / 10 bytes a second pass each way.

    `path` is where the host's end is; `pull()` unplugs it and plugs it in again, as another pty under the same path.
    `box` is the slave that the box's program gets as its standard input and output. `carried` counts bytes (to the box,
    to the host), `busy` is the time from the first to the last of them, `stretch` that from the first to the end of the
    last 100 bytes that went to the box without a rest: what comes later are only acknowledgements.
    """

    TICK = 0.002

    def __init__(self, path: Path, baud: int) -> None:
        self.path = path
        self._rate = baud / BITS
        self._box_master, self.box = pty_pair()
        os.set_blocking(self.box, False)
        self._host_master = self._host_slave = -1
        self._plug()
        self._stop = threading.Event()
        self._pull = threading.Event()
        self.carried = [0, 0]
        self._first = self._last = 0.0
        self._recent: list[tuple[float, int]] = []
        self._end = 0.0
        self._thread = threading.Thread(target=self._relay, daemon=True)
        self._thread.start()

    @property
    def busy(self) -> float:
        """Seconds."""
        return self._last - self._first

    @property
    def stretch(self) -> float:
        """Seconds."""
        return self._end - self._first

    def forget(self) -> None:
        """Measure anew."""
        self.carried = [0, 0]
        self._first = self._last = self._end = 0.0

    def pull(self) -> None:
        """Unplug the cable; it is plugged in again at once."""
        self._pull.set()
        while self._pull.is_set():
            time.sleep(0.001)

    def close(self) -> None:
        """The end of it."""
        self._stop.set()
        self._thread.join()
        for end in (self._host_master, self._host_slave, self._box_master, self.box):
            os.close(end)

    def _plug(self) -> None:
        self._host_master, self._host_slave = pty_pair()
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self._host_slave))

    def _relay(self) -> None:
        before = time.monotonic()
        pending = [b"", b""]  # to the box, to the host
        credit = [0.0, 0.0]
        while not self._stop.is_set():
            if self._pull.is_set():
                os.close(self._host_master)
                os.close(self._host_slave)
                pending = [b"", b""]
                self._plug()
                self._pull.clear()
            time.sleep(self.TICK)
            now = time.monotonic()
            ends = ((self._host_master, self._box_master), (self._box_master, self._host_master))
            for way, (source, sink) in enumerate(ends):
                # A line carries nothing while nothing is there. What was there at the tick before went on while this
                # thread had to wait for the processor, so that a busy machine does not count as a slow line.
                most = max(0.02 * self._rate + 1, float(len(pending[way])))
                credit[way] = min(credit[way] + (now - before) * self._rate, most)
                if len(pending[way]) < 4096 and select.select([source], [], [], 0)[0]:
                    pending[way] += os.read(source, 4096 - len(pending[way]))
                self._carry(way, pending, credit, sink, now)
            before = now

    def _carry(self, way: int, pending: list[bytes], credit: list[float], sink: int, now: float) -> None:
        piece = pending[way][: int(credit[way])]
        if piece and select.select([], [sink], [], 0)[1]:
            written = os.write(sink, piece)
            pending[way] = pending[way][written:]
            credit[way] -= written
            self.carried[way] += written
            self._first = self._first or now
            self._last = now
            if way == 0:
                self._recent = [item for item in self._recent if now - item[0] < 0.05] + [(now, written)]
                if sum(item[1] for item in self._recent) >= 100:
                    self._end = now
        elif not pending[way]:
            credit[way] = min(credit[way], self.TICK * self._rate + 1)


def pty_pair() -> tuple[int, int]:
    """Master and slave of a pty that changes no byte."""
    master, slave = os.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    return master, slave


class Wire:
    """Two terminals back to back, raw: one end for the box, one for a browser or a host."""

    def __init__(self) -> None:
        self.pairs = [pty.openpty(), pty.openpty()]
        for _, slave in self.pairs:
            tty.setraw(slave, termios.TCSANOW)
        self.box, self.browser = (os.ttyname(slave) for _, slave in self.pairs)
        self.end = self.pairs[0][1]  # the box's, open
        copy = "import os, select, sys\na, b = map(int, sys.argv[1:])\nwhile True:\n"
        copy += " for f in select.select([a, b], [], [])[0]: os.write(a + b - f, os.read(f, 4096))\n"
        masters = [master for master, _ in self.pairs]
        self.copier = subprocess.Popen([sys.executable, "-c", copy, *map(str, masters)], pass_fds=masters)

    def close(self) -> None:
        self.copier.kill()
        self.copier.wait()
        for pair in self.pairs:
            for end in pair:
                os.close(end)
