/* SPDX-License-Identifier: Apache-2.0 */
/* A question to a list: its front, a node of its index, a block of its body, each asked for as it is needed. */
#include "list_private.h"

#define STAGE_DONE 0u
#define STAGE_FRONT 1u
#define STAGE_NODE 2u
#define STAGE_BLOCK 3u

static int32_t ask(rw_list_query *query, query_state *state, uint32_t stage, uint32_t offset, uint32_t length) {
    query->offset = offset;
    query->length = length;
    query->reads++;
    state->stage = stage;
    return RW_LIST_READ;
}

/* The block at `offset` of the body. */
static int32_t ask_block(const rw_list *list, rw_list_query *query, query_state *state, uint32_t offset, uint32_t length) {
    if (length == 0 || length > RW_LIST_READ_MAX || offset > list->body_length || length > list->body_length - offset)
        return RW_ERR_FORMAT;
    return ask(query, state, STAGE_BLOCK, list->body_offset + offset, length);
}

/* The node whose numbers could include the key, and where it stands: a search in the top. */
static void find_node(const rw_list *list, query_state *state, uint32_t *index, uint32_t *index_end) {
    uint32_t low = 0, high = list->nodes, bits = rw_list_entry_bits(list);
    const uint8_t *top = rw_list_top_bytes(list);
    rw_list_entry entry;

    while (high - low > 1u) {
        uint32_t middle = (low + high) / 2u;
        if (list->base + rw_list_bits(top, middle * bits, list->key_width) <= state->key)
            low = middle;
        else
            high = middle;
    }
    state->node = low;
    state->first = list->base;
    state->body = *index = 0;
    *index_end = list->index_length;
    if (list->nodes == 1)
        return;
    rw_list_entry_get(list, top, low * bits, &entry);
    state->first = entry.key;
    state->body = entry.body;
    *index = entry.index;
    if (low + 1u < list->nodes) {
        rw_list_entry_get(list, top, (low + 1u) * bits, &entry);
        *index_end = entry.index;
    }
}

/* Behind the front: the node, or the only block of a list that has no index. */
static int32_t ask_node(const rw_list *list, rw_list_query *query, query_state *state) {
    uint32_t index, end;

    if (list->index_length == 0) {
        state->last = 1;
        return ask_block(list, query, state, 0, list->body_length);
    }
    find_node(list, state, &index, &end);
    if (end - index > RW_LIST_READ_MAX)
        return RW_ERR_FORMAT;
    return ask(query, state, STAGE_NODE, list->index_offset + index, end - index);
}

/* From a node's bytes to the block that could hold the key. */
static int32_t find_block(const rw_list *list, rw_list_query *query, query_state *state, const uint8_t *node) {
    const uint8_t *bits = node + NODE_HEADER;
    uint32_t blocks, key_width, length_width, stride, low = 0, high, i, offset, length;
    uint64_t shortest;

    if (query->length < NODE_HEADER)
        return RW_ERR_FORMAT;
    blocks = high = node[0] + 1u;
    key_width = node[1];
    length_width = node[2];
    shortest = get16(node + 3);
    stride = key_width + length_width;
    if (blocks > list->coding.blocks || key_width > KEY_BITS || length_width > 12 ||
        8u * (query->length - NODE_HEADER) < (blocks - 1u) * stride + length_width)
        return RW_ERR_FORMAT;
    while (high - low > 1u) { /* the key of block i stands behind the length of block i - 1 */
        uint32_t middle = (low + high) / 2u;
        uint64_t key = rw_list_bits(bits, middle * stride - key_width, key_width);
        if (state->first + key <= state->key)
            low = middle;
        else
            high = middle;
    }
    offset = state->body;
    for (i = 0; i < low; i++)
        offset += (uint32_t)(shortest + rw_list_bits(bits, i * stride, length_width));
    length = (uint32_t)(shortest + rw_list_bits(bits, low * stride, length_width));
    if (low)
        state->first += rw_list_bits(bits, low * stride - key_width, key_width);
    state->last = state->node + 1u == list->nodes && low + 1u == blocks;
    return ask_block(list, query, state, offset, length);
}

/* What is left after division, without a division of 64 bits that small processors do not have. */
static uint64_t rest_of(uint64_t value, uint64_t divisor) {
    uint32_t shift = 0;

    while (value >> shift >= divisor && shift < 63u)
        shift++;
    for (;; shift--) {
        if (value >> shift >= divisor)
            value -= divisor << shift;
        if (shift == 0)
            return value;
    }
}

