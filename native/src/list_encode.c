/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a list: numbers come in ascending order, bytes of the body, the index and its top go out in theirs. */
#include "list_private.h"

/* A block of the node in progress: its first key above the length of its bytes, so that both take eight bytes. */
typedef uint64_t node_entry;

#define LENGTH_BITS 12u /* RW_LIST_READ_MAX and more */

static uint64_t entry_first(node_entry entry) {
    return entry >> LENGTH_BITS;
}

static uint32_t entry_length(node_entry entry) {
    return (uint32_t)entry & ((1u << LENGTH_BITS) - 1u);
}

/* What stands before the entries of the node: the encoder, with as many bits as the list has. */
static size_t fixed_size(const rw_list_coding *coding) {
    const size_t size = offsetof(rw_list_encoder, model.bit) + coding->bits * sizeof(rw_rc_bit);

    return (size + 7u) & ~(size_t)7u;
}

/* A whole node: its header, and for each block a key and a length. It is never longer than the entries that it is made from. */
static size_t node_room(const rw_list_coding *coding) {
    return NODE_HEADER + (coding->blocks * (KEY_BITS + LENGTH_BITS) + 7u) / 8u;
}

static uint8_t *node_bytes(rw_list_encoder *e) {
    return (uint8_t *)e + fixed_size(&e->list->coding);
}

/*
 * Before the entries: nothing, because a node is written over its own entries, and the next block closes only after another
 * number, when the node was taken. But where a single number closes a block, the node needs a place of its own.
 */
static size_t before_entries(const rw_list_coding *coding) {
    return coding->items > 1u ? 0 : (node_room(coding) + 7u) & ~(size_t)7u;
}

static node_entry *entries(rw_list_encoder *e) {
    return (node_entry *)(void *)(node_bytes(e) + before_entries(&e->list->coding));
}

size_t rw_list_encoder_size(const rw_list *list) {
    const rw_list_coding *coding = &list->coding;

    return fixed_size(coding) + before_entries(coding) + coding->blocks * sizeof(node_entry);
}

/* ------------------------------------------------------------------------------------------------------ the items */

static void put_bit(rw_list_encoder *e, uint32_t at, uint32_t seen, uint32_t limit) {
    if (e->visits)
        e->visits[2u * at + seen]++;
    rw_rc_encode(&e->rc, &e->model.bit[at], seen, limit);
}

/* Down the tree to a leaf; `symbol` indexes the table of codes. 0: it has no code. */
static int tree_put(rw_list_encoder *e, const rw_list_tree *tree, uint32_t at, uint32_t symbol, uint32_t limit) {
    uint32_t node = 0, left = e->code_length[symbol], code = e->code[symbol];

    if (left == 0)
        return tree->nodes == 0 && tree->only == (symbol < RW_LIST_SYMBOLS ? symbol : symbol - RW_LIST_SYMBOLS);
    while (left--) {
        put_bit(e, at + node, code >> left & 1u, limit);
        node = tree->child[2u * node + (code >> left & 1u)];
    }
    return 1;
}

/* The code of every leaf: nodes have higher numbers than those above them, so one pass from the root finds all. */
static void find_codes(rw_list_encoder *e, const rw_list_tree *tree, uint32_t first) {
    uint16_t code[RW_LIST_SYMBOLS];
    uint8_t depth[RW_LIST_SYMBOLS];
    uint32_t i;

    code[0] = 0;
    depth[0] = 0;
    for (i = 0; i < 2u * tree->nodes; i++) {
        uint16_t below = (uint16_t)((uint32_t)code[i / 2u] << 1 | (i & 1u));
        uint8_t length = (uint8_t)(depth[i / 2u] + 1u);
        uint8_t child = tree->child[i];

        if (child & TREE_LEAF) {
            e->code[first + (child & 0x7fu)] = below;
            e->code_length[first + (child & 0x7fu)] = length;
        } else {
            code[child] = below;
            depth[child] = length;
        }
    }
}

