/* SPDX-License-Identifier: Apache-2.0 */
/*
 * .rwl lists (docs/FORMATS.md): asked without being loaded, walked from the first number to the last, and written in
 * ascending order. A key is the E.164 digits of a number as an integer (+8613800138000 -> 8613800138000), below 10^15.
 *
 * A list may lie on flash behind a block device, so the library never reads: it says which bytes it wants next and is
 * handed them. All memory is the caller's, plain data that may be copied; structures must be aligned for uint64_t.
 *
 * Opening, asking:
 *
 *     n = rw_list_header_length(bytes, 16, file_size);         // of the header; negative: no list of ours
 *     rw_list_open(list, size, header, n, file_size);          // everything in the header is checked
 *     rw_list_top(list, &offset, &length);                     // the top of the index, loaded once (length may be 0)
 *     rw_list_load_top(list, bytes, length);
 *     state = rw_list_begin(list, &query, key);
 *     while (state == RW_LIST_READ)                            // query.offset, query.length: the bytes wanted
 *         state = rw_list_next(list, &query, bytes, query.length);
 *     // RW_LIST_ABSENT, RW_LIST_LISTED (query.category is set), or a negative error: the image is corrupt
 *
 * Walking needs the header alone, no top:
 *
 *     rw_list_walk_begin(list, &walk);
 *     while ((state = rw_list_walk_next(list, &walk)) != RW_LIST_ABSENT)
 *         if (state == RW_LIST_READ)                           // walk.offset, walk.length: the bytes wanted
 *             rw_list_walk_feed(&walk, bytes);                 // at most RW_LIST_WALK_READ
 *         else if (state == RW_LIST_LISTED)                    // walk.key, walk.category: the next number
 *             ...
 *         else                                                 // negative: the image is corrupt
 *             break;
 *
 * Writing needs the new list's header (which says how it is coded), opened without its top:
 *
 *     rw_list_encoder_begin(encoder, size, list);
 *     for each number, ascending:  rw_list_encoder_add(encoder, key, category);  take what is ready
 *     rw_list_encoder_end(encoder);                            // take what is ready
 *     // ready: encoder->ready[RW_LIST_OUT_BODY / _INDEX / _TOP].bytes and .length: the next bytes of each section;
 *     // then rw_list_encoder_taken(encoder).
 *
 * The front is made last, from a walk over the new list: for each number rw_list_front_set(list, window, ...) sets its
 * bits in a window of the front; a node of the index has its own part of the front, usually no longer than 4 KiB.
 */
#ifndef RINGWARDEN_LIST_H
#define RINGWARDEN_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "ringwarden/error.h"

#define RW_LIST_HEADER_MAX 1024u /* no header is longer */
#define RW_LIST_TOP_MAX 4096u    /* nor the top of an index */
#define RW_LIST_READ_MAX 2048u   /* nor a single read of a lookup */
#define RW_LIST_WALK_READ 256u   /* nor one of a walk */
#define RW_LIST_KEY_LIMIT 1000000000000000u
#define RW_LIST_CATEGORIES 32u

#define RW_LIST_ABSENT 0
#define RW_LIST_LISTED 1
#define RW_LIST_READ 2

/* How numbers are coded: read from the header. The names are those of docs/FORMATS.md. */
#define RW_LIST_CLASSES 50u                        /* a gap's class is the place of its highest bit */
#define RW_LIST_SYMBOLS 62u                        /* classes, "the same again", popular gaps */
#define RW_LIST_POPULAR 11u
#define RW_LIST_CONTEXTS 5u
#define RW_LIST_BITS_MAX 256u                      /* probabilities of a model, all told */

/* A binary tree of symbols: child[2 n + bit] of node n is a node, or 0x80 | symbol. */
typedef struct {
    uint8_t child[2u * RW_LIST_SYMBOLS];
    uint8_t nodes; /* symbols - 1: 0 when there is but one, which takes no bits */
    uint8_t only;  /* that one */
} rw_list_tree;

