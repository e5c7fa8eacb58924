# SPDX-License-Identifier: Apache-2.0
"""An appliance whose line comes through standard input (portable): what `pipe_exchange` starts in another interpreter.

The first line of standard input is a JSON object: `household` (its document), `list` and `journal` (paths, "" for
none), `interface`. Standard output belongs to the line; anything said to people goes to standard error.
"""

import asyncio
import json
import sys

from pipe_line import PipeBoard  # type: ignore[import-not-found]  # this file is a script: its folder is on the path
from store import FileStore, MemoryStore  # type: ignore[import-not-found]

from ringwarden.appliance import Appliance
from ringwarden.household import Household

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def boot(incoming: "BinaryIO", outgoing: "BinaryIO") -> Appliance:
    """The appliance, put together as the set-up line says."""
    setup = json.loads(incoming.readline())
    household = Household.from_document(setup["household"])
    if setup["list"]:
        from ringwarden import blocklist

        household.blocklist = blocklist.open_file(setup["list"])
    store = FileStore(setup["journal"]) if setup["journal"] else MemoryStore()
    board = PipeBoard(incoming, outgoing, store, setup["interface"])
    appliance = Appliance(board, household)
    appliance.on_change(board.line.tell)
    return appliance


if __name__ == "__main__":
    asyncio.run(boot(sys.stdin.buffer, sys.stdout.buffer).run())
    sys.stdout.buffer.flush()
