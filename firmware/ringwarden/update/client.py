# SPDX-License-Identifier: Apache-2.0
"""The client workflow of the TUF specification (1.0.x, section 5)."""

from ringwarden.update.limits import Limits

TYPE_CHECKING = False  # a type checker takes it for True; MicroPython has no typing
if TYPE_CHECKING:
    from ringwarden.update.metadata import Target


class Updater:
    """Trusts what the trusted root vouches for, and nothing else.

    `store`    keeps trusted metadata: `load(name) -> bytes | None`, `save(name, bytes)` atomic, `delete(name)`.
    `fetcher`  `open(path) -> stream` with `read(n) -> bytes` (b"" at the end) and `close()`; paths are
               "metadata/<file>" and "targets/<file>". Raises `FetchError`, `NotFound` when there is no such file.
    `clock`    a `ringwarden.ports.Clock`.
    `root`     the root metadata that the box was shipped with: used when the store holds none that is sound.

    Every method raises a subclass of `UpdateError`; what was trusted before stays in force then.
    """

    def __init__(self, store, fetcher, clock, limits=None, root: "bytes | None" = None) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._limits = limits or Limits()
        self._shipped = root

    def refresh(self) -> None:
        """Bring root, timestamp, snapshot and top-level targets up to date (5.3 to 5.6), each stored once it is trusted."""
        raise NotImplementedError

    def target(self, path: str) -> "Target | None":
        """What signed metadata say about `path`, searched through the delegations (5.6.7); None when nothing does.

        Refreshes first when `refresh` was not called yet.
        """
        raise NotImplementedError

    def download(self, target: "Target", sink) -> None:
        """Stream the target's bytes into `sink.write(offset, bytes)`, at most 1 KiB a piece, in ascending order.

        Length and every known hash are checked at the end: when this raises, what was written must not be used.
        """
        raise NotImplementedError
