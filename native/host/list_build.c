/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "list_build.h"
#include "list_private.h"

#define BEHIND_RUN 50u
#define SYMBOLS 51u

int32_t rw_host_list_statistics(const uint64_t *keys, const uint8_t *categories, uint32_t n, uint32_t run_min, uint32_t *pairs,
                                uint32_t *popular, uint32_t popular_size) {
    uint32_t before = 0, i = 1;

    while (i < n) {
        uint64_t gap = keys[i] - keys[i - 1u];
        uint32_t end = i + 1u, class = rw_list_class(gap);

        if (keys[i] <= keys[i - 1u])
            return RW_ERR_ARGUMENT;
        pairs[SYMBOLS * before + class]++;
        before = class;
        if (gap < popular_size)
            popular[gap]++;
        if (run_min) {
            while (end < n && keys[end] - keys[end - 1u] == gap && categories[end] == categories[i])
                end++;
            if (end - i - 1u >= run_min) {
                pairs[SYMBOLS * before + BEHIND_RUN]++;
                before = BEHIND_RUN;
                i = end - 1u;
            }
        }
        i++;
    }
    return 0;
}

/* What the encoder has ready, to where it belongs; 0 when there is no room. */
typedef struct {
    uint8_t *bytes;
    size_t size, length;
} sink;

static int drain(rw_list_encoder *e, sink *sinks) {
    uint32_t i;

    for (i = 0; i < 3u; i++) {
        if (e->ready[i].length > sinks[i].size - sinks[i].length)
            return 0;
        memcpy(sinks[i].bytes + sinks[i].length, e->ready[i].bytes, e->ready[i].length);
        sinks[i].length += e->ready[i].length;
    }
    rw_list_encoder_taken(e);
    return 1;
}

static int32_t add_all(rw_list_encoder *e, const uint64_t *keys, const uint8_t *categories, uint32_t n, sink *sinks,
                       rw_host_list_result *result) {
    uint32_t i, blocks = 0, body = 0;
    int32_t state = 0;

    for (i = 0; i <= n; i++) {
        do {
            state = i < n ? rw_list_encoder_add(e, keys[i], categories[i]) : rw_list_encoder_end(e);
            if (state < 0)
                return state;
            if (e->body_length != body) {
                blocks++;
                if (e->body_length - body > result->longest_block)
                    result->longest_block = e->body_length - body;
                body = e->body_length;
            }
            if (!drain(e, sinks))
                return RW_ERR_SIZE;
        } while (state == RW_LIST_READ);
    }
    result->blocks = blocks;
    return 0;
}

int32_t rw_host_list_encode(const uint8_t *header, size_t header_length, uint64_t file_size, const uint64_t *keys,
                            const uint8_t *categories, uint32_t n, uint8_t *body, size_t body_size, uint8_t *index,
                            size_t index_size, uint64_t *node_keys, uint32_t *node_bodies, uint32_t *node_indices,
                            uint32_t nodes_max, uint32_t *visits, rw_host_list_result *result) {
    rw_list list;
    rw_list_encoder *e;
    sink sinks[3];
    size_t size;
    int32_t error = rw_list_open(&list, sizeof list, header, header_length, file_size);
    uint32_t i;

    if (error < 0)
        return error;
    list.nodes = 2; /* the top is wanted whatever the header says, with room for any value */
    list.key_width = KEY_BITS;
    list.body_width = list.index_width = 32;
    size = rw_list_encoder_size(&list);
    e = malloc(size);
    sinks[RW_LIST_OUT_BODY].bytes = body, sinks[RW_LIST_OUT_BODY].size = body_size;
    sinks[RW_LIST_OUT_INDEX].bytes = index, sinks[RW_LIST_OUT_INDEX].size = index_size;
    sinks[RW_LIST_OUT_TOP].size = (size_t)nodes_max * 15u + 16u;
    sinks[RW_LIST_OUT_TOP].bytes = malloc(sinks[RW_LIST_OUT_TOP].size);
    for (i = 0; i < 3u; i++)
        sinks[i].length = 0;
    memset(result, 0, sizeof *result);
    error = e && sinks[RW_LIST_OUT_TOP].bytes ? rw_list_encoder_begin(e, size, &list) : RW_ERR_SIZE;
    if (error == 0) {
        e->visits = visits;
        error = add_all(e, keys, categories, n, sinks, result);
    }
    if (error == 0 && e->node > nodes_max)
        error = RW_ERR_SIZE;
    if (error == 0) {
        result->nodes = e->node;
        result->last_keys = e->model.keys;
        result->body_length = (uint32_t)sinks[RW_LIST_OUT_BODY].length;
        result->index_length = (uint32_t)sinks[RW_LIST_OUT_INDEX].length;
        for (i = 0; i < e->node; i++) {
            rw_list_entry entry;
            rw_list_entry_get(&list, sinks[RW_LIST_OUT_TOP].bytes, i * rw_list_entry_bits(&list), &entry);
            node_keys[i] = entry.key;
            node_bodies[i] = entry.body;
            node_indices[i] = entry.index;
        }
    }
    free(sinks[RW_LIST_OUT_TOP].bytes);
    free(e);
    return error;
}

