# SPDX-License-Identifier: Apache-2.0
"""The C side of list building (native/host/list_build.h), over numpy arrays."""

from dataclasses import dataclass

import numpy as np

from _ringwarden._cffi import ffi, lib

SIZE_ERROR = -2
SYMBOLS = 51  # classes of gaps, and a run
VISITS = 512
NOT_LISTED = 255


class CodingError(Exception):
    """The C side refused; `status` is its negative code."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"list coder: error {status}")


@dataclass(frozen=True)
class Coded:
    """Body and index as bytes, what the top says of each node, and the sizes that the header needs."""

    body: bytes
    index: bytes
    node_keys: np.ndarray  # uint64
    node_bodies: np.ndarray  # uint32, offsets in the body
    node_indices: np.ndarray  # uint32, offsets in the index
    last_keys: int
    longest_block: int
    blocks: int
    visits: np.ndarray  # zeros and ones that each probability of the model met, uint32 (256, 2)


def statistics(
    keys: np.ndarray, categories: np.ndarray, run_min: int, popular_size: int
) -> tuple[np.ndarray, np.ndarray]:
    """How often each class of gap follows each other (51 x 51, the last one stands for runs), and each small gap."""
    pairs = np.zeros((SYMBOLS, SYMBOLS), np.uint32)
    popular = np.zeros(popular_size, np.uint32)
    _check(
        lib.rw_host_list_statistics(
            _in("uint64_t[]", keys), _in("uint8_t[]", categories), len(keys), run_min, _out("uint32_t[]", pairs),
            _out("uint32_t[]", popular), popular_size,
        )
    )  # fmt: skip
    return pairs, popular


def encode(header: bytes, file_size: int, keys: np.ndarray, categories: np.ndarray, items: int) -> Coded:
    """All numbers as the header says. Raises `CodingError` (`SIZE_ERROR` when a block is too long for one read)."""
    body = np.empty(9 * len(keys) + 4096, np.uint8)
    index = np.empty(len(keys) // max(items // 16, 1) * 10 + 65536, np.uint8)
    nodes_max = min(len(keys), 65535) + 1
    node_keys = np.empty(nodes_max, np.uint64)
    node_bodies, node_indices = np.empty(nodes_max, np.uint32), np.empty(nodes_max, np.uint32)
    visits = np.zeros((VISITS // 2, 2), np.uint32)
    result = ffi.new("rw_host_list_result *")
    _check(
        lib.rw_host_list_encode(
            header, len(header), file_size, _in("uint64_t[]", keys), _in("uint8_t[]", categories), len(keys),
            _out("uint8_t[]", body), len(body), _out("uint8_t[]", index), len(index), _out("uint64_t[]", node_keys),
            _out("uint32_t[]", node_bodies), _out("uint32_t[]", node_indices), nodes_max, _out("uint32_t[]", visits),
            result,
        )
    )  # fmt: skip
    return Coded(
        body[: result.body_length].tobytes(),
        index[: result.index_length].tobytes(),
        node_keys[: result.nodes],
        node_bodies[: result.nodes],
        node_indices[: result.nodes],
        result.last_keys,
        result.longest_block,
        result.blocks,
        visits,
    )


def front(header: bytes, file_size: int, keys: np.ndarray, node_keys: np.ndarray, length: int) -> bytes:
    """The front of a list whose header is complete but for checksums of sections."""
    out = np.zeros(length, np.uint8)
    _check(
        lib.rw_host_list_front(
            header, len(header), file_size, _in("uint64_t[]", keys), len(keys), _in("uint64_t[]", node_keys),
            _out("uint8_t[]", out), length,
        )
    )  # fmt: skip
    return out.tobytes()


def dump(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Keys (uint64, ascending) and categories (uint8) of a list as bytes. Raises `CodingError` when it is damaged."""
    room = int.from_bytes(data[16:20], "little")
    if room > 8 * len(data) * 1024:
        raise CodingError(-7)
    keys, categories = np.empty(room, np.uint64), np.empty(room, np.uint8)
    n = lib.rw_host_list_dump(data, len(data), _out("uint64_t[]", keys), _out("uint8_t[]", categories), room)
    _check(n)
    return keys[:n], categories[:n]


def lookups(data: bytes, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each key (uint64) its category, or `NOT_LISTED`, and the number of reads (both uint8)."""
    found, reads = np.empty(len(keys), np.uint8), np.empty(len(keys), np.uint8)
    keys = np.ascontiguousarray(keys, np.uint64)
    _check(
        lib.rw_host_list_lookups(
            data, len(data), _in("uint64_t[]", keys), len(keys), _out("uint8_t[]", found), _out("uint8_t[]", reads)
        )
    )
    return found, reads


def _in(kind: str, array: np.ndarray) -> object:
    return ffi.from_buffer(kind, array)


def _out(kind: str, array: np.ndarray) -> object:
    return ffi.from_buffer(kind, array, require_writable=True)


def _check(status: int) -> None:
    if status < 0:
        raise CodingError(status)
