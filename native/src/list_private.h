/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the list reader share; the bytes are described in docs/FORMATS.md. */
#ifndef RINGWARDEN_LIST_PRIVATE_H
#define RINGWARDEN_LIST_PRIVATE_H

#include <string.h>

#include "ringwarden/list.h"

#define KEY_LIMIT 1000000000000000u /* keys are below 10^15 */
#define KEY_BITS 50u                /* and fit in so many bits */

#define FORMAT_VERSION 1u
#define CODER_RICE 1u
#define FIXED_SIZE 48u   /* the part of the header before the section directory */
#define SECTION_SIZE 16u /* an entry of the directory */
#define NODE_HEADER 16u  /* an index node before its separators */
#define ROOT_MAX 120u    /* the root node stands in the header and is kept in rw_list */
#define LEVELS_MAX 2u
#define CODE_LENGTHS 16u /* bytes: a nibble for each of 32 categories */

#define SECTION_FRONT 1u
#define SECTION_INDEX 2u
#define SECTION_BODY 3u

/* A list that was opened: what rw_list holds. `tag` refuses a buffer that never went through rw_list_open. */
typedef struct {
    uint32_t tag;
    uint32_t count;
    uint32_t front_offset;
    uint32_t front_lines;
    uint32_t index_offset;
    uint32_t index_length;
    uint32_t body_offset;
    uint32_t body_length;
    uint8_t line_shift;
    uint8_t probes;
    uint8_t node_shift;
    uint8_t levels;
    uint8_t block_shift;
    uint8_t root_length;
    uint8_t reserved[2];
    uint8_t code_lengths[CODE_LENGTHS];
    uint8_t root[ROOT_MAX];
} list_state;

#define LIST_TAG 0x314c5752u

/* A question in progress: what rw_list_query.words hold. */
typedef struct {
    uint64_t key;
    uint64_t first;  /* first key of the block that is being read */
    uint64_t probes; /* bits of the hash that choose bits in the front's line */
    uint32_t stage;
    uint32_t depth; /* levels of index below the node that is being read */
} query_state;

#define STAGE_DONE 0u
#define STAGE_FRONT 1u
#define STAGE_NODE 2u
#define STAGE_BLOCK 3u

typedef char list_state_fits[sizeof(list_state) <= sizeof(rw_list) ? 1 : -1];
typedef char query_state_fits[sizeof(query_state) <= sizeof(((rw_list_query *)0)->words) ? 1 : -1];
typedef char rw_list_is_192_bytes[sizeof(rw_list) == 192 ? 1 : -1];
typedef char rw_list_query_is_80_bytes[sizeof(rw_list_query) == 80 ? 1 : -1];

static inline uint32_t get16(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static inline uint32_t get32(const uint8_t *p) {
    return get16(p) | get16(p + 2) << 16;
}

static inline uint64_t get64(const uint8_t *p) {
    return (uint64_t)get32(p) | (uint64_t)get32(p + 4) << 32;
}

/* `width` bits (0 to 50) from bit `position`, most significant first. The caller has checked that they are there. */
uint64_t rw_list_bits(const uint8_t *bytes, uint32_t position, uint32_t width);

/* 0, or RW_ERR_FORMAT when the nibbles are not a complete prefix code (or a single category, with length 1). */
int32_t rw_list_check_code(const uint8_t *code_lengths, uint32_t count);

/*
 * Look for `key` in a block whose first key is `first`. RW_LIST_ABSENT; RW_LIST_LISTED with *category set;
 * RW_ERR_FORMAT when the block is broken before the key is reached.
 */
int32_t rw_list_block(const uint8_t *block, uint32_t length, uint64_t first, uint64_t key, const uint8_t *code_lengths,
                      uint32_t *category);

/*
 * Which child of an index node covers `key`: RW_LIST_READ with *child and *first (its separator) set; RW_LIST_ABSENT
 * when the key lies before the node; RW_ERR_FORMAT. `exact`: the children are blocks, separators must be whole keys.
 */
int32_t rw_list_node(const uint8_t *node, uint32_t length, uint64_t key, int exact, uint32_t *child, uint64_t *first);

#endif
