# SPDX-License-Identifier: Apache-2.0
"""A box behind a serial port (portable): standard input and output are the port, a file is its flash.

    link_main.py SETUP.json

The setup is that of `update_main`, without a repository: a host has the files. Ends when the port is gone, or after the
request `reboot`. Both ends of the port have to be set to not block by whoever starts this.
"""

import gc
import json
import sys
import time

from flash import FileFlash  # type: ignore[import-not-found]  # this file is a script: see pipe_main
from update_main import Clock  # type: ignore[import-not-found]

from ringwarden.blocklist.flash import halves
from ringwarden.blocklist.slots import Slots
from ringwarden.faces.serial.face import Face, Milliseconds
from ringwarden.faces.serial.updating import Attentive, list_update
from ringwarden.update.client import Updater
from ringwarden.update.lists import Wanted
from ringwarden.update.store import FileStore


class Port:
    """The process's own input and output."""

    def __init__(self) -> None:
        self._in = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        self._out = getattr(sys.stdout.buffer, "raw", sys.stdout.buffer)

    def read(self, most: int):
        """b"" would be the end of the port."""
        data = self._in.read(most)
        if data == b"":
            raise OSError("the port is gone")
        return data

    def write(self, data: bytes):
        """As much as fits."""
        return self._out.write(data)


def main(setup: dict) -> None:
    """Serve the port."""
    if hasattr(gc, "threshold"):  # MicroPython's: collected early, what passes through leaves room in one piece
        gc.threshold(16384)
    flash = Attentive(FileFlash(setup["flash"], setup["size"]), Milliseconds())
    slots = Slots(*halves(flash))
    slots.mount()
    with open(setup["root"], "rb") as file:
        root = file.read()
    ended: list[bool] = []

    def updater(fetcher) -> Updater:
        return Updater(FileStore(setup["state"]), fetcher, Clock(setup.get("now")), None, root)

    def reboot(request: dict) -> dict:
        ended.append(True)
        return {}

    def status(request: dict) -> dict:
        active = slots.active
        digest = "".join(["{:02x}".format(byte) for byte in active.digest]) if active else ""
        return {"sha256": digest, "trouble": slots.trouble}

    wanted = Wanted(setup["region"], setup.get("name", "main"), setup.get("device", ""))
    answers = {"hello": lambda request: {"box": "simulator", "link": 1}, "status": status, "reboot": reboot}
    face = Face(Port(), answers, list_update(updater, slots, wanted))
    flash.meanwhile = face.step
    while not ended:
        if not face.step():
            time.sleep(0.001)


if __name__ == "__main__":
    with open(sys.argv[1]) as _file:
        _setup = json.loads(_file.read())
    try:
        main(_setup)
    except OSError as _error:
        sys.exit("link_main: {}".format(_error))