static void tail_put(rw_list_encoder *e, uint32_t half_at, int half, uint64_t value, uint32_t class, uint32_t limit) {
    if (half && class) {
        class--;
        put_bit(e, half_at, (uint32_t)(value >> class) & 1u, limit);
    }
    while (class) {
        uint32_t width = class > RW_RC_PLAIN ? RW_RC_PLAIN : class;
        class -= width;
        rw_rc_encode_plain(&e->rc, (uint32_t)(value >> class) & ((1u << width) - 1u), width);
    }
}

static int category_put(rw_list_encoder *e, uint32_t category) {
    const rw_list_coding *coding = &e->list->coding;
    rw_list_model *model = &e->model;

    if (coding->same && model->items) {
        uint32_t same = category == model->category;
        put_bit(e, coding->at_same + (uint32_t)model->same, !same, coding->category_limit);
        model->same = (uint8_t)same;
        if (same)
            return 1;
    }
    model->category = (uint8_t)category;
    return tree_put(e, &coding->categories, coding->at_category, RW_LIST_SYMBOLS + category, coding->category_limit);
}

static int gap_put(rw_list_encoder *e, uint64_t gap) {
    const rw_list_coding *coding = &e->list->coding;
    rw_list_model *model = &e->model;
    uint32_t at = (uint32_t)coding->gaps.nodes * model->context, class = rw_list_class(gap), symbol = class, i;

    for (i = 0; i < coding->popular; i++)
        if (coding->gap[i] == gap)
            symbol = SYMBOL_POPULAR + i;
    model->context = rw_list_context(coding, class);
    if (!tree_put(e, &coding->gaps, at, symbol, coding->gap_limit))
        return 0;
    if (symbol == class)
        tail_put(e, coding->at_half + class - coding->low, coding->halves, gap, class, coding->gap_limit);
    return 1;
}

static void run_put(rw_list_encoder *e, uint32_t count) {
    const rw_list_coding *coding = &e->list->coding;
    uint32_t value = count + 1u - coding->run_min, class = rw_list_class(value), i;

    tree_put(e, &coding->gaps, (uint32_t)coding->gaps.nodes * e->model.context, SYMBOL_RUN, coding->gap_limit);
    e->model.context = coding->contexts;
    for (i = 0; i < class; i++)
        put_bit(e, coding->at_run + i, 1, coding->gap_limit);
    if (class < RUN_CLASSES - 1u)
        put_bit(e, coding->at_run + class, 0, coding->gap_limit);
    tail_put(e, coding->at_run + RUN_CLASSES + class, 1, value, class, coding->gap_limit);
}

/* --------------------------------------------------------------------------------------------- blocks and nodes */

/* Bytes are cleared as they are begun: nothing behind the last bit changes but the rest of its byte. */
static void put_bits(uint8_t *bytes, uint32_t *position, uint64_t value, uint32_t width) {
    while (width--) {
        if ((*position & 7u) == 0)
            bytes[*position >> 3] = 0;
        if (value >> width & 1u)
            bytes[*position >> 3] |= (uint8_t)(0x80u >> (*position & 7u));
        ++*position;
    }
}

/* The node's entry in the top: whole bytes are ready, the bits behind them wait. */
static void top_put(rw_list_encoder *e) {
    const rw_list *list = e->list;

    if (list->nodes == 1)
        return;
    put_bits(e->top, &e->top_bits, e->node_first - list->base, list->key_width);
    put_bits(e->top, &e->top_bits, e->node_body, list->body_width);
    put_bits(e->top, &e->top_bits, e->node_index, list->index_width);
    e->ready[RW_LIST_OUT_TOP].length = e->top_bits / 8u;
}

/*
 * The entries become the node, from the first on, in the same memory: i entries take 64 i bits, and at most 52 + 62 (i - 1) bits
 * of the node, header included, so none is overwritten before it was read.
 */
