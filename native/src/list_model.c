/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the numbers of a block. */
#include "list_private.h"

void rw_list_model_begin(const rw_list_coding *coding, rw_list_model *model) {
    rw_rc_bit gap = rw_rc_start(0, coding->gap_count), category = rw_rc_start(0, coding->category_count);
    uint32_t i;

    for (i = 0; i < coding->at_category; i++) {
        gap.zero = coding->start[i];
        model->bit[i] = gap;
    }
    for (; i < coding->bits; i++) {
        category.zero = coding->start[i];
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

static inline uint32_t tree_get(const rw_list_tree *tree, rw_rc_bit *bits, rw_rc_decoder *rc, uint32_t limit) {
    uint32_t node = 0;

    if (tree->nodes == 0)
        return tree->only;
    do
        node = tree->child[2u * node + rw_rc_decode(rc, &bits[node], limit)];
    while (!(node & TREE_LEAF));
    return node & ~TREE_LEAF;
}

/* `class` bits below a one: the first of them modelled when `half` is there, the others plain. */
static inline uint64_t tail_get(rw_rc_decoder *rc, rw_rc_bit *half, uint32_t limit, uint32_t class) {
    uint64_t value = 1;

    if (half && class) {
        value = 2u | rw_rc_decode(rc, half, limit);
        class--;
    }
    while (class) {
        uint32_t width = class > RW_RC_PLAIN ? RW_RC_PLAIN : class;
        value = value << width | rw_rc_decode_plain(rc, width);
        class -= width;
    }
    return value;
}

static inline uint32_t category_get(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc) {
    rw_rc_bit *bits = model->bit;

    if (coding->same && model->items) {
        model->same = (uint8_t)!rw_rc_decode(rc, &bits[coding->at_same + model->same], coding->category_limit);
        if (model->same)
            return model->category;
    }
    return tree_get(&coding->categories, bits + coding->at_category, rc, coding->category_limit);
}

static inline uint32_t run_get(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc) {
    rw_rc_bit *bits = model->bit + coding->at_run;
    uint32_t class = 0;

    while (class < RUN_CLASSES - 1u && rw_rc_decode(rc, &bits[class], coding->gap_limit))
        class++;
    return (uint32_t)tail_get(rc, &bits[RUN_CLASSES + class], coding->gap_limit, class) - 1u + coding->run_min;
}

void rw_list_block_begin(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, uint64_t first) {
    rw_list_model_begin(coding, model);
    model->key = first;
    model->category = (uint8_t)category_get(coding, model, rc);
    model->items = 1;
    model->keys = 1;
}

int32_t rw_list_scan(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *from, uint64_t target, uint32_t items,
                     uint32_t keys) {
    rw_rc_decoder rc = *from; /* a copy that no pointer leads to may live in registers */

    while (model->key < target && model->items < items && model->keys < keys) {
        uint32_t symbol = tree_get(&coding->gaps, model->bit + (uint32_t)coding->gaps.nodes * model->context, &rc,
                                   coding->gap_limit);
        uint32_t count = 1;

        model->repeat = 0;
        if (symbol == SYMBOL_RUN) {
            count = run_get(coding, model, &rc);
            if (model->gap == 0 || count > keys - model->keys || KEY_LIMIT / model->gap < count)
                return RW_ERR_FORMAT;
            model->repeat = count;
            model->key += model->gap * count;
            model->context = coding->contexts;
        } else {
            uint32_t class = symbol;

            if (symbol < RW_LIST_CLASSES) {
                rw_rc_bit *half = coding->halves ? &model->bit[coding->at_half + symbol - coding->low] : NULL;
                model->gap = tail_get(&rc, half, coding->gap_limit, symbol);
            } else {
                model->gap = coding->gap[symbol - SYMBOL_POPULAR];
                class = rw_list_class(model->gap);
            }
            model->key += model->gap;
            model->context = rw_list_context(coding, class);
            model->category = (uint8_t)category_get(coding, model, &rc);
        }
        model->items++;
        model->keys += count;
        if (model->key >= KEY_LIMIT)
            return RW_ERR_FORMAT;
    }
    *from = rc;
    return 0;
}
