/* SPDX-License-Identifier: Apache-2.0 */
/* The header of a list: everything in it is checked here, once. */
#include "list_private.h"

static const uint8_t MAGIC[8] = {0x89, 'R', 'W', 'L', 0x0d, 0x0a, 0x1a, 0x0a};

/* Magic, version, lengths and checksum: is this a whole header of ours? */
static int32_t check_envelope(const uint8_t *header, size_t length, uint64_t file_size) {
    uint32_t header_length;

    if (memcmp(header, MAGIC, length < sizeof MAGIC ? length : sizeof MAGIC) != 0)
        return RW_ERR_MAGIC;
    if (length < 12u)
        return RW_ERR_LENGTH;
    if (get16(header + 8) != FORMAT_VERSION)
        return RW_ERR_VERSION;
    header_length = get16(header + 10);
    if (header_length > file_size)
        return RW_ERR_LENGTH;
    if (header_length < FIXED_SIZE + 4u || header_length > RW_LIST_HEADER_SIZE)
        return RW_ERR_FORMAT;
    if (header_length > length)
        return RW_ERR_SIZE;
    if (rw_crc32(0, header, header_length - 4u) != get32(header + header_length - 4u))
        return RW_ERR_CHECKSUM;
    return get32(header + 12) == file_size ? 0 : RW_ERR_LENGTH;
}

/* One entry of the directory into its place in the state; sections of unknown types are none of our business. */
static int32_t take_section(list_state *state, uint32_t type, uint32_t offset, uint32_t length) {
    switch (type) {
    case SECTION_FRONT:
        if (state->front_lines != 0 || length == 0 || length & ((1u << state->line_shift) - 1u))
            return RW_ERR_FORMAT;
        state->front_offset = offset;
        state->front_lines = length >> state->line_shift;
        return 0;
    case SECTION_INDEX:
        if (state->index_length != 0 || length == 0)
            return RW_ERR_FORMAT;
        state->index_offset = offset;
        state->index_length = length;
        return 0;
    case SECTION_BODY:
        if (state->body_length != 0 || length == 0)
            return RW_ERR_FORMAT;
        state->body_offset = offset;
        state->body_length = length;
        return 0;
    default:
        return 0;
    }
}

/* Sections follow each other from the end of the header to the end of the file, so that checksums cover every byte. */
static int32_t take_directory(list_state *state, const uint8_t *header, uint32_t sections, uint32_t file_length) {
    uint32_t expected = get16(header + 10);
    uint32_t i;

    for (i = 0; i < sections; i++) {
        const uint8_t *entry = header + FIXED_SIZE + i * SECTION_SIZE;
        uint32_t offset = get32(entry + 4), length = get32(entry + 8);
        int32_t error;

        if (offset != expected || length > file_length - expected)
            return RW_ERR_LENGTH;
        error = take_section(state, get16(entry), offset, length);
        if (error < 0)
            return error;
        expected += length;
    }
    return expected == file_length ? 0 : RW_ERR_LENGTH;
}

/* Sizes that later code relies on: shifts in range, probes that the hash has bits for, reads within RW_LIST_READ_MAX. */
static int32_t check_parameters(const list_state *state) {
    int front_ok = state->line_shift >= 5 && state->line_shift <= 6 && state->probes >= 1 && state->probes <= 7;
    int node_ok = state->node_shift >= 8 && state->node_shift <= 10;
    int block_ok = state->block_shift >= 8 && state->block_shift <= 10;

    return front_ok && node_ok && block_ok && state->levels <= LEVELS_MAX ? 0 : RW_ERR_FORMAT;
}

/* Which parts must be there and which must not. */
static int32_t check_parts(const list_state *state) {
    int empty = state->count == 0;

    if (empty != (state->body_length == 0) || empty != (state->root_length == 0))
        return RW_ERR_FORMAT;
    if ((state->levels == 0) != (state->index_length == 0) || (empty && (state->levels != 0 || state->front_lines != 0)))
        return RW_ERR_FORMAT;
    return rw_list_check_code(state->code_lengths, state->count);
}

int32_t rw_list_open(rw_list *list, const uint8_t *header, size_t length, uint64_t file_size) {
    list_state state;
    uint32_t sections, root_at, root_length;
    int32_t error;

    if (list == NULL || header == NULL)
        return RW_ERR_ARGUMENT;
    memset(list, 0, sizeof *list);
    if (length > file_size)
        return RW_ERR_ARGUMENT;
    error = check_envelope(header, length, file_size);
    if (error < 0)
        return error;
    if (header[22] != CODER_RICE)
        return RW_ERR_VERSION;

    memset(&state, 0, sizeof state);
    state.count = get32(header + 16);
    state.line_shift = header[24];
    state.probes = header[25];
    state.node_shift = header[27];
    state.levels = header[28];
    state.block_shift = header[29];
    error = check_parameters(&state);
    if (error < 0)
        return error;

    sections = header[23];
    root_length = get16(header + 30);
    root_at = FIXED_SIZE + sections * SECTION_SIZE;
    if (root_length > ROOT_MAX || root_at + root_length > get16(header + 10) - 4u)
        return RW_ERR_FORMAT;
    state.root_length = (uint8_t)root_length;
    memcpy(state.root, header + root_at, root_length);
    memcpy(state.code_lengths, header + 32, CODE_LENGTHS);
    error = take_directory(&state, header, sections, (uint32_t)file_size);
    if (error == 0)
        error = check_parts(&state);
    if (error < 0)
        return error;
    state.tag = LIST_TAG;
    memcpy(list, &state, sizeof state);
    return 0;
}

uint64_t rw_list_count(const rw_list *list) {
    list_state state;

    memcpy(&state, list, sizeof state);
    return state.count;
}
