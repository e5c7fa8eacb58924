/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making the next list out of the one that is there and a delta (.rwd, docs/FORMATS.md), as a stream: the delta is read once
 * from its beginning to its end, the old list (base) and what was written of the new one (target) a piece at a time.
 *
 * The library does no input or output: it says what it wants, one thing at a time.
 *
 *     rw_delta_init(state, size);
 *     while ((kind = rw_delta_next(state, &request)) > RW_DELTA_DONE)
 *         RW_DELTA_READ_DELTA:  rw_delta_feed(state, bytes, request.length)   the next bytes of the delta
 *         RW_DELTA_READ_BASE:   rw_delta_feed(state, bytes, request.length)   of the base, from request.offset on
 *         RW_DELTA_READ_TARGET: the same of the target: bytes that were written before
 *         RW_DELTA_WRITE:       write request.length bytes, which stand in the state from request.where on, at request.offset
 *
 * A feed that is too short (the file has ended) is RW_ERR_LENGTH. The state must stay where it is.
 *
 * Every byte of the target is written once. After RW_DELTA_DONE the caller compares the SHA-256 of the whole target with the one
 * that the delta names (RW_DELTA_AT_TARGET): only then is it a list. That the base is the right one is the caller's to check, too,
 * by its SHA-256 (RW_DELTA_AT_BASE), before anything is fed: on another base the errors are those of a damaged delta.
 */
#ifndef RINGWARDEN_DELTA_H
#define RINGWARDEN_DELTA_H

#include <stddef.h>
#include <stdint.h>

#include "ringwarden/error.h"

#define RW_DELTA_HEADER_SIZE 100u /* bytes of a delta before its coded part */
#define RW_DELTA_AT_BASE 32u      /* in it: SHA-256 of the base, then of the target */
#define RW_DELTA_AT_TARGET 64u
#define RW_DELTA_MEMORY 7040u     /* the state on a box that has 8 KiB for everything */

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

/*
 * `size` bytes, aligned for uint64_t, are all that this library keeps while it works. 0, RW_ERR_ARGUMENT or RW_ERR_SIZE; that the
 * lists at hand need more than `size` bytes shows later, as RW_ERR_SIZE from rw_delta_next.
 */
int32_t rw_delta_init(void *state, size_t size);

/* What is wanted next, RW_DELTA_DONE, or a negative error; after an error the same error again. */
int32_t rw_delta_next(void *state, rw_delta_request *request);

/* 0 or a negative error. */
int32_t rw_delta_feed(void *state, const uint8_t *bytes, size_t length);

#endif
