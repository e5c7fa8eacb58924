/* SPDX-License-Identifier: Apache-2.0 */
/* The header of a list and the top of its index: everything in them is checked here, once. */
#include "list_private.h"

static const uint8_t MAGIC[8] = {0x89, 'R', 'W', 'L', 0x0d, 0x0a, 0x1a, 0x0a};

int32_t rw_list_header_length(const uint8_t *bytes, size_t length, uint64_t file_size) {
    uint32_t header_length;

    if (bytes == NULL)
        return RW_ERR_ARGUMENT;
    if (memcmp(bytes, MAGIC, length < sizeof MAGIC ? length : sizeof MAGIC) != 0)
        return RW_ERR_MAGIC;
    if (length < 16u)
        return RW_ERR_LENGTH;
    if (get16(bytes + 8) != FORMAT_VERSION)
        return RW_ERR_VERSION;
    header_length = get16(bytes + 10);
    if (header_length > file_size)
        return RW_ERR_LENGTH;
    if (header_length < FIXED_SIZE + 4u || header_length > RW_LIST_HEADER_MAX)
        return RW_ERR_FORMAT;
    return (int32_t)header_length;
}

/* Magic, version, lengths and checksum: is this a whole header of ours? */
static int32_t check_envelope(const uint8_t *header, size_t length, uint64_t file_size) {
    int32_t header_length = rw_list_header_length(header, length, file_size);

    if (header_length < 0)
        return header_length;
    if ((uint32_t)header_length > length)
        return RW_ERR_SIZE;
    if (rw_crc32(0, header, (uint32_t)header_length - 4u) != get32(header + header_length - 4))
        return RW_ERR_CHECKSUM;
    if (get32(header + 12) != file_size)
        return RW_ERR_LENGTH;
    return header[22] == CODER_RANGE ? 0 : RW_ERR_VERSION;
}

/* A section may stand once; sections of unknown types are none of our business. */
static int32_t take_section(rw_list *list, uint32_t type, uint32_t offset, uint32_t length, uint32_t checksum) {
    uint32_t *at, *size;

    switch (type) {
    case SECTION_FRONT:
        at = &list->front_offset, size = &list->front_length;
        break;
    case SECTION_INDEX:
        at = &list->index_offset, size = &list->index_length;
        break;
    case SECTION_BODY:
        at = &list->body_offset, size = &list->body_length;
        break;
    case SECTION_RULES:
        at = &list->rules_offset, size = &list->rules_length;
        break;
    case SECTION_TOP:
        at = &list->top_offset, size = &list->top_length;
        list->top_checksum = checksum;
        break;
    default:
        return 0;
    }
    if (*size != 0 || length == 0)
        return RW_ERR_FORMAT;
    *at = offset;
    *size = length;
    return 0;
}

/* Sections follow each other from the end of the header to the end of the file, so that checksums cover every byte. */
static int32_t take_directory(rw_list *list, const uint8_t *header, uint32_t file_length) {
    uint32_t sections = header[23], at = get16(header + 10), i;

    if (FIXED_SIZE + sections * SECTION_SIZE + 4u > at)
        return RW_ERR_FORMAT;
    for (i = 0; i < sections; i++) {
        const uint8_t *entry = header + FIXED_SIZE + i * SECTION_SIZE;
        uint32_t length = get32(entry + 4);
        int32_t error;

        if (length > file_length - at)
            return RW_ERR_LENGTH;
        if (get16(entry + 2) != 0)
            return RW_ERR_FORMAT;
        error = take_section(list, get16(entry), at, length, get32(entry + 8));
        if (error < 0)
            return error;
        at += length;
    }
    return at == file_length ? 0 : RW_ERR_LENGTH;
}

/* The front has lines of one size, and each node of the index its own part of at least one line. */
static int32_t check_front(const rw_list *list) {
    uint32_t lines;

    if (list->line_shift < 5 || list->line_shift > 6 || list->probes < 1 || list->probes > 7)
        return RW_ERR_FORMAT;
    if (list->front_length == 0)
        return list->node_lines == 0 ? 0 : RW_ERR_FORMAT;
    lines = list->front_length >> list->line_shift;
    if (list->front_length & ((1u << list->line_shift) - 1u))
        return RW_ERR_FORMAT;
    return list->node_lines && (list->nodes - 1u) * (uint32_t)list->node_lines < lines ? 0 : RW_ERR_FORMAT;
}

/* Which parts must be there and which must not. */
static int32_t check_parts(const rw_list *list) {
    int empty = list->count == 0;

    if (empty)
        return list->base || list->nodes || list->last_keys || list->front_length || list->index_length ||
                       list->body_length || list->top_length || list->node_lines
                   ? RW_ERR_FORMAT
                   : 0;
    if (list->base == 0 || list->base >= KEY_LIMIT || list->body_length == 0 || list->nodes == 0 || list->last_keys == 0 ||
        list->last_keys > list->coding.keys || list->last_keys > list->count)
        return RW_ERR_FORMAT;
    if (list->key_width > KEY_BITS || list->body_width > 32 || list->index_width > 32)
        return RW_ERR_FORMAT;
    if (list->nodes == 1) {
        if (list->top_length)
            return RW_ERR_FORMAT;
    } else if (list->index_length == 0 || list->top_length > RW_LIST_TOP_MAX ||
               list->top_length != (list->nodes * rw_list_entry_bits(list) + 7u) / 8u) {
        return RW_ERR_FORMAT;
    }
    return check_front(list);
}

