/* SPDX-License-Identifier: Apache-2.0 */
/* Walking and writing a list as a stream: see ringwarden/list.h, which includes this. */
#ifndef RINGWARDEN_LIST_STREAM_H
#define RINGWARDEN_LIST_STREAM_H

#include "ringwarden/range_bits.h"

/* A block in progress, read or written: what the coder remembers from item to item. Private. */
typedef struct {
    uint64_t key;         /* the number coded last */
    uint64_t gap;         /* the gap before it */
    uint32_t repeat;      /* reading: how often the item coded last repeated what was before it, 0 when it was no run */
    uint32_t keys, items; /* so far in the block: 0 items, and it has not begun */
    uint8_t context;      /* of the next gap */
    uint8_t category;
    uint8_t same;         /* the category coded last was that of the number before */
    rw_rc_bit bit[RW_LIST_BITS_MAX];
} rw_list_model;

typedef struct {
    uint32_t offset; /* with RW_LIST_READ: the bytes wanted next, from the start of the file */
    uint32_t length; /* 1 to RW_LIST_WALK_READ */
    uint64_t key;    /* with RW_LIST_LISTED: the next number */
    uint32_t category;
    uint32_t node; /* the node of the index that it belongs to: its part of the front */
    uint32_t done; /* numbers so far */
    /* private */
    uint32_t stage, from, block, blocks, key_width, length_width, shortest, node_at, body_at, rest, last_block, run, fed;
    uint64_t node_first;
    rw_rc_decoder rc;
    uint8_t buffer[RW_LIST_WALK_READ + 64u];
    rw_list_model model; /* last: of its bits only those that the list has need be there */
} rw_list_walk;

/* Bytes of memory for walking this list: sizeof(rw_list_walk) is enough for any. */
size_t rw_list_walk_size(const rw_list *list);

/* From the first number, or from the first number of a node. */
int32_t rw_list_walk_begin(const rw_list *list, rw_list_walk *walk);
int32_t rw_list_walk_from(const rw_list *list, rw_list_walk *walk, uint32_t node);
int32_t rw_list_walk_next(const rw_list *list, rw_list_walk *walk);
/* The bytes asked for, walk->length of them. A walk must stay where it is in memory. */
int32_t rw_list_walk_feed(rw_list_walk *walk, const uint8_t *bytes, size_t length);

#define RW_LIST_OUT_BODY 0u
#define RW_LIST_OUT_INDEX 1u
#define RW_LIST_OUT_TOP 2u
#define RW_LIST_OUT_ROOM 320u /* of the body; a list of which one number makes more cannot be written (RW_ERR_SIZE) */

typedef struct {
    uint8_t *bytes;
    uint32_t length;
    uint32_t done; /* bytes of this section that were taken before */
} rw_list_out;

typedef struct {
    rw_list_out ready[3];
    /* private */
    const rw_list *list;
    uint64_t last, node_first;   /* keys: the one added last; the first of the node in progress */
    uint32_t added, pending;     /* numbers that were added; repetitions that are not coded yet */
    uint32_t node, node_keys, blocks, node_body, node_index, body_length, index_length, top_bits;
    uint64_t block_first;
    uint32_t *visits;            /* NULL, or two counters for each probability: zeros and ones that it met */
    uint8_t failed;
    uint8_t code_length[RW_LIST_SYMBOLS + RW_LIST_CATEGORIES]; /* of each symbol and category, 0: it has none */
    uint16_t code[RW_LIST_SYMBOLS + RW_LIST_CATEGORIES];
    rw_rc_encoder rc;
    uint8_t body[RW_LIST_OUT_ROOM];
    uint8_t top[48];
    rw_list_model model; /* last, as in a walk; behind its bits: entries of the node in progress, and the node when it is done */
} rw_list_encoder;

/* Bytes of memory for writing lists as `list` says. */
size_t rw_list_encoder_size(const rw_list *list);
/* `list` was opened from the header of the list to write; it must stay where it is. */
int32_t rw_list_encoder_begin(rw_list_encoder *encoder, size_t size, const rw_list *list);
/*
 * The next number, above the one before (RW_ERR_ARGUMENT). What is ready must have been taken. RW_ERR_FORMAT: the header has
 * no code for this number; RW_ERR_SIZE: more bytes than there is room for. After an error the encoder is of no use.
 */
int32_t rw_list_encoder_add(rw_list_encoder *encoder, uint64_t key, uint32_t category);
/* RW_LIST_READ: take what is ready and call this once more. 0: take what is ready, the list is complete. */
int32_t rw_list_encoder_end(rw_list_encoder *encoder);
void rw_list_encoder_taken(rw_list_encoder *encoder);

/* Where a node's part of the front lies in the front section. */
void rw_list_front_part(const rw_list *list, uint32_t node, uint32_t *offset, uint32_t *length);
/* Set those bits of a number of this node that lie in the window (bytes `offset` to `offset + length` of the section). */
void rw_list_front_set(const rw_list *list, uint32_t node, uint64_t key, uint8_t *window, uint32_t offset, uint32_t length);

#endif
