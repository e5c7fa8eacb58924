# SPDX-License-Identifier: Apache-2.0
"""Makes sure that programs outside Python are there: `need.py NAME...`.

As root on Debian it installs what is missing with apt-get. Otherwise it says what is missing and how to get it, and
exits 2. Runs on a bare Python 3.11, before any virtual environment exists.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path

APT = ["apt-get", "-q", "-oDPkg::Lock::Timeout=300", "-oAcquire::Retries=3"]


def _compiles(compiler: str, source: str, *flags: str) -> bool:
    """Whether `compiler` builds and links `source`."""
    if not shutil.which(compiler):
        return False
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "probe.c")
        path.write_text(source)
        command = [compiler, str(path), "-o", str(Path(folder, "probe")), *flags]
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _has_cc() -> bool:
    return _compiles(os.environ.get("CC", "cc"), '#include <string.h>\nint main(void) { return (int)strlen(""); }\n')


def _has_sanitizers() -> bool:
    return _compiles(os.environ.get("CC", "cc"), "int main(void) { return 0; }\n", "-fsanitize=address,undefined")


def _has_libfuzzer() -> bool:
    source = (
        "#include <stddef.h>\n#include <stdint.h>\n"
        "int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) { return d == 0 && n > 9; }\n"
    )
    return _compiles("clang", source, "-fsanitize=fuzzer,address,undefined")


def _has_venv() -> bool:
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def _has_python_headers() -> bool:
    return Path(sysconfig.get_paths()["include"], "Python.h").is_file()


def _has_valgrind() -> bool:
    """valgrind needs the C library's symbols as well, or it refuses to start."""
    if not shutil.which("valgrind"):
        return False
    command = ["valgrind", "-q", "--error-exitcode=9", "true"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0


def _has_spandsp() -> bool:
    source = "#include <stdint.h>\n#include <spandsp.h>\nint main(void) { return adsi_rx_init(0, 1, 0, 0) == 0; }\n"
    return _compiles(os.environ.get("CC", "cc"), source, "-lspandsp")


def _has_riscv_cc() -> bool:
    """The compiler for 32-bit machines without an operating system, its libgcc and picolibc."""
    flags = ("-march=rv32imc", "-misa-spec=2.2", "-mabi=ilp32", "--specs=picolibc.specs", "-c")
    return _compiles("riscv64-unknown-elf-gcc", "#include <string.h>\nint main(void) { return 0; }\n", *flags)


def _has_sounds() -> bool:
    """People's telephone prompts, music on hold and desktop sounds."""
    folders = ("asterisk/sounds", "asterisk/moh", "sounds/freedesktop")
    return all(Path("/usr/share", folder).is_dir() for folder in folders)


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _fuzzer_runtime() -> list[str]:
    """The package with clang's runtimes carries clang's version in its name."""
    if not shutil.which("apt-cache"):
        return ["clang"]
    answer = subprocess.run(["apt-cache", "depends", "clang"], capture_output=True, text=True, check=False).stdout
    versions = [word.removeprefix("clang-") for word in answer.split() if word.startswith("clang-")]
    return ["clang", f"libclang-rt-{versions[0]}-dev"] if versions else ["clang"]


# name -> (what it is, whether it is there, Debian's packages)
TOOLS: dict[str, tuple[str, Callable[[], bool], Callable[[], list[str]]]] = {
    "cc": ("a C compiler", _has_cc, lambda: ["gcc", "libc6-dev"]),
    "sanitizers": ("a C compiler with AddressSanitizer", _has_sanitizers, lambda: ["gcc", "libc6-dev"]),
    "venv": ("Python's venv and ensurepip modules", _has_venv, lambda: ["python3-venv"]),
    "headers": ("Python's C headers", _has_python_headers, lambda: ["python3-dev"]),
    "clang": ("clang with libFuzzer", _has_libfuzzer, _fuzzer_runtime),
    "valgrind": ("valgrind with the C library's symbols", _has_valgrind, lambda: ["valgrind", "libc6-dbg"]),
    "faketime": ("faketime", _program("faketime"), lambda: ["faketime"]),
    "spandsp": ("spandsp's library and headers", _has_spandsp, lambda: ["libspandsp-dev"]),
    "minimodem": ("minimodem", _program("minimodem"), lambda: ["minimodem"]),
    "multimon-ng": ("multimon-ng", _program("multimon-ng"), lambda: ["multimon-ng"]),
    "riscv-cc": (
        "a C compiler for RISC-V with picolibc",
        _has_riscv_cc,
        lambda: ["gcc-riscv64-unknown-elf", "picolibc-riscv64-unknown-elf"],
    ),
    "qemu-riscv32": ("QEMU's 32-bit RISC-V machine", _program("qemu-system-riscv32"), lambda: ["qemu-system-misc"]),
    "espeak-ng": ("espeak-ng", _program("espeak-ng"), lambda: ["espeak-ng"]),
    "flite": ("flite", _program("flite"), lambda: ["flite"]),
    "sounds": (
        "recorded telephone prompts, music on hold and desktop sounds",
        _has_sounds,
        lambda: [
            *(f"asterisk-core-sounds-{language}-gsm" for language in ("en", "es", "fr", "it", "ru")),
            "asterisk-moh-opsound-gsm",
            "sound-theme-freedesktop",
        ],
    ),
    "node": ("node with npm", lambda: bool(shutil.which("node") and shutil.which("npm")), lambda: ["nodejs", "npm"]),
    "chromium": ("Chromium", lambda: shutil.which("chromium") is not None, lambda: ["chromium"]),
}


def missing(names: list[str]) -> list[str]:
    """Those of `names` that are not there."""
    return [name for name in names if not TOOLS[name][1]()]


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(names: list[str]) -> None:
    """Install with apt-get; its output is shown when it fails, and the check that follows decides."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")

    def apt(*arguments: str) -> None:
        command = [*APT, *arguments]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, env=environment, capture_output=True, text=True)
        if done.returncode:
            print(done.stdout[-3000:] + done.stderr[-3000:], file=sys.stderr)

    apt("update")
    packages = sorted({package for name in names for package in TOOLS[name][2]()})
    print(f"installing {' '.join(packages)} with apt-get", flush=True)
    apt("install", "-y", "--no-install-recommends", *packages)


def main(names: list[str]) -> int:
    """0 when everything is there (or was installed), 2 when something is missing."""
    unknown = [name for name in names if name not in TOOLS]
    if unknown:
        print(f"need.py: unknown name {unknown[0]}; it knows {', '.join(TOOLS)}.", file=sys.stderr)
        return 2
    absent = missing(names)
    if absent and _may_install():
        install(absent)
        absent = missing(absent)
    if not absent:
        return 0
    packages = sorted({package for name in absent for package in TOOLS[name][2]()})
    print(f"Missing: {'; '.join(TOOLS[name][0] for name in absent)}.", file=sys.stderr)
    print(f"Install on Debian with: sudo apt-get install {' '.join(packages)}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
