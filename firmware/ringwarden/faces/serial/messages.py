# SPDX-License-Identifier: Apache-2.0
"""What box and host say to each other: requests and answers in JSON, files in pieces."""

import json
import struct

from ringwarden import strict_json

REQUEST, ANSWER, ASK, PIECE, END, FAILED, STOP = 1, 2, 3, 4, 5, 6, 7
# The names of requests; a box answers "unknown" to those that it does not have.
NAMES = (
    "hello",
    "status",
    "journal",
    "settings.get",
    "settings.set",
    "backup",
    "restore",
    "factory_reset",
    "reboot",
    "file.begin",
    "file.data",
    "file.end",
    "update.apply",
    "update.fetch",
)
MISSING, UNREADABLE = 1, 2  # why a file failed
_HEAD = "<BHI"
HEAD_SIZE = 7


def pack(kind: int, number: int, offset: int = 0, data: bytes = b"") -> bytes:
    """A message; `number` ties what belongs together."""
    return struct.pack(_HEAD, kind, number, offset) + data


def unpack(message: bytes) -> "tuple[int, int, int, bytes] | None":
    """Kind, number, offset, data; None for what is no message."""
    if len(message) < HEAD_SIZE:
        return None
    kind, number, offset = struct.unpack(_HEAD, message[:HEAD_SIZE])
    return (kind, number, offset, message[HEAD_SIZE:]) if REQUEST <= kind <= STOP else None


def pack_json(kind: int, number: int, value: dict) -> bytes:
    """A request or an answer."""
    return pack(kind, number, 0, json.dumps(value).encode())


def unpack_json(data: bytes) -> "dict | None":
    """The object of a request or an answer; None when there is none."""
    try:
        value = strict_json.loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
