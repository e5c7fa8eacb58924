/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binary range coder of lists and deltas (docs/FORMATS.md, "Range coder"): adaptive bits, and plain bits.
 *
 * A probability is the chance of a zero bit in 65536ths (1 to 65535) and a count of visits, which says how fast it learns:
 * after each bit it moves towards what was seen by 2^-floor(log2(count + 2)), and the count grows up to a limit. So a
 * count that starts at 0 learns like an estimator over everything seen, one that starts at the limit has a fixed rate.
 * A limit of RW_RC_FIXED (255) is for a probability that never moves.
 *
 * The decoder never reads outside its bytes: behind their end it sees zeros, which is why the encoder can leave out the
 * zero bytes at the end of what it wrote. The encoder needs no memory but a few bytes: output goes to a buffer that the
 * caller may empty between any two calls.
 */
#ifndef RINGWARDEN_RANGE_CODER_H
#define RINGWARDEN_RANGE_CODER_H

#include "ringwarden/range_bits.h"

#define RW_RC_HALF 32768u
#define RW_RC_LIMIT 126u /* the highest limit of a count that still grows: a rate of 1/128 */
#define RW_RC_FIXED 255u
#define RW_RC_STILL 31u /* a rate at which nothing moves */
#define RW_RC_TOP ((uint32_t)1 << 24) /* the range is at least this before each bit */
#define RW_RC_PLAIN 16u               /* most plain bits in one step */

/* How far a probability moves after each bit, as a shift, for its count. */
static inline uint32_t rw_rc_rate(uint32_t count) {
    uint32_t rate = 1, reach = 2;

    while (count >= reach) { /* floor(log2(count + 2)): 0, 1: 1; 2 to 5: 2; 6 to 13: 3 ... 126: 7 */
        rate++;
        reach = 2u * reach + 2u;
    }
    return rate;
}

/* A probability that starts at `zero` as if it had been seen `count` times. */
static inline rw_rc_bit rw_rc_start(uint32_t zero, uint32_t count) {
    rw_rc_bit bit;

    bit.zero = (uint16_t)zero;
    bit.count = (uint8_t)count;
    bit.rate = (uint8_t)(count == RW_RC_FIXED ? RW_RC_STILL : rw_rc_rate(count));
    return bit;
}

/*
 * What was seen is half the time a surprise. Processors that guess branches ahead are spared this one by arithmetic with
 * masks; small ones, which do not guess, take fewer instructions with a branch.
 */
#if UINTPTR_MAX > 0xffffffffu
#define RW_RC_MASKS 1
#else
#define RW_RC_MASKS 0
#endif

static inline void rw_rc_learn(rw_rc_bit *bit, uint32_t seen, uint32_t limit) {
    uint32_t zero = bit->zero;
#if RW_RC_MASKS
    uint32_t ones = 0u - seen, none = ~ones; /* all bits, or none */
    uint32_t way = ((65536u & none) + (zero ^ none) - none) >> bit->rate; /* 65536 - zero, or zero */

    bit->zero = (uint16_t)(zero + ((way ^ ones) - ones));
#else
    bit->zero = (uint16_t)(seen ? zero - (zero >> bit->rate) : zero + ((65536u - zero) >> bit->rate));
#endif
    if (bit->count < limit) {
        bit->count++;
        /* The rate grows when count + 2 reaches a power of two. */
        if (((bit->count + 2u) & (bit->count + 1u)) == 0)
            bit->rate++;
    }
}

/* ---------------------------------------------------------------------------------------------------- decoder */

static inline uint32_t rw_rc_byte(rw_rc_decoder *rc) {
    return rc->next < rc->end ? *rc->next++ : 0u;
}

static inline void rw_rc_decoder_begin(rw_rc_decoder *rc, const uint8_t *bytes, uint32_t length) {
    uint32_t i;

    rc->next = bytes;
    rc->end = bytes + length;
    rc->range = 0xffffffffu;
    rc->code = 0;
    for (i = 0; i < 4u; i++)
        rc->code = rc->code << 8 | rw_rc_byte(rc);
}

static inline void rw_rc_decoder_fill(rw_rc_decoder *rc) {
    while (rc->range < RW_RC_TOP) {
        rc->range <<= 8;
        rc->code = rc->code << 8 | rw_rc_byte(rc);
    }
}

/* The side of `bound` on which the code lies: 1 above. */
static inline uint32_t rw_rc_side(rw_rc_decoder *rc, uint32_t bound) {
    uint32_t seen = rc->code >= bound;
#if RW_RC_MASKS
    uint32_t ones = 0u - seen;

    rc->code -= bound & ones;
    rc->range = bound + ((rc->range - 2u * bound) & ones);
#else
    if (seen) {
        rc->code -= bound;
        rc->range -= bound;
    } else {
        rc->range = bound;
    }
#endif
    return seen;
}