typedef struct {
    uint16_t items;      /* most items (first key, gap, run) in a block */
    uint16_t keys;       /* most keys in a block */
    uint16_t blocks;     /* most blocks in a node */
    uint32_t node_keys;  /* a node is closed when it holds so many keys */
    uint8_t run_min;     /* fewest repetitions that are coded as a run, 0: none are */
    uint8_t popular;     /* gaps that have a symbol of their own */
    uint8_t contexts;    /* of gaps, without the one behind a run */
    uint8_t threshold[RW_LIST_CONTEXTS]; /* context = how many of them are at most the class before */
    uint8_t halves;      /* the first bit below the highest one is modelled */
    uint8_t same;        /* a bit says whether the category is that of the number before */
    uint8_t low, high;   /* classes that occur */
    uint8_t gap_count, gap_limit, category_count, category_limit; /* how probabilities learn */
    uint16_t at_half, at_run, at_category, at_same, bits;          /* where the model's probabilities begin; their number */
    uint64_t gap[RW_LIST_POPULAR];
    rw_list_tree gaps;
    rw_list_tree categories;
    uint16_t start[RW_LIST_BITS_MAX]; /* what each probability starts from in each block */
} rw_list_coding;

/* A list that was opened. Private; the top follows in the same memory. */
typedef struct {
    uint32_t tag;
    uint32_t count;
    uint64_t base; /* the first key */
    uint32_t front_offset, front_length, index_offset, index_length, body_offset, body_length, top_offset, top_length;
    uint32_t rules_offset, rules_length;
    uint32_t top_checksum;
    uint16_t nodes;
    uint16_t last_keys;  /* keys in the last block */
    uint16_t node_lines; /* lines of the front for each node but the last */
    uint8_t line_shift, probes;
    uint8_t key_width, body_width, index_width; /* of the top's entries */
    uint8_t top_loaded;
    rw_list_coding coding;
} rw_list;

typedef struct {
    uint32_t offset;   /* from the start of the file, bytes wanted next */
    uint32_t length;   /* how many, 1 to RW_LIST_READ_MAX */
    uint32_t category; /* set with RW_LIST_LISTED: docs/FORMATS.md, table of categories */
    uint32_t reads;    /* reads asked for so far in this query: 3 at the most */
    uint64_t words[8]; /* private */
} rw_list_query;

/* Length of the header that begins with these bytes (16 at least), or a negative error. */
int32_t rw_list_header_length(const uint8_t *bytes, size_t length, uint64_t file_size);

/* Memory for rw_list_open of this header, its top included. Negative: not enough of a header. */
int32_t rw_list_memory(const uint8_t *header, size_t length);

/* `size` may be sizeof(rw_list) when the top will not be loaded (to walk, to write). 0 or a negative error. */
int32_t rw_list_open(rw_list *list, size_t size, const uint8_t *header, size_t length, uint64_t file_size);
void rw_list_top(const rw_list *list, uint32_t *offset, uint32_t *length);
int32_t rw_list_load_top(rw_list *list, size_t size, const uint8_t *bytes, size_t length);

uint64_t rw_list_count(const rw_list *list); /* numbers in the list */
int rw_list_is_open(const rw_list *list, size_t size); /* was this memory filled by rw_list_open, and is it whole? */
int32_t rw_list_begin(const rw_list *list, rw_list_query *query, uint64_t key);
int32_t rw_list_next(const rw_list *list, rw_list_query *query, const uint8_t *bytes, size_t length);

/* For a list that is mapped in memory: the loop above. RW_LIST_ABSENT, RW_LIST_LISTED or a negative error. */
int32_t rw_list_lookup(const rw_list *list, const uint8_t *file, size_t file_size, uint64_t key, uint32_t *category);

#include "ringwarden/list_stream.h"

/* CRC-32 (IEEE 802.3, reflected, as zlib's), continued from `crc` (0 to begin). */
uint32_t rw_crc32(uint32_t crc, const uint8_t *bytes, size_t length);

#endif
