# SPDX-License-Identifier: Apache-2.0
"""The list in force, as a household asks it: behind two slots, so that the next one can take its place."""

from ringwarden.blocklist.errors import ListError
from ringwarden.blocklist.flash import FlashError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ringwarden.blocklist.reader import Blocklist


class StandingList:
    """What stands in `slots` (`ringwarden.blocklist.slots.Slots`), which are mounted here.

    Without a list nobody is listed and every such call rings; `trouble` then says why: "empty", "damaged". It is
    "fallback" while an older list serves because the newest was damaged, and "" when all is well.
    """

    def __init__(self, slots) -> None:
        self.slots = slots
        self.trouble = ""
        self._blocklist: "Blocklist | None" = None
        self.mount()

    def mount(self) -> None:
        """Find the newest whole list and read all of it once: when the box starts, and once a day.

        A flash that cannot be read holds no list: the line is served all the same.
        """
        try:
            self._blocklist = self.slots.mount()
            self.trouble = self.slots.trouble
        except (FlashError, OSError):
            self._blocklist = None
            self.trouble = "damaged"

    @property
    def count(self) -> int:
        """How many numbers the list in force holds."""
        return self._blocklist.count if self._blocklist else 0

    @property
    def serial(self) -> int:
        """The serial of the list in force, 0 when unknown."""
        return self.slots.active.serial if self.slots.active else 0

    def lookup(self, key: int) -> "int | None":
        """Category index of a key, None when it is not listed. `ListError` when the list went bad since `mount`."""
        blocklist = self._blocklist
        if blocklist is None:
            return None
        try:
            return blocklist.lookup(key)
        except ListError:
            self.trouble = "damaged"  # the call rings (rule FAULT); `mount` looks for the list before
            raise

    def update(self, update):
        """Run a `ringwarden.update.lists.ListUpdate` over the same slots; its outcome. The old list serves on."""
        outcome = update.run()
        if outcome.kind == "updated" or self.trouble:
            self.mount()
        return outcome

    def close(self) -> None:
        """Nothing to let go of: the flash belongs to the board."""
