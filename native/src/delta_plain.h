/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a delta that makes what is not numbers: header, tables, rules, and sections that this library does not know. A
 * pointer walks along in the base; each byte of the target is the one at the pointer, or another one, or the pointer jumps.
 */
#ifndef RINGWARDEN_DELTA_PLAIN_H
#define RINGWARDEN_DELTA_PLAIN_H

#include "delta_model.h"
#include "ringwarden/delta.h"

#define PLAIN_PIECE 64u
#define PLAIN_OUT 64u

typedef struct {
    delta_bit_model same[4]; /* by whether the last two bytes were the same */
    delta_bit_model jump;
    delta_bit_model literal[256];
    uint32_t history;
    uint32_t pointer;      /* in the base */
    uint32_t piece_at;     /* which bytes of the base are at hand */
    uint32_t piece_length; /* 0: none */
    uint32_t out_at;       /* where in the target the bytes in `out` belong */
    uint32_t out_length;
    uint32_t end; /* of the region that is being written, in the target */
    uint8_t piece[PLAIN_PIECE];
    uint8_t out[PLAIN_OUT];
} delta_plain;

void delta_plain_init(delta_plain *plain);

/* Begin a region of the target, `at` to `end`, that resembles the base from `pointer` on. The one before is finished. */
void delta_plain_region(delta_plain *plain, uint32_t at, uint32_t end, uint32_t pointer);

/*
 * The next byte of the region into out[out_length - 1]: 1; the pointer jumped, and no byte came: 0; bytes of the base are
 * wanted (the request is set, they belong into `piece`): RW_DELTA_READ_BASE; RW_ERR_FORMAT. The source must hold DELTA_ENOUGH
 * bytes or its last ones. Not to be called when `out` is full or the region complete.
 */
int32_t delta_plain_byte(delta_plain *plain, delta_source *source, uint32_t base_length, rw_delta_request *request);

#endif
