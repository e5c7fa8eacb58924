/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "delta_private.h"

#define FETCH 0u
#define AT_HAND 1u
#define AT_END 2u

#define WINDOW_MIN 512u /* each window means one walk over the numbers of its node */
#define WINDOW_MAX 4096u

/* Begin the next window of the node's part, at `offset`. */
static void window(delta_front *front, uint32_t offset) {
    const uint32_t rest = front->part_end - offset;
    front->offset = offset;
    front->length = rest < front->room ? rest : front->room;
    memset(front->window, 0, front->length);
}

static void part(const delta_state *state, delta_front *front, uint32_t node) {
    uint32_t offset, length;
    rw_list_front_part(state->target, node, &offset, &length);
    front->node = node;
    front->part_end = offset + length;
    window(front, offset);
}

int32_t delta_front_begin(delta_state *state) {
    uint32_t at = (uint32_t)((uint8_t *)state->base - (uint8_t *)state); /* the base is not needed any more */
    delta_front *const front = state->front = delta_take(state, &at, sizeof(delta_front));
    if (front == NULL) {
        return RW_ERR_SIZE;
    }
    memset(front, 0, sizeof *front);
    front->walk = delta_take(state, &at, rw_list_walk_size(state->target));
    if (front->walk == NULL || state->size - at < WINDOW_MIN) {
        return RW_ERR_SIZE;
    }
    front->room = state->size - at < WINDOW_MAX ? state->size - at : WINDOW_MAX;
    front->window = (uint8_t *)state + at;
    part(state, front, 0);
    return rw_list_walk_begin(state->target, front->walk);
}

static int32_t fetch(delta_state *state, delta_front *front) {
    const int32_t found = rw_list_walk_next(state->target, front->walk);
    if (found == RW_LIST_READ) {
        state->walk = front->walk;
        return delta_ask(state, RW_DELTA_READ_TARGET, front->walk->offset, front->walk->length, NULL);
    }
    front->have = found == RW_LIST_LISTED ? AT_HAND : AT_END;
    return found < 0 ? found : DELTA_GO;
}

/* All numbers of the node were met: the window is written; then they are walked again for the next window, or it goes on. */
static int32_t complete(delta_state *state, delta_front *front) {
    const uint32_t length = front->length;
    if (length != 0) {
        const uint32_t at = front->offset;
        if (length > state->target->front_length || at > state->target->front_length - length) {
            return RW_ERR_FORMAT;
        }
        front->offset += length;
        front->length = 0;
        return delta_write(state, state->target->front_offset + at, front->window, length);
    }
    if (front->offset < front->part_end) {
        window(front, front->offset);
        front->have = FETCH;
        const int32_t status = rw_list_walk_from(state->target, front->walk, front->node);
        return status < 0 ? status : DELTA_GO;
    }
    if (front->have == AT_END) {
        return front->offset == state->target->front_length ? RW_DELTA_DONE : RW_ERR_FORMAT;
    }
    part(state, front, front->node + 1u);
    return DELTA_GO;
}

int32_t delta_front_next(delta_state *state) {
    delta_front *const front = state->front;
    if (front->have == FETCH) {
        return fetch(state, front);
    }
    if (front->have == AT_HAND && front->walk->node == front->node) {
        rw_list_front_set(state->target, front->node, front->walk->key, front->window, front->offset, front->length);
        front->have = FETCH;
        return DELTA_GO;
    }
    return complete(state, front);
}
