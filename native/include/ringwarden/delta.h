/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making the next list out of the one that is there and a delta (.rwd, docs/FORMATS.md), as a stream: the delta is read once
 * from its beginning to its end, the old list (base) and what was written of the new one (target) a piece at a time.
 *
 * The library does no input or output: it says what it wants, one thing at a time.
 *
 *     rw_delta_init(state, size);
 *     while ((kind = rw_delta_next(state, &request)) > RW_DELTA_DONE)
 *         RW_DELTA_READ_DELTA:  rw_delta_feed(state, bytes, n)   the next n bytes of the delta, 1 to request.length; 0: it ended
 *         RW_DELTA_READ_BASE:   rw_delta_feed(state, bytes, request.length)   of the base, from request.offset on
 *         RW_DELTA_READ_TARGET: the same of the target: bytes that were written before
 *         RW_DELTA_WRITE:       write request.length bytes, which stand in the state from request.where on, at request.offset
 *
 * Every byte of the target is written once. After RW_DELTA_DONE the caller compares the SHA-256 of the whole target with the one
 * that the delta names: only then is it a list. That the base is the right one is the caller's to check, too, by its
 * SHA-256 (rw_delta_base, rw_delta_target); on another base the errors are the ones of a damaged delta.
 */
#ifndef RINGWARDEN_DELTA_H
#define RINGWARDEN_DELTA_H

#include <stddef.h>
#include <stdint.h>

#include "ringwarden/error.h"

#define RW_DELTA_HEADER_SIZE 104u /* bytes of a delta before its coded part */

#define RW_DELTA_DONE 0
#define RW_DELTA_READ_DELTA 1
#define RW_DELTA_READ_BASE 2
#define RW_DELTA_READ_TARGET 3
#define RW_DELTA_WRITE 4

typedef struct {
    uint32_t offset; /* in the base or the target */
    uint32_t length;
    uint32_t where; /* RW_DELTA_WRITE: where the bytes stand in the state */
} rw_delta_request;

/* Bytes of state, aligned for uint64_t, that init needs: everything that this library keeps while it works. */
size_t rw_delta_size(void);

int32_t rw_delta_init(void *state, size_t size);

/* What is wanted next, RW_DELTA_DONE, or a negative error; after an error the same error again. */
int32_t rw_delta_next(void *state, rw_delta_request *request);
int32_t rw_delta_feed(void *state, const uint8_t *bytes, size_t length);

#endif