static inline uint32_t rw_rc_decode(rw_rc_decoder *rc, rw_rc_bit *bit, uint32_t limit) {
    uint32_t seen = rw_rc_side(rc, (rc->range >> 16) * bit->zero);

    rw_rc_learn(bit, seen, limit);
    rw_rc_decoder_fill(rc);
    return seen;
}

/* The same by a probability that never moves. */
static inline uint32_t rw_rc_decode_fixed(rw_rc_decoder *rc, uint32_t zero) {
    uint32_t seen = rw_rc_side(rc, (rc->range >> 16) * zero);

    rw_rc_decoder_fill(rc);
    return seen;
}

/* `width` plain bits, 0 to RW_RC_PLAIN. One 32-bit division. Bytes that no encoder writes give an all-ones value. */
static inline uint32_t rw_rc_decode_plain(rw_rc_decoder *rc, uint32_t width) {
    uint32_t value, most = (1u << width) - 1u;

    rc->range >>= width;
    value = rc->code / rc->range;
    if (value > most)
        value = most;
    rc->code -= value * rc->range;
    rw_rc_decoder_fill(rc);
    return value;
}

/* ---------------------------------------------------------------------------------------------------- encoder */

static inline void rw_rc_encoder_begin(rw_rc_encoder *rc, uint8_t *bytes, uint32_t size) {
    rc->low = 0;
    rc->range = 0xffffffffu;
    rc->waiting = 0;
    rc->zeros = 0;
    rc->written = 0;
    rc->cache = 0;
    rc->first = 1;
    rc->overflow = 0;
    rc->bytes = bytes;
    rc->length = 0;
    rc->size = size;
}

static inline void rw_rc_put_one(rw_rc_encoder *rc, uint8_t byte) {
    if (rc->length < rc->size)
        rc->bytes[rc->length++] = byte;
    else
        rc->overflow = 1;
    rc->written++;
}

static inline void rw_rc_put(rw_rc_encoder *rc, uint8_t byte) {
    if (byte == 0) {
        rc->zeros++;
        return;
    }
    for (; rc->zeros; rc->zeros--)
        rw_rc_put_one(rc, 0);
    rw_rc_put_one(rc, byte);
}

/* The top byte of `low` moves out, unless a carry may still reach it. */
static inline void rw_rc_shift(rw_rc_encoder *rc) {
    if (rc->low < 0xff000000u || rc->low > 0xffffffffu) {
        uint8_t carry = (uint8_t)(rc->low >> 32);

        if (!rc->first)
            rw_rc_put(rc, (uint8_t)(rc->cache + carry));
        rc->first = 0;
        for (; rc->waiting; rc->waiting--)
            rw_rc_put(rc, (uint8_t)(0xffu + carry));
        rc->cache = (uint8_t)(rc->low >> 24);
    } else {
        rc->waiting++;
    }
    rc->low = (rc->low & 0x00ffffffu) << 8;
}

static inline void rw_rc_encoder_fill(rw_rc_encoder *rc) {
    while (rc->range < RW_RC_TOP) {
        rc->range <<= 8;
        rw_rc_shift(rc);
    }
}

static inline void rw_rc_encode(rw_rc_encoder *rc, rw_rc_bit *bit, uint32_t seen, uint32_t limit) {
    uint32_t bound = (rc->range >> 16) * bit->zero;

    if (seen) {
        rc->low += bound;
        rc->range -= bound;
    } else {
        rc->range = bound;
    }
    rw_rc_learn(bit, seen, limit);
    rw_rc_encoder_fill(rc);
}

static inline void rw_rc_encode_plain(rw_rc_encoder *rc, uint32_t value, uint32_t width) {
    rc->range >>= width;
    rc->low += (uint64_t)value * rc->range;
    rw_rc_encoder_fill(rc);
}

/* The end: of all values that decode to what was written, the one with the most zero bits at its end. */
static inline void rw_rc_encoder_end(rw_rc_encoder *rc) {
    uint64_t last = rc->low + rc->range - 1u;
    uint32_t bits, i;

    for (bits = 32; bits > 0; bits--) {
        uint64_t rest = ((uint64_t)1 << bits) - 1u;
        uint64_t value = (rc->low + rest) & ~rest;

        if (value <= last) {
            rc->low = value;
            break;
        }
    }
    for (i = 0; i < 5u; i++)
        rw_rc_shift(rc);
}

/* More bytes than one bit or one plain step can add to `bytes`, but for bytes held back by `waiting` and `zeros`. */
#define RW_RC_STEP_MAX 4u

#endif
