/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists for the C tests: a header put together by hand from docs/FORMATS.md, sections by the library's own encoder and front.
 * (tests/host/rwl_decoder.py is the reader that shares no code with the library.) Keys must be sorted and distinct.
 * Everything is in memory; a test that asks for too much aborts.
 */
#ifndef LIST_MAKER_H
#define LIST_MAKER_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list_private.h"
#include "ringwarden/list.h"

#define MAKER_ABORT() (fprintf(stderr, "list_maker.h:%d\n", __LINE__), abort())
#define MAKER_MAX (1u << 21)

typedef struct {
    const uint64_t *keys;
    const uint8_t *categories; /* each below 4 */
    uint32_t count;
    uint32_t line_shift; /* 0: no front */
    uint32_t items;      /* of a block */
    uint32_t blocks;     /* of a node */
    uint32_t run_min;
    uint32_t contexts;
    uint32_t same;
    uint32_t fixed; /* probabilities do not learn */
} maker_plan;

typedef struct {
    uint8_t bytes[MAKER_MAX];
    uint32_t size;
    uint32_t header;
} maker_file;

typedef struct {
    uint8_t body[MAKER_MAX / 2], index[MAKER_MAX / 8], top[RW_LIST_TOP_MAX];
    uint64_t node_first[4096];
    uint32_t body_length, index_length, top_length, nodes, last_keys;
} maker_sections;

static void put(uint8_t *p, uint64_t value, uint32_t bytes) {
    for (; bytes; bytes--, value >>= 8)
        *p++ = (uint8_t)value;
}