static void node_put(rw_list_encoder *e) {
    const node_entry *entry = entries(e);
    uint8_t *bytes = node_bytes(e);
    uint32_t shortest = UINT32_MAX, longest = 0, i, position = 8u * NODE_HEADER, key_width, length_width;
    node_entry next = entry[0];

    for (i = 0; i < e->blocks; i++) {
        shortest = entry_length(entry[i]) < shortest ? entry_length(entry[i]) : shortest;
        longest = entry_length(entry[i]) > longest ? entry_length(entry[i]) : longest;
    }
    key_width = e->blocks > 1 ? rw_list_class(entry_first(entry[e->blocks - 1u]) - e->node_first) + 1u : 0;
    length_width = longest > shortest ? rw_list_class(longest - shortest) + 1u : 0;
    bytes[0] = (uint8_t)(e->blocks - 1u);
    bytes[1] = (uint8_t)key_width;
    bytes[2] = (uint8_t)length_width;
    bytes[3] = (uint8_t)shortest;
    bytes[4] = (uint8_t)(shortest >> 8);
    for (i = 0; i < e->blocks; i++) {
        if (i) {
            next = entry[i];
            put_bits(bytes, &position, entry_first(next) - e->node_first, key_width);
        }
        put_bits(bytes, &position, entry_length(next) - shortest, length_width);
    }
    e->ready[RW_LIST_OUT_INDEX].length = (position + 7u) / 8u;
}

/* A node is full, or the list has ended: a list of one block needs no index. */
static void node_close(rw_list_encoder *e, int ended) {
    if (!(ended && e->node == 0 && e->blocks == 1))
        node_put(e);
    top_put(e);
    e->node_index += e->ready[RW_LIST_OUT_INDEX].length;
    e->node_body = e->body_length;
    e->node++;
    e->blocks = 0;
    e->node_keys = 0;
}

static void block_close(rw_list_encoder *e) {
    rw_rc_encoder_end(&e->rc);
    if (e->rc.written == 0) /* every block has a byte to ask for */
        rw_rc_put_one(&e->rc, 0);
    if (e->rc.written > RW_LIST_READ_MAX)
        e->failed = 1;
    entries(e)[e->blocks] = e->block_first << LENGTH_BITS | (e->rc.written & ((1u << LENGTH_BITS) - 1u));
    e->blocks++;
    e->body_length += e->rc.written;
    e->node_keys += e->model.keys;
    e->model.items = 0;
    e->ready[RW_LIST_OUT_BODY].length = e->rc.length;
}

/* The node of the block before is closed only when another block follows: the last one is closed at the end. */
static int block_open(rw_list_encoder *e, uint64_t key, uint32_t category) {
    uint32_t length = e->ready[RW_LIST_OUT_BODY].length;

    if (e->blocks && (e->blocks == e->list->coding.blocks || e->node_keys >= e->list->coding.node_keys))
        node_close(e, 0);
    if (e->blocks == 0)
        e->node_first = key;
    e->failed |= e->rc.overflow;
    rw_rc_encoder_begin(&e->rc, e->body, RW_LIST_OUT_ROOM);
    e->rc.length = length;
    rw_list_model_begin(&e->list->coding, &e->model);
    e->block_first = key;
    e->model.key = key;
    e->model.keys = 0;
    if (!category_put(e, category))
        return 0;
    e->model.items = 1;
    e->model.keys = 1;
    return 1;
}

static int item_put(rw_list_encoder *e, uint64_t key, uint32_t category) {
    rw_list_model *model = &e->model;

    if (model->items == 0)
        return block_open(e, key, category);
    model->gap = key - model->key;
    model->key = key;
    if (!gap_put(e, model->gap) || !category_put(e, category))
        return 0;
    model->items++;
    model->keys++;
    return 1;
}

