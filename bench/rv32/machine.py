# SPDX-License-Identifier: Apache-2.0
"""MicroPython's firmware VIRT_RV32 in qemu-system-riscv32: a script runs, its output comes back.

`make build/virt-rv32/firmware.elf` and `make mpy ARCH=rv32imc` build what this needs. Script, file system and data are
laid into the machine's memory before it starts, so that nothing but one line has to pass its serial port. -icount makes
QEMU count instructions one by one: `ringwarden_rv32.instret()` on the machine reads the count.
"""

import os
import selectors
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import littlefs

ROOT = Path(__file__).resolve().parents[2]
FIRMWARE = ROOT / "build/virt-rv32/firmware.elf"
MODULE = ROOT / "build/micropython-rv32imc/_ringwarden.mpy"
CHIP = Path(__file__).parent / "chip"
QEMU = "qemu-system-riscv32"

SCRIPT_AT = 0x81000000  # a length of 4 bytes, then the script
FILES_AT = 0x82000000  # an image of littlefs
DATA_AT = 0x84000000  # a length of 4 bytes, then the data; memory ends at 0x88000000
FILES_ROOM = 4 << 20
DATA_ROOM = 0x88000000 - DATA_AT - 4
BLOCK = 4096
STACK = 15 * 1024  # what MicroPython leaves itself of its 16 KiB on an ESP32

# What the script finds: its file system mounted at /, DATA (a memoryview), instret(), and since(before): instructions
# since instret() returned `before`, less than 2^30, without those of asking.
_BEGIN = """
import gc, sys, uctypes, vfs
from ringwarden_rv32 import instret, stack_limit

stack_limit({stack})

class _Memory:
    def __init__(self, at, count):
        self.memory = memoryview(uctypes.bytearray_at(at, count * {block}))
        self.count = count
    def readblocks(self, block, buffer, offset=0):
        begin = block * {block} + offset
        buffer[:] = self.memory[begin : begin + len(buffer)]
    def writeblocks(self, block, buffer, offset=0):
        begin = block * {block} + offset
        self.memory[begin : begin + len(buffer)] = buffer
    def ioctl(self, op, _):
        return self.count if op == 4 else {block} if op == 5 else 0

vfs.mount(vfs.VfsLfs2(_Memory({files}, {count})), "/")
sys.path[:] = {path}
DATA = memoryview(uctypes.bytearray_at({data} + 4, int.from_bytes(uctypes.bytearray_at({data}, 4), "little")))

def since(before):
    return ((instret() - before) & 0x3fffffff) - EMPTY

EMPTY = 0
EMPTY = min([since(instret()) for _ in range(8)])
gc.collect()
"""
_LINE = (
    "import uctypes as u;exec(str(u.bytearray_at({0} + 4,int.from_bytes(u.bytearray_at({0},4),'little')),'utf-8'))"
).format(SCRIPT_AT)


class MachineError(Exception):
    """The machine is missing, the script raised, or no answer came in time."""


def image(files: dict[str, bytes]) -> bytes:
    """A littlefs image with these files (paths from the root) and some room."""
    need = sum(len(content) + 3 * BLOCK for content in files.values())
    count = max(64, need * 5 // 4 // BLOCK)
    if count * BLOCK > FILES_ROOM:
        raise MachineError("these files do not fit into the machine's memory")
    system = littlefs.LittleFS(block_size=BLOCK, block_count=count, prog_size=32, read_size=32, lookahead_size=32)
    for path, content in files.items():
        system.makedirs(str(Path(path).parent), exist_ok=True)
        with system.open(path, "wb") as file:
            file.write(content)
    return bytes(system.context.buffer)


def run(script: str, data: bytes = b"", files: dict[str, bytes] | None = None, timeout: float = 200.0) -> str:
    """What `script` prints on the machine, whose file system holds the native module and `files`.

    Modules come from `/lib`, then from what is frozen into the firmware. Raises `MachineError`, also when the script
    ends with an exception.
    """
    for path in (FIRMWARE, MODULE):
        if not path.is_file():
            raise MachineError(f"{path} is missing: `make test-rv32` builds it")
    if shutil.which(QEMU) is None:
        raise MachineError(f"{QEMU} is missing: `make test-rv32` installs it as root, or says how")
    if len(data) > DATA_ROOM:
        raise MachineError("this is more data than the machine has memory")
    flash = image({"/lib/_ringwarden.mpy": MODULE.read_bytes(), **(files or {})})
    begin = _BEGIN.format(
        block=BLOCK, files=FILES_AT, count=len(flash) // BLOCK, path=["/lib", ".frozen"], data=DATA_AT, stack=STACK
    )
    program = (begin + script).encode()
    with tempfile.TemporaryDirectory() as folder:
        command = [QEMU, "-machine", "virt", "-bios", "none", "-display", "none", "-monitor", "none"]
        command += ["-serial", "stdio", "-semihosting", "-icount", "shift=0", "-kernel", str(FIRMWARE)]
        parts = (("script", SCRIPT_AT, program), ("files", FILES_AT, flash), ("data", DATA_AT, data))
        for name, at, content in parts:
            length = b"" if name == "files" else len(content).to_bytes(4, "little")
            Path(folder, name).write_bytes(length + content)
            command += ["-device", f"loader,file={folder}/{name},addr={at:#x},force-raw=on"]
        return _talk(command, timeout)


def _talk(command: list[str], timeout: float) -> str:
    """Send the one line in MicroPython's raw mode, wait for its end."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        assert process.stdin and process.stdout
        try:
            process.stdin.write(b"\x01" + _LINE.encode() + b"\x04")
            process.stdin.flush()
            heard = _until_end(process.stdout.fileno(), timeout)
        finally:
            process.kill()
    _, found, rest = heard.partition(b">OK")
    output, _, trouble = rest.partition(b"\x04")
    trouble = trouble.partition(b"\x04")[0]
    if not found or trouble:
        text = (trouble or heard[-2000:]).decode(errors="replace").strip()
        raise MachineError(f"the script failed on the machine: {output.decode(errors='replace')[-2000:]}{text}")
    return output.decode().replace("\r\n", "\n")


def _until_end(source: int, timeout: float) -> bytes:
    heard = bytearray()
    end = time.monotonic() + timeout
    with selectors.DefaultSelector() as selector:
        selector.register(source, selectors.EVENT_READ)
        while heard.find(b">OK") < 0 or heard.count(b"\x04") < 2:
            left = end - time.monotonic()
            if left <= 0 or not selector.select(left):
                raise MachineError(f"no answer within {timeout:.0f} s; it began with {bytes(heard[:400])!r}")
            part = os.read(source, 65536)
            if not part:
                raise MachineError(f"QEMU ended early: {bytes(heard[-400:])!r}")
            heard += part
    return bytes(heard)


def chip_script(name: str) -> str:
    """A script of the folder `chip`."""
    return (CHIP / name).read_text(encoding="utf-8")
