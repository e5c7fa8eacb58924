/* SPDX-License-Identifier: Apache-2.0 */
/* The front: each node of the index has its own lines, in one of which each of its numbers sets a few bits. */
#include "list_private.h"

#define GOLDEN 0x9e3779b97f4a7c15u

uint64_t rw_list_hash(uint64_t key, uint32_t nth) {
    uint64_t z = key + nth * GOLDEN;

    z ^= z >> 30;
    z *= 0xbf58476d1ce4e5b9u;
    z ^= z >> 27;
    z *= 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void rw_list_front_part(const rw_list *list, uint32_t node, uint32_t *offset, uint32_t *length) {
    uint32_t part = (uint32_t)list->node_lines << list->line_shift;

    *offset = node * part;
    *length = node + 1u < list->nodes ? part : list->front_length - *offset;
}

void rw_list_front_set(const rw_list *list, uint32_t node, uint64_t key, uint8_t *window, uint32_t offset, uint32_t length) {
    uint32_t at, size, i, width = list->line_shift + 3u;
    uint64_t bits;

    if (list->front_length == 0 || node >= list->nodes)
        return;
    rw_list_front_part(list, node, &at, &size);
    at += rw_list_line(key, size >> list->line_shift) << list->line_shift;
    bits = rw_list_hash(key, 2);
    for (i = 0; i < list->probes; i++, bits >>= width) {
        uint32_t bit = (uint32_t)bits & ((1u << width) - 1u);
        uint32_t place = at + (bit >> 3);
        if (place >= offset && place - offset < length)
            window[place - offset] |= (uint8_t)(1u << (bit & 7u));
    }
}