static uint64_t maker_mix(uint64_t z) {
    z ^= z >> 30;
    z *= 0xbf58476d1ce4e5b9u;
    z ^= z >> 27;
    z *= 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static void maker_seal(maker_file *file) {
    uint32_t length = file->bytes[10] | (uint32_t)file->bytes[11] << 8;
    put(file->bytes + length - 4, rw_crc32(0, file->bytes, length - 4), 4);
}

/* Fixed part and tables; the directory has `sections` entries that are filled in later. */
static void maker_header(const maker_plan *plan, maker_file *file, uint32_t sections) {
    uint8_t *h = file->bytes;
    uint32_t at = 64u + 12u * sections, low = 63, high = 0, i;

    memset(file, 0, sizeof *file);
    for (i = 1; i < plan->count; i++) {
        uint32_t class = rw_list_class(plan->keys[i] - plan->keys[i - 1]);
        low = class < low ? class : low;
        high = class > high ? class : high;
    }
    memcpy(h, "\x89RWL\r\n\x1a\n", 8);
    put(h + 8, 2, 2);
    put(h + 16, plan->count, 4);
    memcpy(h + 20, "CN", 2);
    h[22] = 2;
    h[23] = (uint8_t)sections;
    h[44] = (uint8_t)(plan->line_shift ? plan->line_shift : 6);
    h[45] = 5;
    if (plan->count) {
        put(h + 24, plan->keys[0], 8);
        put(h + 32, plan->items, 2);
        put(h + 34, plan->run_min ? 4000 : plan->items, 2);
        put(h + 36, plan->blocks, 2);
        put(h + 40, 1000000, 4);
        h[49] = (uint8_t)(1u | (plan->same ? 2u : 0));
        h[50] = (uint8_t)plan->contexts;
        h[51] = (uint8_t)plan->run_min;
        h[53] = (uint8_t)(low > high ? high : low);
        h[54] = (uint8_t)high;
        h[57] = h[59] = 30;
        if (plan->fixed)
            memset(h + 56, 255, 4);
        for (i = 1; i < plan->contexts; i++)
            h[at++] = (uint8_t)(8u * i);
        put(h + at, 15, 4); /* categories 0 to 3, two bits each */
        put(h + at + 4, 0x2222, 2);
        at += 6;
    }
    file->header = at + 4;
    put(h + 10, file->header, 2);
    put(h + 12, file->header, 4);
}

static uint32_t maker_section(maker_file *file, uint32_t entry, uint32_t type, uint32_t at, uint32_t length) {
    uint8_t *p = file->bytes + 64 + 12 * entry;

    put(p, type, 2);
    put(p + 4, length, 4);
    put(p + 8, rw_crc32(0, file->bytes + at, length), 4);
    return at + length;
}

static void maker_take(rw_list_encoder *e, maker_sections *s) {
    uint8_t *to[3];
    uint32_t i;

    to[RW_LIST_OUT_BODY] = s->body + s->body_length;
    to[RW_LIST_OUT_INDEX] = s->index + s->index_length;
    to[RW_LIST_OUT_TOP] = s->top + s->top_length;
    for (i = 0; i < 3; i++)
        memcpy(to[i], e->ready[i].bytes, e->ready[i].length);
    s->body_length += e->ready[RW_LIST_OUT_BODY].length;
    s->index_length += e->ready[RW_LIST_OUT_INDEX].length;
    s->top_length += e->ready[RW_LIST_OUT_TOP].length;
    if (s->body_length > sizeof s->body - 4096 || s->index_length > sizeof s->index - 4096 || s->top_length > sizeof s->top - 64)
        MAKER_ABORT();
    rw_list_encoder_taken(e);
}

/* The sections as the encoder writes them for an opened header. */
static void maker_encode(const maker_plan *plan, const rw_list *list, maker_sections *s) {
    size_t size = rw_list_encoder_size(list);
    rw_list_encoder *e = malloc(size);
    uint32_t i;
    int32_t state;

    memset(s, 0, sizeof *s);
    if (rw_list_encoder_begin(e, size, list) != 0)
        MAKER_ABORT();
    for (i = 0; i < plan->count; i++) {
        if (rw_list_encoder_add(e, plan->keys[i], plan->categories[i]) != 0)
            MAKER_ABORT();
        if (e->node < 4096)
            s->node_first[e->node] = e->node_first;
        maker_take(e, s);
    }
    do {
        state = rw_list_encoder_end(e);
        if (state < 0)
            MAKER_ABORT();
        if (e->node < 4096)
            s->node_first[e->node] = e->node_first;
        maker_take(e, s);
    } while (state == RW_LIST_READ);
    s->nodes = e->node;
    s->last_keys = e->model.keys;
    free(e);
}

/* The header's numbers that are known only when everything was coded once. */
static void maker_widths(const maker_plan *plan, maker_file *file, const maker_sections *s) {
    uint8_t *h = file->bytes;

    put(h + 60, s->nodes, 2);
    put(h + 62, s->last_keys, 2);
    h[46] = (uint8_t)(s->nodes > 1 ? rw_list_class(s->node_first[s->nodes - 1] - plan->keys[0]) + 1u : 0);
    h[47] = (uint8_t)(s->nodes > 1 ? rw_list_class(s->body_length) + 1u : 0);
    h[48] = (uint8_t)(s->nodes > 1 ? rw_list_class(s->index_length) + 1u : 0);
}

static void maker_code(const maker_plan *plan, maker_file *file, maker_sections *s) {
    rw_list list;
    uint32_t round;

    memset(s, 0, sizeof *s);
    s->nodes = s->last_keys = 1;
    for (round = 0; round < 2; round++) { /* once to learn the widths, once with them */
        maker_widths(plan, file, s);
        memset(&list, 0, sizeof list);
        list.tag = LIST_TAG;
        list.count = plan->count;
        list.base = plan->keys[0];
        list.nodes = (uint16_t)(round ? s->nodes : 2);
        list.key_width = file->bytes[46];
        list.body_width = file->bytes[47];
        list.index_width = file->bytes[48];
        if (rw_list_take_tables(&list, file->bytes, 64u + 12u * file->bytes[23], file->header - 4u) != 0)
            MAKER_ABORT();
        maker_encode(plan, &list, s);
    }
}

static void maker_front(const maker_plan *plan, maker_file *file, const maker_sections *s, uint32_t at, uint32_t length) {
    rw_list list;
    uint32_t i, node = 0;

    if (rw_list_open(&list, sizeof list, file->bytes, file->header, file->size) != 0)
        MAKER_ABORT();
    for (i = 0; i < plan->count; i++) {
        while (node + 1 < s->nodes && plan->keys[i] >= s->node_first[node + 1])
            node++;
        rw_list_front_set(&list, node, plan->keys[i], file->bytes + at, 0, length);
    }
}

static void make_list(const maker_plan *plan, maker_file *file) {
    static maker_sections s;
    uint32_t lines = plan->line_shift && plan->count ? plan->count * 8u / (8u << plan->line_shift) + 1u : 0;
    uint32_t node_lines = 0, front_at = 0, entry = 0, at, front;
    uint32_t sections = plan->count ? 5u : 1u;

    maker_header(plan, file, sections);
    if (plan->count) {
        maker_code(plan, file, &s);
        sections = 2u + (lines != 0) + (s.index_length != 0) + (s.nodes > 1);
        maker_header(plan, file, sections);
        maker_widths(plan, file, &s);
        if (lines) {
            node_lines = lines / s.nodes + 1u;
            lines = node_lines * s.nodes;
        }
        put(file->bytes + 38, node_lines, 2);
    }
    at = file->header;
    memcpy(file->bytes + at, "whatever comes later", 20); /* a section of a type that this version does not know */
    at = maker_section(file, entry++, 77, at, 20);
    front = lines << plan->line_shift;
    if (plan->count && s.nodes > 1) {
        memcpy(file->bytes + at, s.top, s.top_length);
        at = maker_section(file, entry++, 7, at, s.top_length);
    }
    if (lines) {
        front_at = at;
        at = maker_section(file, entry++, 1, at, front);
    }
    if (plan->count && s.index_length) {
        memcpy(file->bytes + at, s.index, s.index_length);
        at = maker_section(file, entry++, 2, at, s.index_length);
    }
    if (plan->count) {
        memcpy(file->bytes + at, s.body, s.body_length);
        at = maker_section(file, entry++, 3, at, s.body_length);
    }
    file->size = at;
    put(file->bytes + 12, at, 4);
    maker_seal(file);
    if (lines) {
        maker_front(plan, file, &s, front_at, front);
        maker_section(file, 1u + (s.nodes > 1), 1, front_at, front);
        maker_seal(file);
    }
}

#endif
