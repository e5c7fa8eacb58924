/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "delta_private.h"

#define FETCH 0u
#define AT_HAND 1u
#define AT_END 2u

#define NOTHING (DELTA_OUTPUTS + 1u) /* of the encoder's output is being taken */

int32_t delta_merge_begin(delta_state *state) {
    uint32_t at = state->fixed;
    if (state->ranks > state->base->count || state->adds > state->target->count) {
        return RW_ERR_FORMAT;
    }
    delta_merge *const merge = state->merge = delta_take(state, &at, sizeof(delta_merge));
    if (merge == NULL) {
        return RW_ERR_SIZE;
    }
    memset(merge, 0, sizeof *merge);
    merge->taking = NOTHING;
    merge->walk = delta_take(state, &at, rw_list_walk_size(state->base));
    if (merge->walk == NULL) {
        return RW_ERR_SIZE;
    }
    int32_t status = rw_list_walk_begin(state->base, merge->walk);
    if (status >= 0 && state->target->count != 0) {
        const size_t size = rw_list_encoder_size(state->target);
        merge->encoder = delta_take(state, &at, size);
        status = merge->encoder == NULL ? RW_ERR_SIZE : rw_list_encoder_begin(merge->encoder, size, state->target);
    }
    if (status >= 0) {
        status = delta_numbers_init(&merge->numbers, &state->source, state->ranks, state->adds);
    }
    return status;
}

/* Where a section that the encoder writes lies in the target. */
static void section(const rw_list *list, uint32_t output, uint32_t *offset, uint32_t *length) {
    *offset = output == RW_LIST_OUT_BODY ? list->body_offset
              : output == RW_LIST_OUT_INDEX ? list->index_offset : list->top_offset;
    *length = output == RW_LIST_OUT_BODY ? list->body_length
              : output == RW_LIST_OUT_INDEX ? list->index_length : list->top_length;
}

/* Hand what the encoder has ready to the caller, section after section. */
static int32_t take(delta_state *state, delta_merge *merge) {
    while (merge->taking < DELTA_OUTPUTS) {
        const uint32_t output = merge->taking++;
        const rw_list_out *const ready = &merge->encoder->ready[output];
        uint32_t offset, length;
        section(state->target, output, &offset, &length);
        if (ready->length > length || ready->done > length - ready->length) {
            return RW_ERR_FORMAT;
        }
        if (ready->length != 0) {
            return delta_write(state, offset + ready->done, ready->bytes, ready->length);
        }
    }
    rw_list_encoder_taken(merge->encoder);
    merge->taking = NOTHING;
    return DELTA_GO;
}

/* Base and delta are used up: the encoder's last bytes, then each section must have come to its length. */
static int32_t finish(delta_state *state, delta_merge *merge) {
    if (merge->encoder == NULL) {
        return RW_DELTA_DONE;
    }
    if (merge->ended != 1) {
        const int32_t status = rw_list_encoder_end(merge->encoder);
        merge->ended = status == 0 ? 1 : RW_LIST_READ;
        merge->taking = 0;
        return status < 0 ? status : DELTA_GO;
    }
    for (uint32_t output = 0; output < DELTA_OUTPUTS; output++) {
        uint32_t offset, length;
        section(state->target, output, &offset, &length);
        if (merge->encoder->ready[output].done != length) {
            return RW_ERR_FORMAT;
        }
    }
    return RW_DELTA_DONE;
}

/* A number of the target. What it made is taken when it is worth a write, or when the index would be overwritten. */
static int32_t add(delta_merge *merge, const delta_number *number) {
    if (merge->encoder == NULL) {
        return RW_ERR_FORMAT;
    }
    const int32_t status = rw_list_encoder_add(merge->encoder, number->key, number->category);
    if (merge->encoder->ready[RW_LIST_OUT_BODY].length >= DELTA_OUT || merge->encoder->ready[RW_LIST_OUT_INDEX].length != 0) {
        merge->taking = 0;
    }
    return status;
}

/* The base's next number: DELTA_GO when it is at hand (or there is none), or a read. */
static int32_t fetch(delta_state *state, delta_merge *merge) {
    const int32_t found = rw_list_walk_next(state->base, merge->walk);
    if (found == RW_LIST_READ) {
        state->walk = merge->walk;
        return delta_ask(state, RW_DELTA_READ_BASE, merge->walk->offset, merge->walk->length, NULL);
    }
    merge->have = found == RW_LIST_LISTED ? AT_HAND : AT_END;
    merge->number.key = merge->walk->key;
    merge->number.category = merge->walk->category;
    return found < 0 ? found : DELTA_GO;
}

int32_t delta_merge_next(delta_state *state) {
    delta_merge *const merge = state->merge;
    int32_t status;
    if (merge->taking != NOTHING) {
        return take(state, merge);
    }
    if (merge->ended != 0) {
        return finish(state, merge);
    }
    status = delta_need(state);
    if (status != 0) {
        return status;
    }
    if (merge->have == FETCH) {
        return fetch(state, merge);
    }
    delta_number out;
    const delta_number *const base = merge->have == AT_HAND ? &merge->number : NULL;
    const int32_t action = delta_numbers_step(&merge->numbers, &state->source, base, &out);
    if (action < 0) {
        return action;
    }
    if (action == NUMBERS_END) {
        merge->ended = RW_LIST_READ;
        return DELTA_GO;
    }
    if (action != NUMBERS_ADD) {
        merge->have = FETCH;
    }
    if (action != NUMBERS_DROP) {
        status = add(merge, &out);
    }
    return status < 0 ? status : DELTA_GO;
}
