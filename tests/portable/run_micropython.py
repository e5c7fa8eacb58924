# SPDX-License-Identifier: Apache-2.0
"""Runs the portable suite on MicroPython: `micropython tests/portable/run_micropython.py [test_x.py ...]`.

Every function `test_*` of every file `test_*.py` beside this one is called; an exception is a failure. A line for each
file, a traceback for each failure, and last a JSON line with the counts and the names of what ran. Exit status 1 when a
test failed or none ran. CPython runs the same files with pytest.
"""

import gc
import json
import os
import sys

PREFIX = "test_"


def folder() -> str:
    """Where this file and the tests are."""
    parts = __file__.rsplit("/", 1)
    return parts[0] if len(parts) == 2 else "."


def run_file(name: str, report: dict) -> None:
    """Import one test file and call its tests; the outcome goes into `report`."""
    module_name = name[: -len(".py")]
    failures = []
    ran = []
    try:
        module = __import__(module_name)
        names = sorted(item for item in dir(module) if item.startswith(PREFIX))
    except Exception as error:  # an import that fails is a failure of its file, not the end of the run
        print("\nFAILED {}: import".format(name))
        sys.print_exception(error)
        failures.append("import")
        names = []
    for item in names:
        test = getattr(module, item)
        if not callable(test):
            continue
        ran.append(item)
        gc.collect()
        try:
            test()
        except Exception as error:
            print("\nFAILED {}: {}".format(name, item))
            sys.print_exception(error)
            failures.append(item)
    passed = len(ran) - len([item for item in failures if item != "import"])
    print("{}: {} passed, {} failed".format(name, passed, len(failures)))
    report["passed"] += passed
    report["failed"] += len(failures)
    report["tests"] += [module_name + "." + item for item in ran]
    sys.modules.pop(module_name, None)


def main(names: list) -> int:
    """Run the named files, or all of them."""
    here = folder()
    sys.path.insert(0, here)
    if hasattr(gc, "threshold"):
        gc.threshold(16384)  # as the box's program does: collected early, what passes through leaves room in one piece
    if not names:
        names = sorted(entry for entry in os.listdir(here) if entry.startswith(PREFIX) and entry.endswith(".py"))
    report = {
        "interpreter": sys.implementation[0],
        "version": ".".join(str(part) for part in sys.implementation[1][:3]),
        "heap": gc.mem_alloc() + gc.mem_free(),  # type: ignore[attr-defined]
        "passed": 0,
        "failed": 0,
        "tests": [],
    }
    for name in names:
        run_file(name, report)
    print(json.dumps(report))
    return 0 if report["failed"] == 0 and report["passed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
