/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small, plain maker of lists for the C tests, written from docs/FORMATS.md and independent of the Python builder.
 * Keys must be sorted and distinct. Everything is in memory; a test that asks for too much aborts.
 */
#ifndef LIST_MAKER_H
#define LIST_MAKER_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ringwarden/list.h"

#define MAKER_MAX (1u << 21)

typedef struct {
    const uint64_t *keys;
    const uint8_t *categories; /* each below 4: codes of 2 bits */
    uint32_t count;
    uint32_t line_shift;  /* 0: no front */
    uint32_t levels;      /* of index below the root */
    uint32_t keys_a_block;
    uint32_t fanout;      /* children of a node */
} maker_plan;

typedef struct {
    uint8_t bytes[MAKER_MAX];
    uint32_t size;
} maker_file;

static void put(uint8_t *p, uint64_t value, uint32_t bytes) {
    for (; bytes; bytes--, value >>= 8)
        *p++ = (uint8_t)value;
}

static void put_bit(uint8_t *p, uint32_t *position, uint32_t bit) {
    if (bit)
        p[*position >> 3] |= (uint8_t)(0x80u >> (*position & 7u));
    ++*position;
}

static void put_bits(uint8_t *p, uint32_t *position, uint64_t value, uint32_t width) {
    while (width--)
        put_bit(p, position, (uint32_t)(value >> width & 1u));
}

