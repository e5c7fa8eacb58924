# SPDX-License-Identifier: Apache-2.0
"""A delta on MicroPython's unix port, with so little of the heap left that 8 KiB is all there is."""

import json
import subprocess

import numpy as np
import pytest

from ringwarden_tools.lists import delta, image

pytestmark = pytest.mark.micropython

# Everything that is imported, opened and built first does not count; what `apply` allocates must fit in what is left.
SCRIPT = """
import gc, json, sys
from ringwarden.blocklist.delta import apply

folder, left, room = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
base = open(folder + "/old.rwl", "rb")
coded = open(folder + "/d.rwd", "rb")
out = open(folder + "/out.rwl", "wb+")
size = base.seek(0, 2)

def read_base(offset, length):
    base.seek(offset)
    return base.read(length)

def read_target(offset, length):
    out.seek(offset)
    return out.read(length)

def write(offset, data):
    out.seek(offset)
    out.write(data)

def fill():
    kept = None
    for step in (65536, 8192, 1024, 128, 32):
        while True:
            try:
                kept = (kept, bytearray(step))
            except MemoryError:
                break
    return kept

gc.collect()
hole = bytearray(left)   # in one piece, as a heap that was not used much gives it
kept = fill()
del hole
gc.collect()
free = gc.mem_free()
try:
    apply(read_base, size, coded.read, write, read_target, room)
    result = "done"
except MemoryError:
    result = "no memory"
except Exception as error:
    result = repr(error)
del kept
gc.collect()
print(json.dumps({"free": free, "result": result}))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two lists with a few categories, and the delta between them."""
    path = tmp_path_factory.mktemp("delta")
    rng = np.random.default_rng(8)
    everything = rng.permutation(np.unique(rng.integers(1, 10**10, 50_000, dtype=np.uint64)))
    old, new = np.sort(everything[:-300]), np.sort(everything[300:])
    lists = [delta.take_apart(image.make(keys, (keys % 5).astype(np.uint8), "CN").data) for keys in (old, new)]
    made = delta.make(*lists)
    assert (made.removed, made.added) == (300, 300)
    (path / "old.rwl").write_bytes(lists[0].data)
    (path / "new.rwl").write_bytes(lists[1].data)
    (path / "d.rwd").write_bytes(made.data)
    return path


def run(folder, micropython, environment, left):
    (folder / "out.rwl").unlink(missing_ok=True)
    (folder / "apply.py").write_text(SCRIPT, encoding="utf-8")
    command = [*micropython, "-X", "heapsize=320k", folder / "apply.py", folder, str(left), str(1 << 20)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_in_eight_kibibytes(folder, micropython, micropython_env):
    report = run(folder, micropython, micropython_env, 8192)
    assert report["result"] == "done", report
    assert report["free"] <= 8192 + 512
    assert (folder / "out.rwl").read_bytes() == (folder / "new.rwl").read_bytes()


def test_the_measure_measures(folder, micropython, micropython_env):
    """With half of that there is no memory: the test above would notice."""
    assert run(folder, micropython, micropython_env, 4096)["result"] == "no memory"
