/* SPDX-License-Identifier: Apache-2.0 */
/* What the list builder on the host does in C, over whole arrays; no part of the library for small devices. */
#ifndef RINGWARDEN_HOST_LIST_BUILD_H
#define RINGWARDEN_HOST_LIST_BUILD_H

#include "ringwarden/list.h"

/*
 * How gaps follow each other: pairs[51 * before + symbol] counts classes, symbol 50 being a run of at least `run_min`
 * repetitions (none when it is 0) and `before` 50 the place behind one. popular[gap] counts gaps below `popular_size` that
 * are in no run. `categories` has `n` values, as `keys`, which ascend.
 */
int32_t rw_host_list_statistics(const uint64_t *keys, const uint8_t *categories, uint32_t n, uint32_t run_min, uint32_t *pairs,
                                uint32_t *popular, uint32_t popular_size);

typedef struct {
    uint32_t body_length, index_length, nodes, last_keys, longest_block, blocks;
} rw_host_list_result;

/*
 * Code all numbers as `header` says, whose lengths, nodes and widths need not be right yet. Entries of the top come as three
 * arrays of `nodes_max`. `visits`, when not NULL, has 512 counters. 0 or a negative error: RW_ERR_SIZE when an array is too
 * small or a block too long, RW_ERR_FORMAT when the header has no code for a number.
 */
int32_t rw_host_list_encode(const uint8_t *header, size_t header_length, uint64_t file_size, const uint64_t *keys,
                            const uint8_t *categories, uint32_t n, uint8_t *body, size_t body_size, uint8_t *index,
                            size_t index_size, uint64_t *node_keys, uint32_t *node_bodies, uint32_t *node_indices,
                            uint32_t nodes_max, uint32_t *visits, rw_host_list_result *result);

/* The front of a list whose header is complete; `node_keys` are the first keys of its nodes. */
int32_t rw_host_list_front(const uint8_t *header, size_t header_length, uint64_t file_size, const uint64_t *keys, uint32_t n,
                           const uint64_t *node_keys, uint8_t *front, size_t front_length);

/* Every number of a whole file: how many, or a negative error. */
int64_t rw_host_list_dump(const uint8_t *file, size_t size, uint64_t *keys, uint8_t *categories, uint32_t room);

/* Look up many keys: found[i] is the category, 255 when it is not listed; reads[i] how many reads it took. */
int32_t rw_host_list_lookups(const uint8_t *file, size_t size, const uint64_t *keys, uint32_t n, uint8_t *found, uint8_t *reads);

#endif
