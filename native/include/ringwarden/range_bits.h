/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data of the binary range coder of lists and deltas (docs/FORMATS.md, "Range coder"); its functions are private to the
 * library (native/src/range_coder.h). A probability is the chance of a zero bit in 65536ths and a count of visits.
 */
#ifndef RINGWARDEN_RANGE_BITS_H
#define RINGWARDEN_RANGE_BITS_H

#include <stdint.h>

typedef struct {
    uint16_t zero; /* chance of a zero bit, 1 to 65535 */
    uint8_t count; /* visits, up to the limit */
    uint8_t rate;  /* how far it moves after a bit, as a shift */
} rw_rc_bit;

typedef struct {
    const uint8_t *next; /* input; may be moved on to more bytes between calls */
    const uint8_t *end;
    uint32_t range;
    uint32_t code;
} rw_rc_decoder;

typedef struct {
    uint64_t low;
    uint32_t range;
    uint32_t waiting; /* bytes that a carry may still change: `cache`, then 0xff ... */
    uint32_t zeros;   /* zero bytes that are written only when another byte follows */
    uint32_t written; /* bytes of this stream so far, without those that wait */
    uint8_t cache;
    uint8_t first;    /* nothing was shifted out yet: the first byte is always zero and is left out */
    uint8_t overflow; /* `bytes` was too small: what was written is of no use */
    uint8_t *bytes;   /* output; may be emptied (length = 0) between calls */
    uint32_t length;
    uint32_t size;
} rw_rc_encoder;

#endif
