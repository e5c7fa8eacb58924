/* SPDX-License-Identifier: Apache-2.0 */
/* The exact body, coder 1: gaps between sorted keys in Rice code, then the categories in a canonical prefix code. */
#include "list_private.h"

#define BLOCK_HEADER 3u /* u16 keys, u8 Rice parameter */
#define ESCAPE 12u       /* so many zeros: no quotient follows but the width of the gap, and the gap as it is */
#define WIDTH_BITS 6u
#define CATEGORIES (2u * CODE_LENGTHS)
#define CODE_MAX 15u /* bits of the longest category code */

typedef struct {
    const uint8_t *bytes;
    uint32_t position; /* in bits */
    uint32_t end;      /* in bits, a multiple of 8 */
} bit_reader;

uint64_t rw_list_bits(const uint8_t *bytes, uint32_t position, uint32_t width) {
    const uint8_t *p = bytes + (position >> 3);
    uint32_t span = (position & 7u) + width; /* at most 57, so that 8 bytes hold it */
    uint64_t value = 0;
    uint32_t taken;

    for (taken = 0; taken < span; taken += 8u)
        value = value << 8 | *p++;
    return value >> (taken - span) & (((uint64_t)1 << width) - 1u);
}

/* Zeros up to the next one, which is taken too, or ESCAPE zeros, behind which nothing is; -1 when the bits end first. */
static int32_t unary(bit_reader *reader) {
    int32_t zeros;

    for (zeros = 0; zeros < (int32_t)ESCAPE; zeros++) {
        uint32_t at = reader->position;

        if (at >= reader->end)
            return -1;
        reader->position++;
        if ((uint32_t)reader->bytes[at >> 3] << (at & 7u) & 0x80u)
            break;
    }
    return zeros;
}

/* `width` bits into *value; RW_ERR_FORMAT when the bits end first. */
static int32_t take(bit_reader *reader, uint32_t width, uint64_t *value) {
    if (reader->end - reader->position < width)
        return RW_ERR_FORMAT;
    *value = rw_list_bits(reader->bytes, reader->position, width);
    reader->position += width;
    return 0;
}

/* The next gap into *gap: 1 to 2^50 + 11 * 2^50, so that a sum of keys below 10^15 cannot overflow. */
static int32_t next_gap(bit_reader *reader, uint32_t parameter, uint64_t *gap) {
    int32_t quotient = unary(reader);
    uint64_t width = parameter, low = 0;

    if (quotient < 0)
        return RW_ERR_FORMAT;
    if (quotient == (int32_t)ESCAPE) {
        if (take(reader, WIDTH_BITS, &width) < 0 || width > KEY_BITS)
            return RW_ERR_FORMAT;
        quotient = 0;
    }
    if (take(reader, (uint32_t)width, &low) < 0)
        return RW_ERR_FORMAT;
    *gap = ((uint64_t)quotient << parameter) + low + 1u;
    return 0;
}

static uint32_t code_length(const uint8_t *code_lengths, uint32_t category) {
    return (uint32_t)code_lengths[category >> 1] >> (category & 1u ? 4 : 0) & 15u;
}

/* How many categories have codes of each length; returns how many have one at all. */
static uint32_t count_lengths(const uint8_t *code_lengths, uint32_t counts[CODE_MAX + 1u]) {
    uint32_t category, used = 0;

    memset(counts, 0, (CODE_MAX + 1u) * sizeof counts[0]);
    for (category = 0; category < CATEGORIES; category++) {
        uint32_t length = code_length(code_lengths, category);
        counts[length]++;
        used += length != 0;
    }
    counts[0] = 0;
    return used;
}

int32_t rw_list_check_code(const uint8_t *code_lengths, uint32_t count) {
    uint32_t counts[CODE_MAX + 1u];
    uint32_t used = count_lengths(code_lengths, counts);
    uint32_t length, sum = 0;

    if (used == 0)
        return count == 0 ? 0 : RW_ERR_FORMAT;
    if (used == 1)
        return counts[1] == 1 ? 0 : RW_ERR_FORMAT;
    for (length = 1; length <= CODE_MAX; length++)
        sum += counts[length] << (CODE_MAX - length);
    return sum == 1u << CODE_MAX ? 0 : RW_ERR_FORMAT;
}

/* The category with this rank when they are ordered by length of code, then by index. */
static uint32_t ranked_category(const uint8_t *code_lengths, uint32_t rank) {
    uint32_t length, category;

    for (length = 1; length <= CODE_MAX; length++)
        for (category = 0; category < CATEGORIES; category++)
            if (code_length(code_lengths, category) == length && rank-- == 0)
                return category;
    return 0;
}

/* Rank of the next category in that order, or -1 when the bits end first. */
static int32_t next_rank(bit_reader *reader, const uint32_t counts[CODE_MAX + 1u]) {
    uint32_t code = 0, first = 0, rank = 0, length;

    for (length = 1; length <= CODE_MAX && reader->position < reader->end; length++) {
        code = code << 1 | ((uint32_t)reader->bytes[reader->position >> 3] >> (7u - (reader->position & 7u)) & 1u);
        reader->position++;
        if (code - first < counts[length])
            return (int32_t)(rank + code - first);
        rank += counts[length];
        first = (first + counts[length]) << 1;
    }
    return -1;
}

/* Category of the key at `index`; the reader stands at the category of the block's first key. */
static int32_t category_at(bit_reader *reader, uint32_t index, const uint8_t *code_lengths, uint32_t *category) {
    uint32_t counts[CODE_MAX + 1u];
    int32_t rank = 0;

    if (count_lengths(code_lengths, counts) != 1) {
        do {
            rank = next_rank(reader, counts);
            if (rank < 0)
                return RW_ERR_FORMAT;
        } while (index-- != 0);
    }
    *category = ranked_category(code_lengths, (uint32_t)rank);
    return RW_LIST_LISTED;
}

int32_t rw_list_block(const uint8_t *block, uint32_t length, uint64_t first, uint64_t key, const uint8_t *code_lengths,
                      uint32_t *category) {
    bit_reader reader;
    uint32_t keys, parameter, i;
    uint32_t found;
    uint64_t current = first;

    if (length < BLOCK_HEADER || first >= KEY_LIMIT)
        return RW_ERR_FORMAT;
    keys = get16(block);
    parameter = block[2];
    if (keys == 0 || parameter > KEY_BITS)
        return RW_ERR_FORMAT;
    reader.bytes = block;
    reader.position = 8u * BLOCK_HEADER;
    reader.end = 8u * length;

    found = first == key ? 0 : keys; /* `keys` stands for: not found yet */
    for (i = 1; i < keys; i++) {
        uint64_t gap;

        if (next_gap(&reader, parameter, &gap) < 0)
            return RW_ERR_FORMAT;
        current += gap;
        if (current >= KEY_LIMIT)
            return RW_ERR_FORMAT;
        if (current > key && found == keys)
            return RW_LIST_ABSENT;
        if (current == key)
            found = i; /* go on: the categories begin behind the last gap */
    }
    return found == keys ? RW_LIST_ABSENT : category_at(&reader, found, code_lengths, category);
}
