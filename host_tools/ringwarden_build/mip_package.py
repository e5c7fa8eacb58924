# SPDX-License-Identifier: Apache-2.0
"""Writes package.json, from which `mpremote mip install` takes the application: every module of firmware/ringwarden.

The native module is not among them: it is built, and differs from chip to chip.
"""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "package.json"


def content() -> str:
    """What package.json must hold: pairs of a path on the device and one from the root of this repository."""
    import tomllib

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    source = ROOT / "firmware"
    modules = sorted(path.relative_to(source).as_posix() for path in (source / "ringwarden").rglob("*.py"))
    lines = ",\n".join(f'    ["{name}", "firmware/{name}"]' for name in modules)
    text = f'{{\n  "version": "{version}",\n  "urls": [\n{lines}\n  ]\n}}\n'
    json.loads(text)
    return text


if __name__ == "__main__":
    PACKAGE.write_text(content(), encoding="utf-8")