static void close_if_full(rw_list_encoder *e) {
    if (e->model.items >= e->list->coding.items || e->model.keys >= e->list->coding.keys)
        block_close(e);
}

/* Repetitions that were held back become a run, or single items when they are too few. */
static int settle(rw_list_encoder *e) {
    rw_list_model *model = &e->model;
    uint32_t n = e->pending, category = model->category;
    uint64_t gap = model->gap, key = model->key;

    e->pending = 0;
    if (n == 0)
        return 1;
    if (n >= e->list->coding.run_min) {
        run_put(e, n);
        model->key += gap * n;
        model->items++;
        model->keys += n;
        close_if_full(e);
        return 1;
    }
    while (n--) {
        key += gap;
        if (!item_put(e, key, category))
            return 0;
        close_if_full(e);
    }
    return 1;
}

/* ----------------------------------------------------------------------------------------------------- the caller */

int32_t rw_list_encoder_begin(rw_list_encoder *e, size_t size, const rw_list *list) {
    if (e == NULL || list == NULL || list->tag != LIST_TAG || list->count == 0)
        return RW_ERR_ARGUMENT;
    if (size < rw_list_encoder_size(list) || ((uintptr_t)e & 7u) != 0)
        return RW_ERR_SIZE;
    memset(e, 0, fixed_size(&list->coding));
    e->list = list;
    e->ready[RW_LIST_OUT_BODY].bytes = e->body;
    e->ready[RW_LIST_OUT_INDEX].bytes = node_bytes(e);
    e->ready[RW_LIST_OUT_TOP].bytes = e->top;
    find_codes(e, &list->coding.gaps, 0);
    find_codes(e, &list->coding.categories, RW_LIST_SYMBOLS);
    return 0;
}

int32_t rw_list_encoder_add(rw_list_encoder *e, uint64_t key, uint32_t category) {
    rw_list_model *model = &e->model;

    if (key <= e->last || key >= KEY_LIMIT || category >= RW_LIST_CATEGORIES)
        return RW_ERR_ARGUMENT;
    if (e->list->coding.run_min && model->items && model->gap && key - e->last == model->gap &&
        category == model->category) {
        e->last = key;
        e->added++;
        if (++e->pending + model->keys == e->list->coding.keys && !settle(e))
            return RW_ERR_FORMAT;
    } else {
        if (!settle(e) || !item_put(e, key, category))
            return RW_ERR_FORMAT;
        e->last = key;
        e->added++;
        close_if_full(e);
    }
    e->ready[RW_LIST_OUT_BODY].length = e->rc.length;
    return e->failed || e->rc.overflow ? RW_ERR_SIZE : 0;
}

int32_t rw_list_encoder_end(rw_list_encoder *e) {
    if (!settle(e))
        return RW_ERR_FORMAT;
    if (e->model.items)
        block_close(e);
    if (e->blocks) {
        /* An open node may have been closed by settle in this very call: its bytes are still to be taken. */
        if (e->ready[RW_LIST_OUT_INDEX].length)
            return RW_LIST_READ;
        node_close(e, 1);
    }
    if (e->top_bits % 8u)
        e->ready[RW_LIST_OUT_TOP].length = (e->top_bits + 7u) / 8u;
    return e->failed || e->rc.overflow ? RW_ERR_SIZE : 0;
}

void rw_list_encoder_taken(rw_list_encoder *e) {
    uint32_t i, whole = e->ready[RW_LIST_OUT_TOP].length;

    memmove(e->top, e->top + whole, sizeof e->top - whole);
    memset(e->top + sizeof e->top - whole, 0, whole);
    e->top_bits = e->top_bits > 8u * whole ? e->top_bits - 8u * whole : 0;
    for (i = 0; i < 3u; i++) {
        e->ready[i].done += e->ready[i].length;
        e->ready[i].length = 0;
    }
    e->rc.length = 0;
}
