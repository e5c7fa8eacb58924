/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the list code share; the bytes are described in docs/FORMATS.md. */
#ifndef RINGWARDEN_LIST_PRIVATE_H
#define RINGWARDEN_LIST_PRIVATE_H

#include <string.h>

#include "range_coder.h"
#include "ringwarden/list.h"

#define KEY_LIMIT RW_LIST_KEY_LIMIT
#define KEY_BITS 50u /* what a key below the limit fits in */

#define FORMAT_VERSION 2u
#define CODER_RANGE 2u
#define FIXED_SIZE 64u   /* the part of the header before the section directory */
#define SECTION_SIZE 12u /* an entry of the directory */
#define NODE_HEADER 5u   /* an index node before its entries */
#define TREE_LEAF 0x80u
#define TREE_DEPTH 15u

#define SECTION_FRONT 1u
#define SECTION_INDEX 2u
#define SECTION_BODY 3u
#define SECTION_RULES 5u
#define SECTION_TOP 7u

#define FLAG_HALVES 1u
#define FLAG_SAME 2u
#define FLAG_GAP_TREE 4u
#define FLAG_GAP_START 8u
#define FLAG_CATEGORY_START 16u
#define FLAGS_ALL 31u

#define SYMBOL_RUN 50u
#define SYMBOL_POPULAR 51u
#define RUN_CLASSES 16u
#define RUN_BITS (2u * RUN_CLASSES) /* unary class, then the first bit below the highest one for each class */

#define LIST_TAG 0x324c5752u

/* A question in progress: what rw_list_query.words hold. */
typedef struct {
    uint64_t key;
    uint64_t first;  /* first key of the node or block that is being read */
    uint64_t probes; /* bits of the hash that choose bits in the front's line */
    uint32_t stage;
    uint32_t node;
    uint32_t body; /* where the node's first block begins in the body */
    uint32_t last; /* the block that is being read is the list's last */
} query_state;

typedef char query_state_fits[sizeof(query_state) <= sizeof(((rw_list_query *)0)->words) ? 1 : -1];
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

/* floor(log2(value)) of a value from 1 up. */
static inline uint32_t rw_list_class(uint64_t value) {
    uint32_t high = (uint32_t)(value >> 32);
    uint32_t word = high ? high : (uint32_t)value;
    uint32_t place = high ? 32u : 0u;
    uint32_t step;

    for (step = 16; step; step >>= 1)
        if (word >> step) {
            word >>= step;
            place += step;
        }
    return place;
}

/* `width` bits (0 to 50) from bit `position`, most significant first. The caller has checked that they are there. */
uint64_t rw_list_bits(const uint8_t *bytes, uint32_t position, uint32_t width);

/* The tables of the header into list->coding: list_tables.c. `at` to `end` are their bytes, which must be used up. */
int32_t rw_list_take_tables(rw_list *list, const uint8_t *header, uint32_t at, uint32_t end);

/* The model as each block begins. */
void rw_list_model_begin(const rw_list_coding *coding, rw_list_model *model);

/* Which context a gap of this class is followed by. */
static inline uint8_t rw_list_context(const rw_list_coding *coding, uint32_t class) {
    uint32_t i;
    uint8_t context = 0;

    for (i = 0; i + 1u < coding->contexts; i++)
        context = (uint8_t)(context + (class >= coding->threshold[i]));
    return context;
}

/*
 * Read items of a block until one reaches `target`, or until `items` and `keys` of the block in all were read: model->key,
 * ->gap, ->repeat and ->category are then those of the last item. 0 or RW_ERR_FORMAT.
 */
int32_t rw_list_scan(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, uint64_t target, uint32_t items,
                     uint32_t keys);

/* Begin to read a block: its first key and that one's category. */
void rw_list_block_begin(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, uint64_t first);

/* An entry of the top, from its bits. */
typedef struct {
    uint64_t key;
    uint32_t body, index;
} rw_list_entry;

static inline uint32_t rw_list_entry_bits(const rw_list *list) {
    return (uint32_t)list->key_width + list->body_width + list->index_width;
}

void rw_list_entry_get(const rw_list *list, const uint8_t *bits, uint32_t position, rw_list_entry *entry);

static inline const uint8_t *rw_list_top_bytes(const rw_list *list) {
    return (const uint8_t *)(list + 1);
}

/* Two outputs of the generator SplitMix64 seeded with a key: the line of the front, and the bits in it. */
uint64_t rw_list_hash(uint64_t key, uint32_t nth);

static inline uint32_t rw_list_line(uint64_t key, uint32_t lines) {
    return (uint32_t)((rw_list_hash(key, 1) >> 32) * lines >> 32);
}

#endif
