/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asking a .rwl list (docs/FORMATS.md) whether it holds a number, without loading it.
 *
 * The list may lie on flash behind a block device, so the library never reads: it says which bytes it wants next and is
 * handed them. A key is the E.164 digits of a number as an integer (+8613800138000 -> 8613800138000), below 10^15.
 *
 *     rw_list_open(&list, first_bytes, n, file_size);        // header, checked
 *     state = rw_list_begin(&list, &query, key);
 *     while (state == RW_LIST_READ)                          // query.offset, query.length: the bytes wanted
 *         state = rw_list_next(&list, &query, bytes, query.length);
 *     // RW_LIST_ABSENT, RW_LIST_LISTED (query.category is set), or a negative error: the image is corrupt
 */
#ifndef RINGWARDEN_LIST_H
#define RINGWARDEN_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "ringwarden/error.h"

#define RW_LIST_HEADER_SIZE 256u /* bytes to hand to rw_list_open */
#define RW_LIST_READ_MAX 1024u   /* no single read is longer */

#define RW_LIST_ABSENT 0
#define RW_LIST_LISTED 1
#define RW_LIST_READ 2

typedef struct {
    uint64_t words[24]; /* private; plain data, may be copied */
} rw_list;

typedef struct {
    uint32_t offset;   /* from the start of the file, bytes wanted next */
    uint32_t length;   /* how many, 1 to RW_LIST_READ_MAX */
    uint32_t category; /* set with RW_LIST_LISTED: docs/FORMATS.md, table of categories */
    uint32_t reads;    /* reads asked for so far in this query */
    uint64_t words[8]; /* private */
} rw_list_query;

int32_t rw_list_open(rw_list *list, const uint8_t *header, size_t length, uint64_t file_size);
uint64_t rw_list_count(const rw_list *list); /* numbers in the list */
int32_t rw_list_begin(const rw_list *list, rw_list_query *query, uint64_t key);
int32_t rw_list_next(const rw_list *list, rw_list_query *query, const uint8_t *bytes, size_t length);

/* For a list that is mapped in memory: the loop above. RW_LIST_ABSENT, RW_LIST_LISTED or a negative error. */
int32_t rw_list_lookup(const rw_list *list, const uint8_t *file, size_t file_size, uint64_t key, uint32_t *category);

/* CRC-32 (IEEE 802.3, reflected, as zlib's), continued from `crc` (0 to begin). */
uint32_t rw_crc32(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