int32_t rw_list_memory(const uint8_t *header, size_t length) {
    rw_list list;
    int32_t error;

    if (header == NULL || length < FIXED_SIZE)
        return RW_ERR_ARGUMENT;
    error = rw_list_open(&list, sizeof list, header, length, get32(header + 12));
    return error < 0 ? error : (int32_t)(sizeof list + list.top_length);
}

int32_t rw_list_open(rw_list *list, size_t size, const uint8_t *header, size_t length, uint64_t file_size) {
    uint32_t tables;
    int32_t error;

    if (list == NULL || header == NULL || size < sizeof *list)
        return RW_ERR_ARGUMENT;
    memset(list, 0, sizeof *list);
    error = check_envelope(header, length, file_size);
    if (error < 0)
        return error;
    list->count = get32(header + 16);
    list->base = get64(header + 24);
    list->node_lines = (uint16_t)get16(header + 38);
    list->line_shift = header[44];
    list->probes = header[45];
    list->key_width = header[46];
    list->body_width = header[47];
    list->index_width = header[48];
    list->nodes = (uint16_t)get16(header + 60);
    list->last_keys = (uint16_t)get16(header + 62);
    error = take_directory(list, header, (uint32_t)file_size);
    tables = FIXED_SIZE + header[23] * SECTION_SIZE;
    if (error == 0 && list->count)
        error = rw_list_take_tables(list, header, tables, get16(header + 10) - 4u);
    if (error == 0)
        error = check_parts(list);
    if (error < 0)
        return error;
    list->tag = LIST_TAG;
    return 0;
}

void rw_list_top(const rw_list *list, uint32_t *offset, uint32_t *length) {
    *offset = list->top_offset;
    *length = list->top_length;
}

/* Entries ascend, begin at the base and at the first byte of body and index, and stay inside both. */
static int32_t check_top(const rw_list *list) {
    uint32_t i;
    rw_list_entry before = {0, 0, 0}, entry;

    for (i = 0; i < list->nodes; i++, before = entry) {
        rw_list_entry_get(list, rw_list_top_bytes(list), i * rw_list_entry_bits(list), &entry);
        if (i == 0 && (entry.key != list->base || entry.body || entry.index))
            return RW_ERR_FORMAT;
        if (i > 0 && (entry.key <= before.key || entry.body <= before.body || entry.index <= before.index))
            return RW_ERR_FORMAT;
        if (entry.key >= KEY_LIMIT || entry.body >= list->body_length || entry.index >= list->index_length)
            return RW_ERR_FORMAT;
    }
    return 0;
}

int32_t rw_list_load_top(rw_list *list, size_t size, const uint8_t *bytes, size_t length) {
    int32_t error = 0;

    if (list == NULL || list->tag != LIST_TAG || length != list->top_length || (bytes == NULL && length))
        return RW_ERR_ARGUMENT;
    if (size < sizeof *list + length)
        return RW_ERR_SIZE;
    if (length) {
        if (rw_crc32(0, bytes, length) != list->top_checksum)
            return RW_ERR_CHECKSUM;
        memcpy(list + 1, bytes, length);
        error = check_top(list);
    }
    list->top_loaded = error == 0;
    return error;
}

int rw_list_is_open(const rw_list *list, size_t size) {
    return list->tag == LIST_TAG && (!list->top_loaded || size >= sizeof *list + list->top_length);
}

uint64_t rw_list_count(const rw_list *list) {
    return list->count;
}

uint64_t rw_list_bits(const uint8_t *bytes, uint32_t position, uint32_t width) {
    uint64_t value = 0;

    bytes += position >> 3;
    position &= 7u;
    if (width == 0)
        return 0;
    value = (uint64_t)(*bytes++ & (0xffu >> position));
    position = 8u - position; /* bits in hand */
    while (position < width) {
        if (width - position < 8u)
            return value << (width - position) | *bytes >> (8u - (width - position));
        value = value << 8 | *bytes++;
        position += 8u;
    }
    return value >> (position - width);
}

void rw_list_entry_get(const rw_list *list, const uint8_t *bits, uint32_t position, rw_list_entry *entry) {
    entry->key = list->base + rw_list_bits(bits, position, list->key_width);
    position += list->key_width;
    entry->body = (uint32_t)rw_list_bits(bits, position, list->body_width);
    position += list->body_width;
    entry->index = (uint32_t)rw_list_bits(bits, position, list->index_width);
}