static uint64_t maker_mix(uint64_t z) {
    z ^= z >> 30;
    z *= 0xbf58476d1ce4e5b9u;
    z ^= z >> 27;
    z *= 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void maker_front(const maker_plan *plan, uint8_t *front, uint32_t lines, uint32_t probes) {
    uint32_t width = plan->line_shift + 3u;
    uint32_t i, j;

    for (i = 0; i < plan->count; i++) {
        uint64_t line = (maker_mix(plan->keys[i] + 0x9e3779b97f4a7c15u) >> 32) * lines >> 32;
        uint64_t hash = maker_mix(plan->keys[i] + 0x3c6ef372fe94f82au);
        for (j = 0; j < probes; j++, hash >>= width) {
            uint32_t bit = (uint32_t)(hash % (1u << width));
            front[(line << plan->line_shift) + bit / 8u] |= (uint8_t)(1u << bit % 8u);
        }
    }
}

/* One block of `n` keys in 1,024 bytes; returns the bytes used. */
static uint32_t maker_block(const uint64_t *keys, const uint8_t *categories, uint32_t n, uint8_t *out) {
    uint32_t position = 24, i, parameter = 0;

    while (n > 1 && parameter < 45 && (keys[n - 1] - keys[0]) / n >> parameter > 1)
        parameter++;
    put(out, n, 2);
    out[2] = (uint8_t)parameter;
    for (i = 1; i < n; i++) {
        uint64_t gap = keys[i] - keys[i - 1] - 1u;
        uint64_t quotient = gap >> parameter;
        if (quotient < 12) {
            put_bits(out, &position, 1, (uint32_t)quotient + 1u);
            put_bits(out, &position, gap, parameter);
        } else {
            uint32_t width = 0;
            while (gap >> width)
                width++;
            put_bits(out, &position, width, 12 + 6);
            put_bits(out, &position, gap, width);
        }
        if (position > 8000)
            abort();
    }
    for (i = 0; i < n; i++)
        put_bits(out, &position, categories[i], 2);
    if (position > 8192)
        abort();
    return (position + 7u) / 8u;
}

/* A node over children first_child..+n whose first keys are `firsts`; returns the bytes used. */
static uint32_t maker_node(const uint64_t *firsts, uint32_t n, uint32_t first_child, uint8_t *out) {
    uint32_t width = 0, position = 0, i;

    while (n > 1 && (firsts[n - 1] - firsts[0]) >> width)
        width++;
    put(out, firsts[0], 8);
    put(out + 8, first_child, 4);
    put(out + 12, n, 2);
    out[14] = (uint8_t)width;
    out[15] = 0;
    for (i = 1; i < n; i++)
        put_bits(out + 16, &position, firsts[i] - firsts[0], width);
    return 16u + (position + 7u) / 8u;
}

static void maker_seal(maker_file *file) {
    uint32_t length = file->bytes[10] | (uint32_t)file->bytes[11] << 8;
    put(file->bytes + length - 4, rw_crc32(0, file->bytes, length - 4), 4);
}

static uint32_t maker_section(maker_file *file, uint32_t entry, uint32_t type, uint32_t at, uint32_t length) {
    uint8_t *p = file->bytes + 48 + 16 * entry;

    put(p, type, 2);
    put(p + 4, at, 4);
    put(p + 8, length, 4);
    put(p + 12, rw_crc32(0, file->bytes + at, length), 4);
    return at + length;
}

/* `levels` + root: every node has 1,024 bytes but the last; levels stand top down, the last one over the blocks. */
static uint32_t maker_index(const maker_plan *plan, uint64_t *firsts, uint32_t blocks, uint8_t *index, uint8_t *root,
                            uint32_t *root_length) {
    uint32_t above[2] = {0, 0}; /* nodes of each level, counted from the blocks up */
    uint32_t level, i, n = blocks, length = 0;

    for (level = 0; level < plan->levels; level++)
        above[level] = n = (n + plan->fanout - 1u) / plan->fanout;
    for (n = blocks, level = 0; level < plan->levels; level++) {
        uint32_t at = level + 1u < plan->levels ? above[1] : 0; /* the lowest level stands behind the upper one */
        uint32_t child_at = level == 0 ? 0 : above[1];
        for (i = 0; i < above[level]; i++) {
            uint32_t from = i * plan->fanout;
            uint32_t children = n - from < plan->fanout ? n - from : plan->fanout;
            uint32_t used = maker_node(firsts + from, children, child_at + from, index + 1024u * (at + i));
            if (at + i + 1u == above[0] + above[1])
                length = 1024u * (at + i) + used;
        }
        for (i = 0; i < above[level]; i++)
            firsts[i] = firsts[i * plan->fanout];
        n = above[level];
    }
    if (n > 16)
        abort();
    *root_length = n ? maker_node(firsts, n, 0, root) : 0;
    return length;
}

static void make_list(const maker_plan *plan, maker_file *file) {
    static uint64_t firsts[MAKER_MAX / 256];
    static uint8_t index[MAKER_MAX], root[256];
    uint32_t blocks = 0, body = 0, i, at = 256, entry = 0, root_length = 0, index_length, root_at;
    uint32_t lines = plan->line_shift && plan->count ? plan->count * 8u / (8u << plan->line_shift) + 1u : 0;
    uint32_t sections = 1u + (lines ? 1u : 0) + (plan->levels ? 1u : 0) + (plan->count ? 1u : 0);

    memset(file, 0, sizeof *file);
    memset(index, 0, sizeof index);
    memset(root, 0, sizeof root);
    memcpy(file->bytes, "\x89RWL\r\n\x1a\n", 8);
    put(file->bytes + 8, 1, 2);
    put(file->bytes + 10, 256, 2);
    put(file->bytes + 16, plan->count, 4);
    memcpy(file->bytes + 20, "CN", 2);
    file->bytes[22] = 1;
    file->bytes[23] = (uint8_t)sections;
    file->bytes[24] = (uint8_t)(lines ? plan->line_shift : 6);
    file->bytes[25] = 5;
    file->bytes[26] = 8;
    file->bytes[27] = 10;
    file->bytes[28] = (uint8_t)plan->levels;
    file->bytes[29] = 10;
    memcpy(file->bytes + 32, "\x22\x22", 2);

    memcpy(file->bytes + at, "whatever comes later", 20); /* a section of a type that this version does not know */
    at = maker_section(file, entry++, 77, at, 20);
    if (lines) {
        maker_front(plan, file->bytes + at, lines, 5);
        at = maker_section(file, entry++, 1, at, lines << plan->line_shift);
    }
    for (i = 0; i < plan->count; i += plan->keys_a_block)
        firsts[blocks++] = plan->keys[i];
    index_length = maker_index(plan, firsts, blocks, index, root, &root_length);
    if (index_length) {
        memcpy(file->bytes + at, index, index_length);
        at = maker_section(file, entry++, 2, at, index_length);
    }
    for (i = 0; i < blocks; i++) {
        uint32_t from = i * plan->keys_a_block;
        uint32_t n = plan->count - from < plan->keys_a_block ? plan->count - from : plan->keys_a_block;
        body = 1024u * i + maker_block(plan->keys + from, plan->categories + from, n, file->bytes + at + 1024u * i);
    }
    if (body)
        at = maker_section(file, entry++, 3, at, body);
    root_at = 48u + 16u * sections;
    memcpy(file->bytes + root_at, root, root_length);
    put(file->bytes + 30, root_length, 2);
    put(file->bytes + 12, at, 4);
    file->size = at;
    maker_seal(file);
}

#endif
