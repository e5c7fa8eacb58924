/* SPDX-License-Identifier: Apache-2.0 */
/* A list from its first number to its last, in small reads and little memory. */
#include "list_private.h"

#define STAGE_START 0u
#define STAGE_TOP 7u    /* the entry of the node, from the top */
#define STAGE_NODE 1u   /* the node's header */
#define STAGE_ENTRY 2u  /* key and length of the block */
#define STAGE_BLOCK 3u  /* the block's first bytes */
#define STAGE_MORE 4u   /* its next ones */
#define STAGE_ITEM 5u   /* nothing is missing: decode */
#define STAGE_END 6u

/* An item takes at most this many bytes: codes of 15 bits of at most 2 bytes each, a tail, a category. */
#define ITEM_MAX 64u

typedef char walk_buffer_holds_an_item[sizeof(((rw_list_walk *)0)->buffer) >= RW_LIST_WALK_READ + ITEM_MAX ? 1 : -1];

static int32_t ask(rw_list_walk *walk, uint32_t stage, uint32_t section, uint32_t section_length, uint32_t at, uint32_t length) {
    if (length == 0 || length > RW_LIST_WALK_READ || at > section_length || length > section_length - at)
        return RW_ERR_FORMAT;
    walk->stage = stage;
    walk->offset = section + at;
    walk->length = length;
    return RW_LIST_READ;
}

/* Bytes that hold `bits` bits from bit `position` on. */
static uint32_t span(uint32_t position, uint32_t bits) {
    return ((position & 7u) + bits + 7u) / 8u;
}

static int32_t ask_entry(const rw_list *list, rw_list_walk *walk) {
    uint32_t bits = rw_list_entry_bits(list), position = walk->node * bits;

    return ask(walk, STAGE_TOP, list->top_offset, list->top_length, position / 8u, span(position, bits));
}

static int32_t ask_node(const rw_list *list, rw_list_walk *walk) {
    return ask(walk, STAGE_NODE, list->index_offset, list->index_length, walk->node_at, NODE_HEADER);
}

/* The key of block i and its length stand side by side, behind the length of the first block. */
static uint32_t entry_position(const rw_list_walk *walk) {
    return walk->block ? walk->block * (walk->key_width + walk->length_width) - walk->key_width : 0;
}

static int32_t ask_piece(const rw_list *list, rw_list_walk *walk, uint32_t stage) {
    uint32_t length = walk->rest < RW_LIST_WALK_READ ? walk->rest : RW_LIST_WALK_READ;

    return ask(walk, stage, list->body_offset, list->body_length, walk->body_at, length);
}

/* The place of the block is known: its bytes next. */
static int32_t take_place(const rw_list *list, rw_list_walk *walk, const uint8_t *bytes) {
    uint32_t position = entry_position(walk) & 7u;
    uint64_t key = walk->node_first;

    if (walk->block) {
        key += rw_list_bits(bytes, position, walk->key_width);
        position += walk->key_width;
    }
    walk->rest = walk->shortest + (uint32_t)rw_list_bits(bytes, position, walk->length_width);
    if (key >= KEY_LIMIT || (walk->done && key <= walk->model.key))
        return RW_ERR_FORMAT;
    walk->model.key = key; /* kept here until the block begins */
    walk->last_block = walk->node + 1u == list->nodes && walk->block + 1u == walk->blocks;
    return ask_piece(list, walk, STAGE_BLOCK);
}

/* The next block of the node, or the next node. */
static int32_t go_on(const rw_list *list, rw_list_walk *walk) {
    uint32_t position = entry_position(walk);
    uint32_t bits = walk->length_width + (walk->block ? walk->key_width : 0);

    if (walk->block == walk->blocks) {
        if (walk->node + 1u >= list->nodes) {
            walk->stage = STAGE_END;
            return walk->from || walk->done == list->count ? RW_LIST_ABSENT : RW_ERR_FORMAT;
        }
        walk->node++;
        return ask_entry(list, walk);
    }
    if (bits == 0) /* the only block of its node, whose header has said all */
        return take_place(list, walk, walk->buffer);
    return ask(walk, STAGE_ENTRY, list->index_offset, list->index_length, walk->node_at + NODE_HEADER + position / 8u,
               span(position, bits));
}

static int32_t take_node(const rw_list *list, rw_list_walk *walk) {
    const uint8_t *node = walk->buffer;

    walk->block = 0;
    walk->blocks = node[0] + 1u;
    walk->key_width = node[1];
    walk->length_width = node[2];
    walk->shortest = get16(node + 3);
    if (walk->key_width > KEY_BITS || walk->length_width > 12 || walk->blocks > list->coding.blocks)
        return RW_ERR_FORMAT;
    return go_on(list, walk);
}

static int32_t take_entry(const rw_list *list, rw_list_walk *walk) {
    rw_list_entry entry;
    uint32_t position = walk->node * rw_list_entry_bits(list);

    rw_list_entry_get(list, walk->buffer, position & 7u, &entry);
    if (entry.key >= KEY_LIMIT || (walk->done && entry.body != walk->body_at))
        return RW_ERR_FORMAT;
    walk->node_first = entry.key;
    walk->node_at = entry.index;
    walk->body_at = entry.body;
    return ask_node(list, walk);
}

