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

#if defined(__GNUC__)
#define ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE inline
#endif

/* One decision: by a probability that learns, or, when `fixed`, by one that stays at its start and needs no memory. */
static ALWAYS_INLINE uint32_t bit_get(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, uint32_t at,
                                      uint32_t limit, int fixed) {
    return fixed ? rw_rc_decode_fixed(rc, coding->start[at]) : rw_rc_decode(rc, &model->bit[at], limit);
}

/* Down a tree whose probabilities stay: both ways on are looked up while the decision is still being made. */
static ALWAYS_INLINE uint32_t tree_get_fixed(const rw_list_tree *tree, const uint16_t *start, rw_rc_decoder *rc) {
    uint32_t node = 0;
#if RW_RC_MASKS
    uint32_t zero = start[0];

    do {
        uint32_t left = tree->child[2u * node], right = tree->child[2u * node + 1u];
        uint32_t zero_left = start[left & ~TREE_LEAF], zero_right = start[right & ~TREE_LEAF];
        uint32_t ones = 0u - rw_rc_decode_fixed(rc, zero);

        node = left ^ ((left ^ right) & ones);
        zero = zero_left ^ ((zero_left ^ zero_right) & ones);
    } while (!(node & TREE_LEAF));
#else
    do
        node = tree->child[2u * node + rw_rc_decode_fixed(rc, start[node])];
    while (!(node & TREE_LEAF));
#endif
    return node & ~TREE_LEAF;
}

static ALWAYS_INLINE uint32_t tree_get(const rw_list_coding *coding, const rw_list_tree *tree, rw_list_model *model,
                                       rw_rc_decoder *rc, uint32_t at, uint32_t limit, int fixed) {
    uint32_t node = 0;

    if (tree->nodes == 0)
        return tree->only;
    if (fixed)
        return tree_get_fixed(tree, coding->start + at, rc);
    do
        node = tree->child[2u * node + rw_rc_decode(rc, &model->bit[at + node], limit)];
    while (!(node & TREE_LEAF));
    return node & ~TREE_LEAF;
}

/* `class` plain bits behind `value`. */
static ALWAYS_INLINE uint64_t tail_get(rw_rc_decoder *rc, uint64_t value, uint32_t class) {
    for (; class > RW_RC_PLAIN; class -= RW_RC_PLAIN)
        value = value << RW_RC_PLAIN | rw_rc_decode_plain(rc, RW_RC_PLAIN);
    return value << class | rw_rc_decode_plain(rc, class);
}

static ALWAYS_INLINE uint32_t category_get(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, int first,
                                           int fixed) {
    uint32_t limit = coding->category_limit;

    if (coding->same && !first) {
        model->same = (uint8_t)!bit_get(coding, model, rc, coding->at_same + (uint32_t)model->same, limit, fixed);
        if (model->same)
            return model->category;
    }
    return tree_get(coding, &coding->categories, model, rc, coding->at_category, limit, fixed);
}

static ALWAYS_INLINE uint32_t run_get(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, int fixed) {
    uint32_t class = 0, value = 1, limit = coding->gap_limit;

    while (class < RUN_CLASSES - 1u && bit_get(coding, model, rc, coding->at_run + class, limit, fixed))
        class++;
    if (class)
        value = 2u | bit_get(coding, model, rc, coding->at_run + RUN_CLASSES + class, limit, fixed);
    return (uint32_t)tail_get(rc, value, class ? class - 1u : 0) - 1u + coding->run_min;
}

void rw_list_block_begin(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *rc, uint64_t first) {
    rw_list_model_begin(coding, model);
    model->key = first;
    model->category = (uint8_t)category_get(coding, model, rc, 1, 0);
    model->items = 1;
    model->keys = 1;
}

/* The loop of rw_list_scan, compiled twice: the probabilities of most large lists never move. */
static ALWAYS_INLINE int32_t scan(const rw_list_coding *coding, rw_list_model *model, rw_rc_decoder *from, uint64_t target,
                                  uint32_t items, uint32_t keys, int fixed) {
    rw_rc_decoder rc = *from; /* copies that no pointer leads to may live in registers */
    uint64_t key = model->key, gap = model->gap;
    uint32_t item = model->items, read = model->keys, context = model->context, repeat = model->repeat;
    uint32_t limit = coding->gap_limit;

    while (key < target && item < items && read < keys) {
        uint32_t symbol = tree_get(coding, &coding->gaps, model, &rc, coding->gaps.nodes * context, limit, fixed);
        uint32_t class = symbol;

        item++;
        if (symbol == SYMBOL_RUN) {
            repeat = run_get(coding, model, &rc, fixed);
            if (gap == 0 || repeat > keys - read || (gap >> 40 && repeat > 1024u)) /* 2^50 is above any key */
                return RW_ERR_FORMAT;
            read += repeat;
            key += gap * repeat;
            context = coding->contexts;
        } else {
            if (symbol >= RW_LIST_CLASSES) {
                gap = coding->gap[symbol - SYMBOL_POPULAR];
                class = rw_list_class(gap);
            } else if (coding->halves && symbol) {
                gap = 2u | bit_get(coding, model, &rc, coding->at_half + symbol - coding->low, limit, fixed);
                gap = tail_get(&rc, gap, symbol - 1u);
            } else {
                gap = tail_get(&rc, 1, symbol);
            }
            repeat = 0;
            read++;
            key += gap;
            context = rw_list_context(coding, class);
            model->category = (uint8_t)category_get(coding, model, &rc, 0, fixed);
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
    if (coding->gap_count == RW_RC_FIXED && coding->category_count == RW_RC_FIXED)
        return scan(coding, model, rc, target, items, keys, 1);
    return scan(coding, model, rc, target, items, keys, 0);
}
