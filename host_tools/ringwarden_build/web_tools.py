# SPDX-License-Identifier: Apache-2.0
"""Prints where ESP Web Tools and the esptool for browsers lie, one a line: tests flash an emulated board with them.

Fetched by npm and pinned; nothing of them ships. ESP_WEB_TOOLS_DIR and ESPTOOL_JS_DIR name unpacked packages of your
own instead.
"""

import sys

from npm_package import FAILURES, Package, PackageError

PACKAGES = (
    Package(
        "esp-web-tools",
        "10.4.0",
        "de9c24785166e458fb510a3c4893582b9457aed342a6ae97f50a08e9b313e060"
        "595a0ac9aa39f462f33d8a11bbe01b4ca121585df983b647a1bb17b9d0f4cc3d",
        "dist/flash.js",
        "ESP_WEB_TOOLS_DIR",
    ),
    Package(
        "esptool-js",
        "0.6.1",
        "58d8104df6842201f21224f9ea9239bfb4eae8fce37365da89b2f102d598e2fd"
        "f313639f9392269096397e8114af426b7647c759feab362cc07b0378fe44a91f",
        "bundle.js",
        "ESPTOOL_JS_DIR",
    ),
)


def main() -> int:
    """Print the folders, or say what is wrong and exit 2."""
    try:
        for package in PACKAGES:
            print(package.folder())
    except (PackageError, *FAILURES) as error:
        print(f"No ESP Web Tools: {error}; check the connection to the package registry.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