static void move_on(rw_list_walk *walk, uint32_t length) {
    walk->rest -= length;
    walk->body_at += length;
}

static int32_t begin_block(const rw_list *list, rw_list_walk *walk) {
    rw_rc_decoder_begin(&walk->rc, walk->buffer, walk->fed);
    move_on(walk, walk->fed);
    rw_list_block_begin(&list->coding, &walk->model, &walk->rc, walk->model.key);
    walk->stage = STAGE_ITEM;
    walk->key = walk->model.key;
    walk->category = walk->model.category;
    walk->done++;
    return walk->done > list->count ? RW_ERR_FORMAT : RW_LIST_LISTED;
}

/* Bytes of the block that are in the buffer and were not decoded yet. */
static uint32_t held(const rw_list_walk *walk) {
    return (uint32_t)(walk->rc.end - walk->rc.next);
}

static int32_t next_item(const rw_list *list, rw_list_walk *walk) {
    rw_list_model *model = &walk->model;
    uint32_t items = walk->last_block ? UINT32_MAX : list->coding.items;
    uint32_t keys = walk->last_block ? list->last_keys : list->coding.keys;
    int32_t error;

    if (walk->run) { /* in the middle of a run */
        walk->key += model->gap;
        walk->run--;
        walk->done++;
        return walk->done > list->count ? RW_ERR_FORMAT : RW_LIST_LISTED;
    }
    if (model->items >= items || model->keys >= keys) {
        walk->body_at += walk->rest;
        walk->rest = 0;
        walk->block++;
        return go_on(list, walk);
    }
    if (walk->rest && held(walk) < ITEM_MAX)
        return ask_piece(list, walk, STAGE_MORE);
    walk->stage = STAGE_ITEM;
    walk->key = model->key;
    error = rw_list_scan(&list->coding, model, &walk->rc, UINT64_MAX, model->items + 1u, keys);
    if (error < 0)
        return error;
    walk->run = model->repeat ? model->repeat - 1u : 0;
    walk->key += model->gap;
    walk->category = model->category;
    walk->done++;
    return walk->done > list->count ? RW_ERR_FORMAT : RW_LIST_LISTED;
}

size_t rw_list_walk_size(const rw_list *list) {
    return offsetof(rw_list_walk, model.bit) + list->coding.bits * sizeof(rw_rc_bit);
}

int32_t rw_list_walk_begin(const rw_list *list, rw_list_walk *walk) {
    return rw_list_walk_from(list, walk, 0);
}

int32_t rw_list_walk_from(const rw_list *list, rw_list_walk *walk, uint32_t node) {
    if (list == NULL || walk == NULL || list->tag != LIST_TAG || (node && node >= list->nodes))
        return RW_ERR_ARGUMENT;
    memset(walk, 0, offsetof(rw_list_walk, model.bit));
    walk->node = walk->from = node;
    walk->stage = STAGE_START;
    walk->node_first = list->base;
    return 0;
}

/* What to read first. */
static int32_t start(const rw_list *list, rw_list_walk *walk) {
    if (list->count == 0) {
        walk->stage = STAGE_END;
        return RW_LIST_ABSENT;
    }
    if (list->nodes > 1)
        return ask_entry(list, walk);
    if (list->index_length)
        return ask_node(list, walk);
    walk->blocks = 1;
    walk->rest = list->body_length;
    walk->last_block = 1;
    walk->model.key = list->base;
    return ask_piece(list, walk, STAGE_BLOCK);
}

int32_t rw_list_walk_next(const rw_list *list, rw_list_walk *walk) {
    if (list == NULL || walk == NULL || list->tag != LIST_TAG)
        return RW_ERR_ARGUMENT;
    if (walk->length) /* not fed yet */
        return RW_LIST_READ;
    switch (walk->stage) {
    case STAGE_START:
        return start(list, walk);
    case STAGE_TOP:
        return take_entry(list, walk);
    case STAGE_NODE:
        return take_node(list, walk);
    case STAGE_ENTRY:
        return take_place(list, walk, walk->buffer);
    case STAGE_BLOCK:
        return begin_block(list, walk);
    case STAGE_MORE:
        move_on(walk, walk->fed);
        return next_item(list, walk);
    case STAGE_ITEM:
        return next_item(list, walk);
    default:
        return RW_LIST_ABSENT;
    }
}

int32_t rw_list_walk_feed(rw_list_walk *walk, const uint8_t *bytes, size_t length) {
    uint32_t kept = 0;

    if (walk == NULL || bytes == NULL || length == 0 || length != walk->length)
        return RW_ERR_ARGUMENT;
    if (walk->stage == STAGE_MORE) { /* what was not decoded yet moves to the front */
        kept = held(walk);
        memmove(walk->buffer, walk->rc.next, kept);
        walk->rc.next = walk->buffer;
        walk->rc.end = walk->buffer + kept + length;
    }
    memcpy(walk->buffer + kept, bytes, length);
    walk->fed = (uint32_t)length;
    walk->length = 0;
    return 0;
}
