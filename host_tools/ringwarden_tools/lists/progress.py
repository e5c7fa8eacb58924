# SPDX-License-Identifier: Apache-2.0
"""A progress bar on standard error, for people: nothing is drawn when standard error is no terminal."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)


class Bar:
    """`advance` counts bytes read, `phase` says what comes after reading. `total`: bytes, None when unknown."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._progress: Progress | None = None
        self._task = TaskID(0)

    def __enter__(self) -> "Bar":
        if sys.stderr.isatty():
            columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
            self._progress = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True)
            self._task = self._progress.add_task("reading", total=self._total)
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._progress:
            self._progress.stop()

    def advance(self, size: int) -> None:
        """So many bytes more were read."""
        if self._progress:
            self._progress.advance(self._task, size)

    def rename(self, name: str) -> None:
        """Say what is being worked on; the count goes on."""
        if self._progress:
            self._progress.update(self._task, description=name)

    def phase(self, name: str) -> None:
        """Something begins whose length is not known."""
        if self._progress:
            self._progress.update(self._task, description=name, total=None)
