# SPDX-License-Identifier: Apache-2.0
"""Where the import names live in this tree, and the C extension. Everything else stands in pyproject.toml."""

from setuptools import find_packages, setup

ROOTS = {
    "ringwarden": "firmware/ringwarden",
    "ringwarden_simulator": "firmware/boards/simulator",
    "ringwarden_loader": "firmware/boards/esp32/loader",
    "ringwarden_box": "firmware/boards/esp32/box",
    "ringwarden_tools": "host_tools/ringwarden_tools",
    "_ringwarden": "native/bindings/cffi/_ringwarden",
}


def packages() -> list[str]:
    """Every package below the roots, by import name."""
    return [name for root, folder in ROOTS.items() for name in [root, *(f"{root}.{p}" for p in find_packages(folder))]]


setup(
    packages=packages(),
    package_dir=dict(ROOTS),
    package_data={"": ["*.toml", "*.csv", "*.json", "scenarios/*.toml", "scenarios/*.csv"]},
    cffi_modules=["native/bindings/cffi/build_ringwarden.py:ffibuilder"],
    zip_safe=False,
)
