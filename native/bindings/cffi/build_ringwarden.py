# SPDX-License-Identifier: Apache-2.0
"""Builds `_ringwarden._cffi`: the C library for CPython, through cffi's API mode.

The functions of native/bindings/flat.h are what Python sees; native/bindings/micropython/ offers the same ones on
MicroPython.
"""

import os
import sys
from pathlib import Path

from cffi import FFI

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "host_tools/ringwarden_build"))

from third_party import monocypher  # noqa: E402

MONOCYPHER = monocypher()

CDEF = """
#define RW_FLAT_BUFFER ...
int32_t rw_flat_cid_state_size(uint32_t rate, uint32_t standards, uint32_t flags);
int32_t rw_flat_cid_init(uint8_t *state, size_t size, uint32_t rate, uint32_t standards, uint32_t flags);
int32_t rw_flat_cid_feed(uint8_t *state, size_t size, const uint8_t *samples, size_t bytes, size_t first);
int32_t rw_flat_cid_poll(uint8_t *state, size_t size, uint8_t *event, size_t event_size);
int32_t rw_flat_cid_flush(uint8_t *state, size_t size);
int32_t rw_flat_message_parse(uint32_t standard, const uint8_t *data, size_t length, uint8_t *out, size_t out_size);
int32_t rw_flat_message_parameter(const uint8_t *data, size_t length, size_t cursor);
int32_t rw_flat_list_header_length(const uint8_t *bytes, size_t size, uint64_t file_size);
int32_t rw_flat_list_memory(const uint8_t *header, size_t size);
int32_t rw_flat_list_open(uint8_t *list, size_t list_size, const uint8_t *header, size_t length, uint64_t file_size);
int64_t rw_flat_list_field(uint8_t *list, size_t list_size, uint32_t field);
int32_t rw_flat_list_load_top(uint8_t *list, size_t list_size, const uint8_t *bytes, size_t length);
int32_t rw_flat_list_begin(uint8_t *list, size_t list_size, uint8_t *query, size_t query_size, uint64_t key);
int32_t rw_flat_list_next(uint8_t *list, size_t list_size, uint8_t *query, size_t query_size,
                          const uint8_t *bytes, size_t bytes_size, size_t length);
int32_t rw_flat_delta_init(uint8_t *state, size_t size);
int32_t rw_flat_delta_next(uint8_t *state, size_t size, uint8_t *request, size_t request_size);
int32_t rw_flat_delta_feed(uint8_t *state, size_t size, const uint8_t *bytes, size_t length);
uint32_t rw_crc32(uint32_t crc, const uint8_t *bytes, size_t length);
int32_t rw_flat_ed25519_check(const uint8_t *key, size_t key_size, const uint8_t *signature, size_t signature_size,
                              const uint8_t *hash, size_t hash_size);
int32_t rw_flat_p256_verify(const uint8_t *key, size_t key_size, const uint8_t *signature, size_t signature_size,
                            const uint8_t *digest, size_t digest_size);
int32_t rw_flat_sha512_init(uint8_t *state, size_t size);
int32_t rw_flat_sha512_update(uint8_t *state, size_t size, const uint8_t *bytes, size_t length);
int32_t rw_flat_sha512_final(const uint8_t *state, size_t size, uint8_t *digest, size_t digest_size);

int32_t rw_host_list_statistics(const uint64_t *keys, const uint8_t *categories, uint32_t n, uint32_t run_min,
                                uint32_t *pairs, uint32_t *popular, uint32_t popular_size);
typedef struct {
    uint32_t body_length, index_length, nodes, last_keys, longest_block, blocks;
} rw_host_list_result;
int32_t rw_host_list_encode(const uint8_t *header, size_t header_length, uint64_t file_size, const uint64_t *keys,
                            const uint8_t *categories, uint32_t n, uint8_t *body, size_t body_size, uint8_t *index,
                            size_t index_size, uint64_t *node_keys, uint32_t *node_bodies, uint32_t *node_indices,
                            uint32_t nodes_max, uint32_t *visits, rw_host_list_result *result);
int32_t rw_host_list_front(const uint8_t *header, size_t header_length, uint64_t file_size, const uint64_t *keys,
                           uint32_t n, const uint64_t *node_keys, uint8_t *front, size_t front_length);
int64_t rw_host_list_dump(const uint8_t *file, size_t size, uint64_t *keys, uint8_t *categories, uint32_t room);
int32_t rw_host_list_lookups(const uint8_t *file, size_t size, const uint64_t *keys, uint32_t n, uint8_t *found,
                             uint8_t *reads);
"""

# What cffi writes after this point is not ours to tidy; our own sources are compiled with every warning an error.
PREAMBLE = """
#include "flat.h"
#include "list_build.h"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
"""

FLAGS = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden"]


def sources() -> list[str]:
    """The library's C files, relative to the root as setuptools wants them."""
    folders = ("src", "monocypher", "host")  # the last one is for the host alone
    ours = [path for folder in folders for path in sorted((ROOT / "native" / folder).glob("*.c"))]
    return [os.path.relpath(path, ROOT) for path in [*ours, MONOCYPHER / "monocypher.c"]]


def headers() -> list[str]:
    """Files whose change means that everything is compiled anew."""
    return [
        str(path)
        for folder in ("native/include", "native/src", "native/host", "native/bindings")
        for path in sorted((ROOT / folder).rglob("*.h"))
    ]


ffibuilder = FFI()
ffibuilder.cdef(CDEF)
ffibuilder.set_source(
    "_ringwarden._cffi",
    PREAMBLE,
    sources=sources(),
    include_dirs=["native/include", "native/bindings", "native/src", "native/host", os.path.relpath(MONOCYPHER, ROOT)],
    extra_compile_args=FLAGS,
    depends=headers(),
)