int32_t rw_host_list_front(const uint8_t *header, size_t header_length, uint64_t file_size, const uint64_t *keys, uint32_t n,
                           const uint64_t *node_keys, uint8_t *front, size_t front_length) {
    rw_list list;
    uint32_t i, node = 0;
    int32_t error = rw_list_open(&list, sizeof list, header, header_length, file_size);

    if (error < 0)
        return error;
    if (front_length != list.front_length)
        return RW_ERR_ARGUMENT;
    for (i = 0; i < n; i++) {
        while (node + 1u < list.nodes && keys[i] >= node_keys[node + 1u])
            node++;
        rw_list_front_set(&list, node, keys[i], front, 0, list.front_length);
    }
    return 0;
}

int64_t rw_host_list_dump(const uint8_t *file, size_t size, uint64_t *keys, uint8_t *categories, uint32_t room) {
    rw_list list;
    rw_list_walk *walk;
    int32_t state = rw_list_open(&list, sizeof list, file, size < RW_LIST_HEADER_MAX ? size : RW_LIST_HEADER_MAX, size);
    uint32_t n = 0;

    if (state < 0)
        return state;
    if (list.count > room)
        return RW_ERR_SIZE;
    walk = malloc(sizeof *walk);
    if (walk == NULL)
        return RW_ERR_SIZE;
    rw_list_walk_begin(&list, walk);
    while ((state = rw_list_walk_next(&list, walk)) > 0) {
        if (state == RW_LIST_READ) {
            rw_list_walk_feed(walk, file + walk->offset, walk->length);
        } else if (n < room) {
            keys[n] = walk->key;
            categories[n++] = (uint8_t)walk->category;
        }
    }
    free(walk);
    return state < 0 ? state : (int64_t)n;
}

/* A list that is opened with its top, in memory that the caller frees. */
static rw_list *opened(const uint8_t *file, size_t size, int32_t *error) {
    size_t header = size < RW_LIST_HEADER_MAX ? size : RW_LIST_HEADER_MAX;
    int32_t memory = rw_list_memory(file, header);
    rw_list *list;
    uint32_t offset, length;

    *error = memory < 0 ? memory : RW_ERR_SIZE;
    list = memory < 0 ? NULL : malloc((size_t)memory);
    if (list == NULL)
        return NULL;
    *error = rw_list_open(list, (size_t)memory, file, header, size);
    if (*error == 0) {
        rw_list_top(list, &offset, &length);
        *error = rw_list_load_top(list, (size_t)memory, file + offset, length);
    }
    if (*error == 0)
        return list;
    free(list);
    return NULL;
}

int32_t rw_host_list_lookups(const uint8_t *file, size_t size, const uint64_t *keys, uint32_t n, uint8_t *found, uint8_t *reads) {
    int32_t error;
    rw_list *list = opened(file, size, &error);
    rw_list_query query;
    uint32_t i;

    for (i = 0; list != NULL && i < n; i++) {
        int32_t state = rw_list_begin(list, &query, keys[i]);
        while (state == RW_LIST_READ)
            state = rw_list_next(list, &query, file + query.offset, query.length);
        if (state < 0) {
            error = state;
            break;
        }
        found[i] = state == RW_LIST_LISTED ? (uint8_t)query.category : 255;
        reads[i] = (uint8_t)query.reads;
    }
    free(list);
    return error;
}
