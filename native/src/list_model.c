/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the numbers of a block. */
#include "list_private.h"

void rw_list_model_begin(const rw_list_coding *coding, rw_list_model *model) {
    rw_rc_bit gap = rw_rc_start(0, coding->gap_count), category = rw_rc_start(0, coding->category_count);
    uint32_t i;

    for (i = 0; i < coding->at_category; i++) {
        gap.zero = rw_list_start(coding->start[i]);
        model->bit[i] = gap;
    }
    for (; i < coding->bits; i++) {
        category.zero = rw_list_start(coding->start[i]);
        model->bit[i] = category;
    }
    model->key = 0;
    model->gap = 0;
    model->repeat = 0;
    model->keys = 0;
    model->items = 0;
    model->context = 0;
    model->category = 0;
    model->same = 0;
}

static inline uint32_t tree_get(const rw_list_tree *tree, rw_rc_bit *bits, rw_rc_decoder *rc, uint32_t limit, int steady) {
    uint32_t node = 0;

    if (tree->nodes == 0)
        return tree->only;
    do
        node = tree->child[2u * node + rw_rc_decode(rc, &bits[node], limit, steady)];
    while (!(node & TREE_LEAF));
    return node & ~TREE_LEAF;
}

/* `class` bits below a one: the first of them modelled when `half` is there, the others plain. */
static inline uint64_t tail_get(rw_rc_decoder *rc, rw_rc_bit *half, uint32_t class, uint32_t limit, int steady) {
    uint64_t value = 1;

    if (half && class) {
        value = 2u | rw_rc_decode(rc, half, limit, steady);
        class--;
    }
    while (class) {
        uint32_t width = class > RW_RC_PLAIN ? RW_RC_PLAIN : class;
        value = value << width | rw_rc_decode_plain(rc, width);
        class -= width;
    }
    return value;
}

static inline uint32_t category_get(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, int first, int steady) {
    rw_rc_bit *bits = model->bit;

    if (coding->same && !first) {
        model->same = (uint8_t)!rw_rc_decode(rc, &bits[coding->at_same + model->same], coding->category_limit, steady);
        if (model->same)
            return model->category;
    }
    return tree_get(&coding->categories, bits + coding->at_category, rc, coding->category_limit, steady);
}

static inline uint32_t run_get(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, int steady) {
    rw_rc_bit *bits = model->bit + coding->at_run;
    uint32_t class = 0;

    while (class < RUN_CLASSES - 1u && rw_rc_decode(rc, &bits[class], coding->gap_limit, steady))
        class++;
    return (uint32_t)tail_get(rc, &bits[RUN_CLASSES + class], class, coding->gap_limit, steady) - 1u + coding->run_min;
}

void rw_list_block_begin(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, uint64_t first) {
    rw_list_model_begin(coding, model);
    model->key = first;
    model->category = (uint8_t)category_get(coding, model, rc, 1, 0);
    model->items = 1;
    model->keys = 1;
}

/* The loop of rw_list_scan, compiled twice: most lists have probabilities that are at their limits from the start. */
static inline int32_t scan(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *from, uint64_t target,
                           uint32_t items, uint32_t keys, int steady) {
    rw_rc_decoder rc = *from; /* copies that no pointer leads to may live in registers */
    uint64_t key = model->key, gap = model->gap;
    uint32_t item = model->items, read = model->keys, context = model->context, repeat = model->repeat;
    rw_rc_bit *half = model->bit + coding->at_half - coding->low;

    while (key < target && item < items && read < keys) {
        uint32_t symbol = tree_get(&coding->gaps, model->bit + coding->gaps.nodes * context, &rc, coding->gap_limit, steady);
        uint32_t class = symbol;

        item++;
        if (symbol == SYMBOL_RUN) {
            repeat = run_get(coding, model, &rc, steady);
            if (gap == 0 || repeat > keys - read || (gap >> 40 && repeat > 1024u)) /* 2^50 is above any key */
                return RW_ERR_FORMAT;
            read += repeat;
            key += gap * repeat;
            context = coding->contexts;
        } else {
            if (symbol < RW_LIST_CLASSES) {
                gap = tail_get(&rc, coding->halves ? half + symbol : NULL, symbol, coding->gap_limit, steady);
            } else {
                gap = coding->gap[symbol - SYMBOL_POPULAR];
                class = rw_list_class(gap);
            }
            repeat = 0;
            read++;
            key += gap;
            context = rw_list_context(coding, class);
            model->category = (uint8_t)category_get(coding, model, &rc, 0, steady);
        }
        if (key >= KEY_LIMIT)
            return RW_ERR_FORMAT;
    }
    *from = rc;
    model->key = key;
    model->gap = gap;
    model->items = item;
    model->keys = read;
    model->context = (uint8_t)context;
    model->repeat = repeat;
    return 0;
}

int32_t rw_list_scan(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, uint64_t target, uint32_t items,
                     uint32_t keys) {
    if (coding->gap_count == coding->gap_limit && coding->category_count == coding->category_limit)
        return scan(coding, model, rc, target, items, keys, 1);
    return scan(coding, model, rc, target, items, keys, 0);
}
