# SPDX-License-Identifier: Apache-2.0
"""`make bench-link`: a daily delta and a whole list over a line of 115,200 baud, into a box program on MicroPython.

The line is two ptys with a relay that lets 11,520 bytes a second pass each way. "On the wire" is from the first byte
of the session to the last byte of the file, metadata included; "in use" is when the box has answered that the list is
in use.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/host"))

from serial_kit import BITS, PtyCable  # type: ignore[import-not-found]  # noqa: E402
from test_serial_port import Bench  # type: ignore[import-not-found]  # noqa: E402

from ringwarden_tools.device.port import open_port  # noqa: E402
from ringwarden_tools.device.serving import FolderSource  # noqa: E402
from ringwarden_tools.device.updating import update  # noqa: E402
from ringwarden_tools.lists import image  # noqa: E402
from ringwarden_tools.repository.create import Plan, create  # noqa: E402
from ringwarden_tools.repository.folder import Folder  # noqa: E402
from ringwarden_tools.repository.keys import Secrets  # noqa: E402
from ringwarden_tools.repository.lists import add  # noqa: E402
from ringwarden_tools.repository.publish import publish  # noqa: E402

BAUD = 115200
PASSPHRASE = "for the bench alone"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--numbers", type=int, default=309000, help="how many the list has (309,000: 1 MiB)")
    parser.add_argument("--changes", type=int, default=4850, help="how many go and how many come in a day")
    options = parser.parse_args()
    os.environ["RINGWARDEN_PASSPHRASE"] = PASSPHRASE
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        create(place / "lists", Plan(["CN"], {}), Secrets())
        random = np.random.default_rng(5)
        keys = np.unique(random.integers(8610000000000, 8619999999999, options.numbers).astype(np.uint64))
        bench = box(place)
        try:
            publish_list(place, keys)
            report("whole list", bench)
            gone = random.choice(len(keys), options.changes, replace=False)
            came = random.integers(8610000000000, 8619999999999, options.changes).astype(np.uint64)
            publish_list(place, np.unique(np.concatenate([np.delete(keys, gone), came])))
            report("delta", bench)
        finally:
            bench.close()


def box(place: Path) -> Bench:
    """The box program on MicroPython with 320 KiB of heap."""
    command = [str(Path(sys.executable).with_name("micropython")), "-X", "heapsize=320k"]
    env = {**os.environ, "MICROPYPATH": f".frozen:{ROOT}/firmware:{ROOT}/build/micropython"}
    bench = Bench(command, env, place, BAUD, 4 << 20)
    bench.start()
    return bench


def publish_list(place: Path, keys: np.ndarray) -> None:
    """A new list in the repository."""
    file = place / "list.rwl"
    file.write_bytes(image.make(keys, (keys % np.uint64(7)).astype(np.uint8), "CN").data)
    folder = Folder(place / "lists", Secrets())
    add(folder, file, "CN", "main")
    publish(folder)


def report(name: str, bench: Bench) -> None:
    """One update; a line of figures."""
    bench.status()
    bench.cable.forget()
    answer = update(lambda: open_port(bench.port), FolderSource(bench.place / "lists"), patience=120)
    assert answer.get("update") == "updated", answer
    digest = hashlib.sha256((bench.place / "list.rwl").read_bytes()).hexdigest()
    assert bench.status()["sha256"] == digest
    cable: PtyCable = bench.cable
    wire, size = cable.stretch, answer["fetched"]
    least = size * BITS / BAUD
    print(
        f"{name:10}  {size:9,} bytes  at line rate {least:6.2f} s  on the wire {wire:6.2f} s ({wire / least - 1:+.1%})"
        f"  in use {cable.busy:6.2f} s  sent again {answer['resent']}",
        flush=True,
    )
    print(json.dumps({"name": name, "bytes": size, "line_s": round(least, 3), "wire_s": round(wire, 3)}))


if __name__ == "__main__":
    main()
