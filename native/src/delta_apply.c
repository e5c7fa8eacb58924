/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order in which a delta is applied: its header; the target's header; the base's header; the target's other regions that are
 * not numbers; the numbers (body, index, top); the delta's checksum; the front. The bytes are described in docs/FORMATS.md.
 */
#include <string.h>

#include "delta_private.h"

#define TAG 0x31445752u /* "RWD1" */
#define VERSION 1u
#define CHECKSUM 4u /* bytes at the end of a delta, and of its header */
#define READ 256u   /* bytes asked for at once, but by a walk */

#define STAGE_FIXED 0u
#define STAGE_TARGET 1u /* the target's header */
#define STAGE_BASE 2u   /* the base's */
#define STAGE_REGION 3u /* where the next region begins */
#define STAGE_PLAIN 4u
#define STAGE_NUMBERS 5u
#define STAGE_CHECKSUM 6u
#define STAGE_FRONT 7u
#define STAGE_END 8u

static uint32_t get16(const uint8_t *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t get32(const uint8_t *p) {
    return get16(p) | get16(p + 2) << 16;
}

void *delta_take(delta_state *state, uint32_t *at, size_t size) {
    const uint32_t begin = (*at + 7u) & ~7u;
    if (begin > state->size || size > state->size - begin) {
        return NULL;
    }
    *at = begin + (uint32_t)size;
    return (uint8_t *)state + begin;
}

int32_t delta_ask(delta_state *state, int32_t kind, uint32_t offset, uint32_t length, uint8_t *answer) {
    state->request.offset = offset;
    state->request.length = length;
    state->request.where = 0;
    state->answer = answer;
    return kind;
}

int32_t delta_write(delta_state *state, uint32_t offset, const uint8_t *bytes, uint32_t length) {
    state->request.offset = offset;
    state->request.length = length;
    state->request.where = (uint32_t)(bytes - (const uint8_t *)state);
    return RW_DELTA_WRITE;
}

int32_t delta_need(delta_state *state) {
    const uint32_t held = delta_source_held(&state->source);
    if (held >= DELTA_ENOUGH || state->delta_left == 0) {
        return 0;
    }
    const uint32_t room = DELTA_BUFFER - held;
    const uint32_t length = state->delta_left < room ? state->delta_left : room;
    return delta_ask(state, RW_DELTA_READ_DELTA, 0, length, NULL);
}

/* The delta's own header, which was read into `header`. */
static int32_t fixed(delta_state *state) {
    static const uint8_t magic[8] = {0x89, 'R', 'W', 'D', '\r', '\n', 0x1a, '\n'};
    const uint8_t *const header = state->header;
    if (memcmp(header, magic, sizeof magic) != 0) {
        return RW_ERR_MAGIC;
    }
    if (get16(header + 8) != VERSION) {
        return RW_ERR_VERSION;
    }
    if (get32(header + RW_DELTA_HEADER_SIZE - CHECKSUM) != rw_crc32(0, header, RW_DELTA_HEADER_SIZE - CHECKSUM)) {
        return RW_ERR_CHECKSUM;
    }
    const uint32_t length = get32(header + 12);
    state->header_length = get16(header + 10);
    state->base_length = get32(header + 16);
    state->target_length = get32(header + 20);
    state->ranks = get32(header + 24);
    state->adds = get32(header + 28);
    if (length < RW_DELTA_HEADER_SIZE + CHECKSUM) {
        return RW_ERR_LENGTH;
    }
    if (state->header_length > RW_LIST_HEADER_MAX || state->header_length > state->target_length) {
        return RW_ERR_FORMAT;
    }
    state->delta_left = length - RW_DELTA_HEADER_SIZE - CHECKSUM;
    delta_plain_region(state->plain, 0, state->header_length, 0);
    state->stage = STAGE_TARGET;
    return DELTA_GO;
}

/* A byte of the region in progress. RW_DELTA_DONE when the region is complete and written. */
static int32_t plain(delta_state *state) {
    delta_plain *const region = state->plain;
    const uint32_t reached = region->out_at + region->out_length;
    if (region->out_length != 0 && (region->out_length == PLAIN_OUT || reached == region->end)) {
        const uint32_t at = region->out_at;
        const uint32_t length = region->out_length;
        region->out_at = reached;
        region->out_length = 0;
        return delta_write(state, at, region->out, length);
    }
    if (reached == region->end) {
        return RW_DELTA_DONE;
    }
    int32_t status = delta_need(state);
    if (status != 0) {
        return status;
    }
    status = delta_plain_byte(region, &state->source, state->base_length, &state->request);
    if (status == RW_DELTA_READ_BASE) {
        state->answer = region->piece;
        return status;
    }
    if (status == 1 && state->stage == STAGE_TARGET) {
        state->header[reached] = region->out[region->out_length - 1u];
    }
    return status < 0 ? status : DELTA_GO;
}

static int32_t target_header(delta_state *state) {
    int32_t status = plain(state);
    if (status != RW_DELTA_DONE) {
        return status;
    }
    status = rw_list_open(state->target, sizeof(rw_list), state->header, state->header_length, state->target_length);
    if (status < 0) {
        return RW_ERR_FORMAT;
    }
    state->done = state->header_length;
    state->header_length = 0; /* of the base, as far as it was read */
    state->stage = STAGE_BASE;
    return DELTA_GO;
}

/* The base's header is read piece by piece, as far as it could reach. */
static int32_t base_header(delta_state *state) {
    const uint32_t most = state->base_length < RW_LIST_HEADER_MAX ? state->base_length : RW_LIST_HEADER_MAX;
    const uint32_t at = state->header_length;
    if (at < most) {
        const uint32_t length = most - at < READ ? most - at : READ;
        state->header_length += length;
        return delta_ask(state, RW_DELTA_READ_BASE, at, length, state->header + at);
    }
    const int32_t length = rw_list_header_length(state->header, most, state->base_length);
    if (length < 0) {
        return length;
    }
    const int32_t status = rw_list_open(state->base, sizeof(rw_list), state->header, (size_t)length, state->base_length);
    state->stage = STAGE_REGION;
    return status < 0 ? status : DELTA_GO;
}

/*
 * From `done` on: a section that is made from the numbers is passed over, the bytes up to the next one (or the end of the file)
 * are the next region. The sections were checked when the header was opened.
 */
static int32_t next_region(delta_state *state) {
    const rw_list *const list = state->target;
    const uint32_t made[4][2] = {
        {list->front_offset, list->front_length},
        {list->index_offset, list->index_length},
        {list->body_offset, list->body_length},
        {list->top_offset, list->top_length},
    };
    uint32_t end = state->target_length;
    for (uint32_t i = 0; i < 4u; i++) {
        if (made[i][1] != 0 && made[i][0] == state->done) {
            state->done += made[i][1];
            return DELTA_GO;
        }
        if (made[i][1] != 0 && made[i][0] > state->done && made[i][0] < end) {
            end = made[i][0];
        }
    }
    const int32_t status = delta_need(state);
    if (status != 0) {
        return status;
    }
    if (state->done >= state->target_length) {
        state->stage = STAGE_NUMBERS;
        return state->done > state->target_length ? RW_ERR_FORMAT : delta_merge_begin(state);
    }
    delta_plain_region(state->plain, state->done, end, (uint32_t)delta_plain_bits(&state->source, 32));
    state->done = end;
    state->stage = STAGE_PLAIN;
    return DELTA_GO;
}

static int32_t checksum(delta_state *state) {
    if (get32(state->source.bytes) != state->checksum) {
        return RW_ERR_CHECKSUM;
    }
    if (state->target->front_length == 0) {
        state->stage = STAGE_END;
        return DELTA_GO;
    }
    state->stage = STAGE_FRONT;
    const int32_t status = delta_front_begin(state);
    return status < 0 ? status : DELTA_GO;
}

/* One step of the stage in progress. */
static int32_t step(delta_state *state) {
    int32_t status;
    switch (state->stage) {
    case STAGE_FIXED:
        return fixed(state);
    case STAGE_TARGET:
        return target_header(state);
    case STAGE_BASE:
        return base_header(state);
    case STAGE_REGION:
        status = next_region(state);
        return status == 0 ? DELTA_GO : status;
    case STAGE_PLAIN:
        status = plain(state);
        if (status == RW_DELTA_DONE) {
            state->stage = STAGE_REGION;
            return DELTA_GO;
        }
        return status;
    case STAGE_NUMBERS:
        status = delta_merge_next(state);
        if (status != RW_DELTA_DONE) {
            return status;
        }
        if (state->delta_left != 0 || delta_source_held(&state->source) != 0) {
            return RW_ERR_FORMAT;
        }
        state->stage = STAGE_CHECKSUM;
        return delta_ask(state, RW_DELTA_READ_DELTA, 0, CHECKSUM, state->source.bytes);
    case STAGE_CHECKSUM:
        return checksum(state);
    case STAGE_FRONT:
        status = delta_front_next(state);
        if (status == RW_DELTA_DONE) {
            state->stage = STAGE_END;
        }
        return status;
    default:
        return RW_DELTA_DONE;
    }
}

int32_t rw_delta_init(void *memory, size_t size) {
    if (memory == NULL || ((uintptr_t)memory & 7u) != 0) {
        return RW_ERR_ARGUMENT;
    }
    if (size < sizeof(delta_state) || size > 0x7fffffffu) {
        return RW_ERR_SIZE;
    }
    delta_state *const state = memory;
    uint32_t at = sizeof(delta_state);
    memset(state, 0, sizeof *state);
    state->size = (uint32_t)size;
    state->target = delta_take(state, &at, sizeof(rw_list));
    state->base = delta_take(state, &at, sizeof(rw_list));
    state->fixed = at;
    state->plain = delta_take(state, &at, sizeof(delta_plain));
    state->header = delta_take(state, &at, RW_LIST_HEADER_MAX);
    if (state->target == NULL || state->base == NULL || state->plain == NULL || state->header == NULL) {
        return RW_ERR_SIZE;
    }
    delta_plain_init(state->plain);
    delta_source_init(&state->source);
    state->tag = TAG;
    state->asked = RW_DELTA_READ_DELTA;
    delta_ask(state, RW_DELTA_READ_DELTA, 0, RW_DELTA_HEADER_SIZE, state->header);
    return 0;
}

int32_t rw_delta_next(void *memory, rw_delta_request *request) {
    delta_state *const state = memory;
    if (state == NULL || ((uintptr_t)memory & 7u) != 0 || state->tag != TAG || request == NULL) {
        return RW_ERR_ARGUMENT;
    }
    if (state->error < 0) {
        return state->error;
    }
    /* What was asked for and not fed is asked for again. */
    while (state->asked == RW_DELTA_DONE) {
        const int32_t status = step(state);
        if (status < 0) {
            state->error = status;
            return status;
        }
        if (status == RW_DELTA_DONE) {
            return status;
        }
        if (status == RW_DELTA_WRITE) {
            *request = state->request;
            return status;
        }
        if (status != DELTA_GO) {
            state->asked = (uint32_t)status;
        }
    }
    *request = state->request;
    return (int32_t)state->asked;
}

int32_t rw_delta_feed(void *memory, const uint8_t *bytes, size_t length) {
    delta_state *const state = memory;
    if (state == NULL || ((uintptr_t)memory & 7u) != 0 || state->tag != TAG || bytes == NULL) {
        return RW_ERR_ARGUMENT;
    }
    if (state->error < 0) {
        return state->error;
    }
    if (state->asked == RW_DELTA_DONE) {
        return RW_ERR_ARGUMENT;
    }
    if (length != state->request.length) {
        state->error = RW_ERR_LENGTH;
        return RW_ERR_LENGTH;
    }
    const uint32_t asked = state->asked;
    state->asked = RW_DELTA_DONE;
    if (state->answer != NULL) {
        memcpy(state->answer, bytes, length);
    } else if (asked == RW_DELTA_READ_DELTA) {
        delta_source_fill(&state->source, bytes, (uint32_t)length);
        state->delta_left -= (uint32_t)length;
        state->checksum = rw_crc32(state->checksum, bytes, length);
    } else {
        const int32_t status = rw_list_walk_feed(state->walk, bytes, length);
        if (status < 0) {
            state->error = status;
            return status;
        }
    }
    return 0;
}
