/* SPDX-License-Identifier: Apache-2.0 */
/* The tables in the header of a list that say how its numbers are coded. */
#include "list_private.h"

/* 65536 / (1 + exp(-i / 8)): the chance of a zero bit for a start byte of i from 0 up; a negative one is its mirror. */
static const uint16_t LOGISTIC[65] = {
    32768, 34813, 36843, 38841, 40793, 42687, 44511, 46254, 47911, 49474, 50941, 52310, 53581, 54754, 55834, 56822,
    57724, 58544, 59287, 59959, 60565, 61109, 61598, 62036, 62428, 62778, 63090, 63368, 63615, 63835, 64030, 64203,
    64357, 64494, 64614, 64721, 64816, 64900, 64974, 65039, 65097, 65149, 65194, 65234, 65269, 65300, 65328, 65352,
    65374, 65393, 65410, 65425, 65438, 65449, 65459, 65468, 65476, 65483, 65489, 65495, 65500, 65504, 65508, 65511,
    65514,
};

typedef struct {
    const uint8_t *bytes;
    uint32_t at, end; /* overrun: at > end */
} reader;

static uint32_t take8(reader *r) {
    uint32_t value = r->at < r->end ? r->bytes[r->at] : 0;

    r->at++;
    return value;
}

/* `n` lengths of codes, four bits each, the low half of a byte first. */
static void take_nibbles(reader *r, uint8_t *lengths, uint32_t n) {
    uint32_t i, byte = 0;

    for (i = 0; i < n; i++) {
        if (i % 2u == 0)
            byte = take8(r);
        lengths[i] = (uint8_t)(byte & 15u);
        byte >>= 4;
    }
}

/* Code lengths of a tree in which all symbols stand as high as they can: the first ones are a bit shorter. */
static void balanced(uint8_t *lengths, uint32_t n) {
    uint32_t shorter = rw_list_class(n);
    uint32_t first = (2u << shorter) - n;
    uint32_t i;

    for (i = 0; i < n; i++)
        lengths[i] = (uint8_t)(i < first ? shorter : shorter + 1u);
}

/* One leaf, `length` bits deep, into the tree: nodes that are missing on the way are made. */
static void plant(rw_list_tree *tree, uint32_t code, uint32_t length, uint32_t symbol) {
    uint32_t node = 0;

    while (length--) {
        uint8_t *child = tree->child + 2u * node + (code >> length & 1u);

        if (length == 0) {
            *child = (uint8_t)(TREE_LEAF | symbol);
        } else {
            if (*child == 0)
                *child = tree->nodes++;
            node = *child;
        }
    }
}

/*
 * The tree of a canonical code: codes ascend by length, then by symbol. `name[i]` is the symbol of lengths[i]; a length of 0
 * is a symbol that does not occur. The code must be complete. Nodes get their numbers from left to right, each before those
 * below it.
 */
static int32_t grow(rw_list_tree *tree, const uint8_t *lengths, const uint8_t *name, uint32_t n) {
    uint32_t length, i, code = 0, used = 0;

    memset(tree, 0, sizeof *tree);
    if (n == 1) {
        tree->only = name[0];
        return 0;
    }
    tree->nodes = 1;
    for (length = 1; length <= TREE_DEPTH; length++) {
        code <<= 1;
        for (i = 0; i < n; i++)
            if (lengths[i] == length) {
                if (code >> length)
                    return RW_ERR_FORMAT;
                plant(tree, code++, length, name[i]);
                used++;
            }
    }
    /* A complete code ends just behind the last one; with fewer than two symbols there is nothing to choose from. */
    return code == (uint32_t)1 << TREE_DEPTH && used >= 2u ? 0 : RW_ERR_FORMAT;
}

static int32_t take_gap_tree(rw_list_coding *coding, reader *r, uint32_t flags) {
    uint8_t lengths[RW_LIST_SYMBOLS], name[RW_LIST_SYMBOLS];
    uint32_t n = 0, i;

    for (i = coding->low; i <= coding->high; i++)
        name[n++] = (uint8_t)i;
    if (coding->run_min)
        name[n++] = SYMBOL_RUN;
    for (i = 0; i < coding->popular; i++)
        name[n++] = (uint8_t)(SYMBOL_POPULAR + i);
    if (flags & FLAG_GAP_TREE)
        take_nibbles(r, lengths, n);
    else
        balanced(lengths, n);
    return grow(&coding->gaps, lengths, name, n);
}

static int32_t take_category_tree(rw_list_coding *coding, reader *r) {
    uint8_t lengths[RW_LIST_CATEGORIES], name[RW_LIST_CATEGORIES];
    uint32_t n = 0, i, used = take8(r);

    used |= take8(r) << 8;
    used |= take8(r) << 16;
    used |= take8(r) << 24;
    for (i = 0; i < RW_LIST_CATEGORIES; i++)
        if (used >> i & 1u)
            name[n++] = (uint8_t)i;
    if (n == 0)
        return RW_ERR_FORMAT;
    if (n > 1)
        take_nibbles(r, lengths, n);
    return grow(&coding->categories, lengths, name, n);
}

