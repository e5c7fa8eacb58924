# SPDX-License-Identifier: Apache-2.0
"""The box on an ESP32-C3 or C6: what `main.py` starts from the application's slot."""

# The decoder wants 32 KB in one piece. They are kept free from the first moment, before imports scatter the heap.
reserve = [bytearray(40000)]


def main() -> None:
    """Serve the line until the box is reset."""
    import gc

    # From here on: imports that are never collected between leave no hole large enough for the next module.
    gc.threshold(16384)
    from ringwarden_box.program import run

    run()
