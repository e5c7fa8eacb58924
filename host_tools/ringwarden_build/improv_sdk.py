# SPDX-License-Identifier: Apache-2.0
"""Prints where the public Improv kit for browsers lies: tests drive the box with it.

Fetched by npm and pinned; nothing of it ships. IMPROV_SDK_DIR names an unpacked package of your own instead.
"""

import sys

from npm_package import FAILURES, Package, PackageError

KIT = Package(
    "improv-wifi-serial-sdk",
    "2.8.1",
    "294d83edb35b7540d45f424ada74064c64eec49347fa5a17c8c47a0d7048cc08"
    "78ff6770891d9cc4ad2282f97e74b5a37f8c11bf8de2527fde42e502970e55de",
    "dist/serial.js",
    "IMPROV_SDK_DIR",
)


def main() -> int:
    """Print the folder, or say what is wrong and exit 2."""
    try:
        print(KIT.folder())
    except (PackageError, *FAILURES) as error:
        remedy = f"check the connection to the package registry, or set {KIT.variable} to {KIT.name} {KIT.version}"
        print(f"No Improv kit: {error}; {remedy}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
