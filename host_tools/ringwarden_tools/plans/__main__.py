# SPDX-License-Identifier: Apache-2.0
"""python -m ringwarden_tools.plans [--check]: write the generated number tables, or say which are out of date."""

import os
import sys
from pathlib import Path

VERSION = "9.0.43"


def target() -> Path:
    """The folder of the generated modules, in the source tree this file is part of."""
    return Path(__file__).resolve().parents[3] / "firmware" / "ringwarden" / "numbers" / "plans"


def write(path: Path, text: str) -> None:
    """Replace a file in one step, so that none is ever half-written."""
    beside = path.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def main(arguments: list[str]) -> int:
    """Write what differs; with --check write nothing and answer 1 when something does."""
    try:
        from ringwarden_tools.plans.emit import modules
        from ringwarden_tools.plans.metadata import version
    except ModuleNotFoundError as missing:
        print("The module {} is missing: install phonenumbers=={}.".format(missing.name, VERSION), file=sys.stderr)
        return 2
    if version() != VERSION:
        print(
            "phonenumbers {} is installed: install phonenumbers=={}, or change VERSION and DATE.".format(
                version(), VERSION
            ),
            file=sys.stderr,
        )
        return 2
    check = "--check" in arguments
    changed = []
    target().mkdir(parents=True, exist_ok=True)
    for name, text in modules().items():
        path = target() / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            changed.append(name)
            if not check:
                write(path, text)
    print("{} {}".format("out of date:" if check else "written:", ", ".join(changed) or "none"))
    return 1 if check and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
