# SPDX-License-Identifier: Apache-2.0
"""One watchdog for many tasks: it is fed only while every one of them shows that it goes on.

The chip's watchdog resets the box when it is not fed; a reset lets go of the relay, so the line is a wire meanwhile. A
task that waits for something rare must wake up now and then to `beat`, or say that it `rests`.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Supervisor:
    """`feed()` feeds the watchdog; `ticks_ms()` and `ticks_diff(later, earlier)` are the clock's (they may wrap).

    `alarm(name)` is called once, when a task has been silent for too long: the last thing to do is to note its name.
    After that the watchdog is never fed again, even if the task should come back: what failed once is not trusted.
    """

    def __init__(self, feed, ticks_ms, ticks_diff, alarm) -> None:
        self._feed = feed
        self._ticks_ms = ticks_ms
        self._ticks_diff = ticks_diff
        self._alarm = alarm
        self._tasks: "dict[str, list[Any]]" = {}  # name: [last beat, longest silence in ms, resting]
        self.failed = ""

    def watch(self, name: str, silence_ms: int) -> None:
        """From now on the task must `beat` at least every `silence_ms`."""
        self._tasks[name] = [self._ticks_ms(), silence_ms, False]

    def beat(self, name: str) -> None:
        """The task goes on."""
        task = self._tasks[name]
        task[0] = self._ticks_ms()
        task[2] = False

    def rests(self, name: str) -> None:
        """The task waits for something that may never come; it need not beat until it does so again."""
        self._tasks[name][2] = True

    def ended(self, name: str, error: "BaseException | None") -> None:
        """A task that must not end has ended: as bad as silence."""
        self._fail(name if error is None else "{}:{}".format(name, type(error).__name__))

    def check(self) -> bool:
        """Feed the watchdog if every task is well. Call it several times within the watchdog's time."""
        if not self.failed:
            now = self._ticks_ms()
            for name in self._tasks:
                last, silence_ms, resting = self._tasks[name]
                if not resting and self._ticks_diff(now, last) > silence_ms:
                    self._fail(name)
                    return False
            self._feed()
        return not self.failed

    def _fail(self, name: str) -> None:
        if not self.failed:
            self.failed = name
            self._alarm(name)