/* Read on in the block until the key is met or passed. */
static int32_t search_block(const rw_list *list, rw_list_query *query, const query_state *state, const uint8_t *bytes) {
    const rw_list_coding *coding = &list->coding;
    rw_list_model model;
    rw_rc_decoder rc;
    uint64_t behind;
    int32_t error;

    if (state->first >= KEY_LIMIT)
        return RW_ERR_FORMAT;
    rw_rc_decoder_begin(&rc, bytes, query->length);
    rw_list_block_begin(coding, &model, &rc, state->first);
    error = rw_list_scan(coding, &model, &rc, state->key, state->last ? UINT32_MAX : coding->items,
                         state->last ? list->last_keys : coding->keys);
    if (error < 0)
        return error;
    if (model.key < state->key)
        return RW_LIST_ABSENT;
    behind = model.key - state->key; /* in a run every number on the way back counts */
    if (behind) {
        if (model.repeat == 0 || rest_of(behind, model.gap) != 0 || behind >= model.gap * model.repeat)
            return RW_LIST_ABSENT;
    }
    query->category = model.category;
    return RW_LIST_LISTED;
}

/* Are all bits of the key set in its line? */
static int front_may_hold(const rw_list *list, const uint8_t *line, uint64_t hash) {
    uint32_t width = list->line_shift + 3u;
    uint32_t i;

    for (i = 0; i < list->probes; i++, hash >>= width) {
        uint32_t bit = (uint32_t)hash & ((1u << width) - 1u);
        if (!((uint32_t)line[bit >> 3] >> (bit & 7u) & 1u))
            return 0;
    }
    return 1;
}

static int32_t begin(const rw_list *list, rw_list_query *query, query_state *state) {
    uint32_t index, end, offset, length;

    if (list->count == 0 || state->key >= KEY_LIMIT || state->key < list->base)
        return RW_LIST_ABSENT;
    state->first = list->base;
    if (list->front_length == 0)
        return ask_node(list, query, state);
    find_node(list, state, &index, &end);
    rw_list_front_part(list, state->node, &offset, &length);
    offset += rw_list_line(state->key, length >> list->line_shift) << list->line_shift;
    state->probes = rw_list_hash(state->key, 2);
    return ask(query, state, STAGE_FRONT, list->front_offset + offset, 1u << list->line_shift);
}

static int32_t advance(const rw_list *list, rw_list_query *query, query_state *state, const uint8_t *bytes) {
    uint32_t stage = state->stage;

    state->stage = STAGE_DONE;
    switch (stage) {
    case STAGE_FRONT:
        return front_may_hold(list, bytes, state->probes) ? ask_node(list, query, state) : RW_LIST_ABSENT;
    case STAGE_NODE:
        return find_block(list, query, state, bytes);
    case STAGE_BLOCK:
        return search_block(list, query, state, bytes);
    default:
        return RW_ERR_ARGUMENT;
    }
}

int32_t rw_list_begin(const rw_list *list, rw_list_query *query, uint64_t key) {
    query_state state;
    int32_t result;

    if (list == NULL || query == NULL)
        return RW_ERR_ARGUMENT;
    memset(query, 0, sizeof *query);
    if (list->tag != LIST_TAG || (list->nodes > 1 && !list->top_loaded))
        return RW_ERR_ARGUMENT;
    memset(&state, 0, sizeof state);
    state.key = key;
    result = begin(list, query, &state);
    memcpy(query->words, &state, sizeof state);
    return result;
}

int32_t rw_list_next(const rw_list *list, rw_list_query *query, const uint8_t *bytes, size_t length) {
    query_state state;
    int32_t result;

    if (list == NULL || query == NULL || bytes == NULL || length != query->length || list->tag != LIST_TAG)
        return RW_ERR_ARGUMENT;
    memcpy(&state, query->words, sizeof state);
    result = advance(list, query, &state, bytes);
    memcpy(query->words, &state, sizeof state);
    return result;
}

int32_t rw_list_lookup(const rw_list *list, const uint8_t *file, size_t file_size, uint64_t key, uint32_t *category) {
    rw_list_query query;
    int32_t result;

    if (file == NULL || category == NULL)
        return RW_ERR_ARGUMENT;
    result = rw_list_begin(list, &query, key);
    while (result == RW_LIST_READ) {
        if (query.offset > file_size || query.length > file_size - query.offset)
            return RW_ERR_LENGTH;
        result = rw_list_next(list, &query, file + query.offset, query.length);
    }
    if (result == RW_LIST_LISTED)
        *category = query.category;
    return result;
}
