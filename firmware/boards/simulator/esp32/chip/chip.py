# SPDX-License-Identifier: Apache-2.0
"""Reset of the emulated chip: runs in MicroPython's unix port, `micropython chip.py SETUP.json`.

    {"flash": "flash.bin", "size": 4194304, "heap": 327680, "cause": 1, "line": "line.json", "cut": -1,
     "torn": 0}

What the official image does follows: `vfs` is mounted at "/" (the host's files are gone then), boot.py and main.py run
from there. Exit status: 64 plus the cause after a reset that the program asked for, 80 when the power failed at erase
or program number `cut`, 3 when main.py ended (the prompt).
"""

import gc
import json
import sys

_FOLDER = __file__.rsplit("/", 1)[0]
sys.path[:] = [".frozen", _FOLDER, _FOLDER + "/../.."]

RESET, CUT, PROMPT = 64, 80, 3


def power_on(setup):
    """Put the chip's modules where the program looks for them."""
    import socket

    import esp32
    import machine
    import network
    from flash import FileFlash

    flash = FileFlash(setup["flash"], setup["size"])
    if setup.get("cut", -1) >= 0:
        flash.cut_power(setup["cut"], setup.get("torn", 0))
    esp32.attach(flash)
    machine.attach(setup)
    sys.modules["esp32"] = esp32
    sys.modules["machine"] = machine
    sys.modules["network"] = network
    sys.modules["socket"] = network.attach(setup, socket)
    sys.path[:] = ["", ".frozen", "/lib"]
    return flash


def leave(free):
    """As many bytes of heap as the program of a chip would have: what the emulation itself takes is not the program's.

    The ballast that comes back takes up the rest.
    """
    gc.collect()
    spare = gc.mem_free() - free
    if spare < 0:
        raise MemoryError("the emulation has not left {} bytes of heap: begin with a larger one".format(free))
    return bytearray(spare)


def run_file(path):
    """As `pyexec_file_if_exists`: True unless it raised."""
    try:
        with open(path) as file:
            text = file.read()
    except OSError:
        return True
    try:
        exec(compile(text, path, "exec"), {"__name__": "__main__"})
        return True
    except SystemExit:
        raise
    except Exception as error:
        sys.print_exception(error)
        return False


def main():
    """From reset to the prompt."""
    with open(sys.argv[1]) as file:
        setup = json.loads(file.read())
    flash = power_on(setup)
    ballast = leave(setup["heap"])
    import machine
    import vfs
    from esp32 import Partition
    from flash import PowerCut

    status = PROMPT
    try:
        vfs.umount("/")
        found = Partition.find(Partition.TYPE_DATA, label="vfs")
        try:
            if found:
                vfs.mount(found[0], "/")
        except OSError as error:
            print("chip: no file system on the partition vfs", error)
        if found and run_file("boot.py"):
            run_file("main.py")
    except PowerCut:
        status = CUT
    except machine.Reset as reset:
        status = RESET + reset.cause
    del ballast
    print("chip: status", status, "operations", flash.operations)
    sys.exit(status)


main()