/* Starts of the probabilities from `from` to `to`: a byte each, or all one half. */
static int32_t take_starts(rw_list_coding *coding, reader *r, uint32_t from, uint32_t to, uint32_t given) {
    for (; from < to; from++) {
        uint32_t byte = given ? take8(r) : 0;
        uint32_t size = byte < 128u ? byte : 256u - byte;

        if (size > 64u)
            return RW_ERR_FORMAT;
        coding->start[from] = (uint16_t)(byte < 128u ? LOGISTIC[size] : 65536u - LOGISTIC[size]);
    }
    return 0;
}

static int counts_are_right(uint32_t count, uint32_t limit) {
    if (count == RW_RC_FIXED)
        return limit == RW_RC_FIXED;
    return count <= limit && limit <= RW_RC_LIMIT;
}

/* The model's probabilities lie one behind the other: gaps of each context, halves, runs, categories, "same". */
static int32_t lay_out(rw_list_coding *coding) {
    uint32_t contexts = coding->contexts + (coding->run_min ? 1u : 0u);
    uint32_t at = contexts * coding->gaps.nodes;

    coding->at_half = (uint16_t)at;
    at += coding->halves ? coding->high - coding->low + 1u : 0u;
    coding->at_run = (uint16_t)at;
    at += coding->run_min ? RUN_BITS : 0u;
    coding->at_category = (uint16_t)at;
    at += coding->categories.nodes;
    coding->at_same = (uint16_t)at;
    at += coding->same ? 2u : 0u;
    coding->bits = (uint16_t)at;
    return at <= RW_LIST_BITS_MAX ? 0 : RW_ERR_FORMAT;
}

static int32_t take_parameters(rw_list_coding *coding, const uint8_t *header) {
    coding->items = (uint16_t)get16(header + 32);
    coding->keys = (uint16_t)get16(header + 34);
    coding->blocks = (uint16_t)get16(header + 36);
    coding->node_keys = get32(header + 40);
    coding->halves = header[49] & FLAG_HALVES;
    coding->same = (header[49] & FLAG_SAME) != 0;
    coding->contexts = header[50];
    coding->run_min = header[51];
    coding->popular = header[52];
    coding->low = header[53];
    coding->high = header[54];
    coding->gap_count = header[56];
    coding->gap_limit = header[57];
    coding->category_count = header[58];
    coding->category_limit = header[59];
    if (coding->items < 1 || coding->items > 1024 || coding->keys < coding->items || coding->blocks < 1 ||
        coding->blocks > 256 || coding->node_keys < 1)
        return RW_ERR_FORMAT;
    if (header[49] > FLAGS_ALL || coding->contexts < 1 || coding->contexts >= RW_LIST_CONTEXTS || coding->run_min > 8 ||
        coding->popular > RW_LIST_POPULAR || coding->low > coding->high || coding->high >= RW_LIST_CLASSES)
        return RW_ERR_FORMAT;
    /* Without runs an item is a key; with them blocks are so long that a number closes one at the most. */
    if (coding->run_min ? coding->items < 16 : coding->keys != coding->items)
        return RW_ERR_FORMAT;
    return counts_are_right(coding->gap_count, coding->gap_limit) &&
                   counts_are_right(coding->category_count, coding->category_limit)
               ? 0
               : RW_ERR_FORMAT;
}

int32_t rw_list_take_tables(rw_list *list, const uint8_t *header, uint32_t at, uint32_t end) {
    rw_list_coding *coding = &list->coding;
    uint32_t flags = header[49], i;
    reader r = {header, at, end};
    int32_t error = take_parameters(coding, header);

    if (error < 0)
        return error;
    for (i = 0; i + 1u < coding->contexts; i++)
        coding->threshold[i] = (uint8_t)take8(&r);
    for (i = 0; i < coding->popular; i++) {
        uint64_t gap = take8(&r);
        uint32_t shift;
        for (shift = 8; shift < 40; shift += 8)
            gap |= (uint64_t)take8(&r) << shift;
        if (gap == 0 || (i > 0 && gap <= coding->gap[i - 1u]))
            return RW_ERR_FORMAT;
        coding->gap[i] = gap;
    }
    error = take_gap_tree(coding, &r, flags);
    if (error == 0)
        error = take_category_tree(coding, &r);
    if (error == 0)
        error = lay_out(coding);
    if (error == 0)
        error = take_starts(coding, &r, 0, coding->at_category, flags & FLAG_GAP_START);
    if (error == 0)
        error = take_starts(coding, &r, coding->at_category, coding->bits, flags & FLAG_CATEGORY_START);
    if (error == 0 && r.at != end)
        error = RW_ERR_FORMAT;
    return error;
}
