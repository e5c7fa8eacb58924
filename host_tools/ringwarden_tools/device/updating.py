# SPDX-License-Identifier: Apache-2.0
"""`ringwarden update --port`: the box asks, this computer serves, the box decides."""

import secrets
import time
from collections.abc import Callable
from typing import Any

from ringwarden_tools.device.link import HostLink
from ringwarden_tools.device.port import Stream
from ringwarden_tools.device.serving import FileServer, Source


def update(
    opener: Callable[[], Stream],
    files: Source,
    told: Callable[[str, int], None] = lambda path, sent: None,
    patience: float = 30,
    resend_ms: int = 1000,
) -> dict[str, Any]:
    """What the box answers (docs/FORMATS.md); with "error" when there was no update. `LinkError` when it is away."""
    server = FileServer(files, told)
    with HostLink(opener, patience, server, resend_ms=resend_ms) as link:
        link.request("hello", now=int(time.time()))  # a box that was never told the time cannot tell what has expired
        answer = link.request("update.apply", ticket=secrets.randbelow(1 << 30))
        answer["drops"] = link.drops
        answer["resent"] = link.link.resent
        if server.problem and answer.get("update") == "kept":
            answer["problem"] = server.problem
    return answer
