/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the stages of applying a delta share. The state is one piece of memory: this structure, then an arena in which each stage
 * has what it needs (delta_apply.c: the order; delta_merge.c: the numbers; delta_front.c: the front).
 */
#ifndef RINGWARDEN_DELTA_PRIVATE_H
#define RINGWARDEN_DELTA_PRIVATE_H

#include "delta_model.h"
#include "delta_numbers.h"
#include "delta_plain.h"
#include "ringwarden/delta.h"
#include "ringwarden/list.h"

#define DELTA_OUTPUTS 3u /* body, index and top, as the encoder of lists counts them */
#define DELTA_OUT 128u   /* bytes of the body that are gathered before they are written */
#define DELTA_GO 5 /* a step was taken, nothing is wanted: call it again (beyond the RW_DELTA_* that callers see) */

/* Numbers of base and delta become the target's body, index and top. */
typedef struct {
    delta_number number; /* the base's next one */
    uint32_t have;   /* 1: `number` is set; 0: it must be fetched; 2: the base is at its end */
    uint32_t taking; /* which of the encoder's outputs is written next */
    int32_t ended;   /* the encoder is: 1; it must be called again: RW_LIST_READ */
    rw_list_walk *walk;
    rw_list_encoder *encoder; /* NULL: the target is empty */
    delta_numbers numbers;
} delta_merge;

/* The target's numbers, read back, become its front, a window after the other. */
typedef struct {
    uint32_t node;   /* of the index: its part of the front is being made */
    uint32_t offset; /* of the window, in the section */
    uint32_t length;
    uint32_t part_end;
    uint32_t have; /* 1: the walk stands on a number; 0: it must go on; 2: at its end */
    uint32_t room; /* of the window */
    rw_list_walk *walk;
    uint8_t *window;
} delta_front;

typedef struct {
    uint32_t tag;
    uint32_t stage;
    int32_t error;
    uint32_t asked; /* what the caller was told last */
    rw_delta_request request;
    uint8_t *answer; /* where the bytes that were asked for belong; NULL: delta_source or the walk takes them */
    uint32_t size;   /* of the whole state */
    uint32_t header_length;
    uint32_t delta_left; /* coded bytes that were not asked for yet */
    uint32_t base_length;
    uint32_t target_length;
    uint32_t ranks;
    uint32_t adds;
    uint32_t checksum;
    uint32_t done; /* in the target: regions before here are written */
    uint32_t fixed; /* offset of the arena behind the opened lists */
    rw_list *target;
    rw_list *base;
    rw_list_walk *walk; /* that takes the next answer */
    delta_plain *plain;
    uint8_t *header; /* RW_LIST_HEADER_MAX bytes, of the target and then of the base */
    delta_merge *merge;
    delta_front *front;
    delta_source source;
} delta_state;

/* `size` bytes of the arena from *at on, aligned; NULL when the state is too small. */
void *delta_take(delta_state *state, uint32_t *at, size_t size);

/* Ask for bytes of the base or the target into `answer`. Returns `kind`. */
int32_t delta_ask(delta_state *state, int32_t kind, uint32_t offset, uint32_t length, uint8_t *answer);

/* Ask for `length` bytes that stand in the state to be written. */
int32_t delta_write(delta_state *state, uint32_t offset, const uint8_t *bytes, uint32_t length);

/* 0, or RW_DELTA_READ_DELTA when the decoder needs more bytes before its next step and there are more. */
int32_t delta_need(delta_state *state);

/* Each returns RW_DELTA_*, DELTA_GO, or a negative error; RW_DELTA_DONE when the stage is complete. */
int32_t delta_merge_begin(delta_state *state);
int32_t delta_merge_next(delta_state *state);
int32_t delta_front_begin(delta_state *state);
int32_t delta_front_next(delta_state *state);

#endif
