/* SPDX-License-Identifier: Apache-2.0 */
/* A lookup as a chain of reads: one line of the front, index nodes from the root down, one block of the body. */
#include "list_private.h"

/* The output function of SplitMix64 (Steele, Lea, Flood 2014): every bit of the key moves every bit of the result. */
static uint64_t mix64(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

#define GOLDEN 0x9e3779b97f4a7c15u

static int32_t ask(rw_list_query *query, query_state *state, uint32_t stage, uint32_t offset, uint32_t length) {
    state->stage = stage;
    query->offset = offset;
    query->length = length;
    query->reads++;
    return RW_LIST_READ;
}

/* Ask for piece `number` of a section that is cut into pieces of 2^shift bytes, the last of which may be shorter. */
static int32_t ask_piece(rw_list_query *query, query_state *state, uint32_t stage, uint32_t number, uint32_t shift,
                         uint32_t offset, uint32_t length) {
    uint32_t size = 1u << shift;
    uint32_t left;

    if (number > (length - 1u) >> shift) /* sections are never empty: checked on opening */
        return RW_ERR_FORMAT;
    left = length - (number << shift);
    return ask(query, state, stage, offset + (number << shift), left < size ? left : size);
}

int32_t rw_list_node(const uint8_t *node, uint32_t length, uint64_t key, int exact, uint32_t *child, uint64_t *first) {
    uint64_t base;
    uint32_t count, width, shift, low, high;

    if (length < NODE_HEADER)
        return RW_ERR_FORMAT;
    base = get64(node);
    count = get16(node + 12);
    width = node[14];
    shift = node[15];
    if (base >= KEY_LIMIT || count == 0 || width > KEY_BITS || shift > (exact ? 0 : KEY_BITS - 1u))
        return RW_ERR_FORMAT;
    if ((count - 1u) * width > 8u * (length - NODE_HEADER))
        return RW_ERR_FORMAT;
    if (key < base)
        return RW_LIST_ABSENT;

    *first = base;
    low = 0; /* separator `low` is at or before the key, `high` is behind it or does not exist */
    high = count;
    while (high - low > 1u) {
        uint32_t middle = (low + high) / 2u;
        uint64_t entry = rw_list_bits(node + NODE_HEADER, (middle - 1u) * width, width);
        uint64_t separator = ((base >> shift) + entry) << shift;

        if (separator <= key) {
            low = middle;
            *first = separator;
        } else {
            high = middle;
        }
    }
    *child = get32(node + 8) + low;
    return *child < low ? RW_ERR_FORMAT : RW_LIST_READ;
}

/* From a node with `depth` levels of nodes below it to the read of its child. */
static int32_t descend(const list_state *list, rw_list_query *query, query_state *state, const uint8_t *node,
                       uint32_t length, uint32_t depth) {
    uint32_t child = 0;
    int32_t result = rw_list_node(node, length, state->key, depth == 0, &child, &state->first);

    if (result != RW_LIST_READ)
        return result;
    if (depth == 0)
        return ask_piece(query, state, STAGE_BLOCK, child, list->block_shift, list->body_offset, list->body_length);
    state->depth = depth - 1u;
    return ask_piece(query, state, STAGE_NODE, child, list->node_shift, list->index_offset, list->index_length);
}

/* Are all bits of the key set in its line? */
static int front_may_hold(const list_state *list, const uint8_t *line, uint64_t hash) {
    uint32_t width = list->line_shift + 3u;
    uint32_t i;

    for (i = 0; i < list->probes; i++) {
        uint32_t bit = (uint32_t)hash & ((1u << width) - 1u);

        if (!((uint32_t)line[bit >> 3] >> (bit & 7u) & 1u))
            return 0;
        hash >>= width;
    }
    return 1;
}

static int32_t begin(const list_state *list, rw_list_query *query, query_state *state) {
    uint64_t line;

    if (list->count == 0 || state->key >= KEY_LIMIT || state->key < get64(list->root))
        return RW_LIST_ABSENT;
    if (list->front_lines == 0)
        return descend(list, query, state, list->root, list->root_length, list->levels);
    line = (mix64(state->key + GOLDEN) >> 32) * list->front_lines >> 32;
    state->probes = mix64(state->key + 2u * GOLDEN);
    return ask(query, state, STAGE_FRONT, list->front_offset + ((uint32_t)line << list->line_shift),
               1u << list->line_shift);
}

static int32_t advance(const list_state *list, rw_list_query *query, query_state *state, const uint8_t *bytes) {
    uint32_t stage = state->stage;

    state->stage = STAGE_DONE;
    switch (stage) {
    case STAGE_FRONT:
        if (!front_may_hold(list, bytes, state->probes))
            return RW_LIST_ABSENT;
        return descend(list, query, state, list->root, list->root_length, list->levels);
    case STAGE_NODE:
        return descend(list, query, state, bytes, query->length, state->depth);
    case STAGE_BLOCK:
        return rw_list_block(bytes, query->length, state->first, state->key, list->code_lengths, &query->category);
    default:
        return RW_ERR_ARGUMENT;
    }
}

int32_t rw_list_begin(const rw_list *list, rw_list_query *query, uint64_t key) {
    list_state opened;
    query_state state;
    int32_t result;

    if (list == NULL || query == NULL)
        return RW_ERR_ARGUMENT;
    memcpy(&opened, list, sizeof opened);
    memset(query, 0, sizeof *query);
    if (opened.tag != LIST_TAG)
        return RW_ERR_ARGUMENT;
    memset(&state, 0, sizeof state);
    state.key = key;
    result = begin(&opened, query, &state);
    memcpy(query->words, &state, sizeof state);
    return result;
}

int32_t rw_list_next(const rw_list *list, rw_list_query *query, const uint8_t *bytes, size_t length) {
    list_state opened;
    query_state state;
    int32_t result;

    if (list == NULL || query == NULL || bytes == NULL || length != query->length)
        return RW_ERR_ARGUMENT;
    memcpy(&opened, list, sizeof opened);
    memcpy(&state, query->words, sizeof state);
    if (opened.tag != LIST_TAG)
        return RW_ERR_ARGUMENT;
    result = advance(&opened, query, &state, bytes);
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
