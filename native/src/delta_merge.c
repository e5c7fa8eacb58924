/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "delta_private.h"

#define FETCH 0u
#define AT_HAND 1u
#define AT_END 2u

static void section(delta_out *out, uint32_t offset, uint32_t length) {
    out->at = offset;
    out->end = offset + length;
}

int32_t delta_merge_begin(delta_state *state) {
    uint32_t at = state->fixed;
    if (state->ranks > state->base->count || state->adds > state->target->count) {
        return RW_ERR_FORMAT;
    }
    const size_t encoder_size = rw_list_encoder_size(state->target);
    delta_merge *const merge = state->merge = delta_take(state, &at, sizeof(delta_merge));
    if (merge == NULL) {
        return RW_ERR_SIZE;
    }
    memset(merge, 0, sizeof *merge);
    merge->walk = delta_take(state, &at, sizeof(rw_list_walk));
    merge->encoder = delta_take(state, &at, encoder_size);
    if (merge->walk == NULL || merge->encoder == NULL) {
        return RW_ERR_SIZE;
    }
    section(&merge->out[RW_LIST_OUT_BODY], state->target->body_offset, state->target->body_length);
    section(&merge->out[RW_LIST_OUT_INDEX], state->target->index_offset, state->target->index_length);
    section(&merge->out[RW_LIST_OUT_TOP], state->target->top_offset, state->target->top_length);
    int32_t status = rw_list_walk_begin(state->base, merge->walk);
    if (status >= 0) {
        status = rw_list_encoder_begin(merge->encoder, encoder_size, state->target);
    }
    if (status >= 0) {
        status = delta_numbers_init(&merge->numbers, &state->source, state->ranks, state->adds);
    }
    return status;
}

/* Hand what was gathered for one section to the caller. */
static int32_t flush(delta_state *state, delta_out *out) {
    const uint32_t length = out->length;
    if (length > out->end - out->at) {
        return RW_ERR_FORMAT;
    }
    out->length = 0;
    out->at += length;
    return delta_write(state, out->at - length, out->bytes, length);
}

/* Gather what the encoder has ready: a write, an error, or RW_DELTA_DONE when it was all taken. */
static int32_t gather(delta_state *state, delta_merge *merge) {
    for (uint32_t i = 0; i < DELTA_OUTPUTS; i++) {
        delta_out *const out = &merge->out[i];
        const rw_list_out *const ready = &merge->encoder->ready[i];
        while (out->used < ready->length) {
            if (out->length == DELTA_OUT) {
                return flush(state, out);
            }
            const uint32_t rest = ready->length - out->used;
            const uint32_t room = DELTA_OUT - out->length;
            const uint32_t length = rest < room ? rest : room;
            memcpy(out->bytes + out->length, ready->bytes + out->used, length);
            out->length += length;
            out->used += length;
        }
    }
    for (uint32_t i = 0; i < DELTA_OUTPUTS; i++) {
        merge->out[i].used = 0;
    }
    rw_list_encoder_taken(merge->encoder);
    return RW_DELTA_DONE;
}

/* Everything is encoded: what is still gathered, then the sections must be full. */
static int32_t finish(delta_state *state, delta_merge *merge) {
    for (uint32_t i = 0; i < DELTA_OUTPUTS; i++) {
        if (merge->out[i].length != 0) {
            return flush(state, &merge->out[i]);
        }
        if (merge->out[i].at != merge->out[i].end) {
            return RW_ERR_FORMAT;
        }
    }
    return RW_DELTA_DONE;
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
    int32_t status = gather(state, merge);
    if (status != RW_DELTA_DONE) {
        return status;
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
        merge->ended = 1;
        status = rw_list_encoder_end(merge->encoder);
        return status < 0 ? status : DELTA_GO;
    }
    if (action != NUMBERS_ADD) {
        merge->have = FETCH;
    }
    if (action != NUMBERS_DROP) {
        status = rw_list_encoder_add(merge->encoder, out.key, out.category);
    }
    return status < 0 ? status : DELTA_GO;
}
