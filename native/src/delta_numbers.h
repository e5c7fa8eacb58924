/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a delta that makes the numbers: which ones of the base go or get another category (by rank), and which come (by
 * key). One of either kind is held until the merge has passed it; only then is the next one read.
 */
#ifndef RINGWARDEN_DELTA_NUMBERS_H
#define RINGWARDEN_DELTA_NUMBERS_H

#include "delta_model.h"

#define NUMBERS_CONTEXTS 16u /* of a category: the one before in the list, 15 for all above */

typedef struct {
    uint64_t add_key;     /* the number that comes next */
    uint32_t adds_left;   /* with this one */
    uint32_t ranks_left;  /* with the one that `rank` means */
    uint32_t rank;        /* which number of the base goes or changes next */
    uint32_t at;          /* rank of the number that the base gives next */
    uint32_t add_before;  /* classes of the last gaps */
    uint32_t rank_before;
    uint32_t category; /* of the number written last */
    uint32_t changes;  /* the number at `rank` stays, with another category */
    delta_bit_model add_tree[DELTA_BUCKETS << DELTA_KEY_CLASS];
    delta_bit_model half[DELTA_CLASSES]; /* of both: their gaps are seldom of one size */
    delta_bit_model rank_tree[DELTA_BUCKETS << DELTA_RANK_CLASS];
    delta_bit_model kind;
    delta_bit_model same[NUMBERS_CONTEXTS]; /* a new number's category is that of the number before */
    delta_bit_model other[1u << DELTA_CATEGORY]; /* a category that is none of these, or a changed one */
} delta_numbers;

typedef struct {
    uint64_t key;
    uint32_t category;
} delta_number;

#define NUMBERS_END 0  /* base and delta are used up */
#define NUMBERS_BASE 1 /* `out` is to be written, and the base's number is used up */
#define NUMBERS_DROP 2 /* the base's number is used up, nothing to write */
#define NUMBERS_ADD 3  /* `out` is to be written, the base's number comes later */

/* Takes the first of either kind. The source must hold DELTA_ENOUGH bytes or its last ones, here and in each step. */
int32_t delta_numbers_init(delta_numbers *numbers, delta_source *source, uint32_t ranks, uint32_t adds);

/* What to do, given the base's next number (NULL at its end): one of the above, or RW_ERR_FORMAT. */
int32_t delta_numbers_step(delta_numbers *numbers, delta_source *source, const delta_number *base, delta_number *out);

#endif
