/* SPDX-License-Identifier: Apache-2.0 */
#include "delta_numbers.h"

#include "ringwarden/error.h"

#define KEY_END 1000000000000000u /* keys are 1 to 10^15 - 1 */

#define MODELS(array) (sizeof(array) / sizeof(delta_bit_model))

/* The next rank is `next` or above; there are no ranks from 2^32 - 1 on. */
static int32_t read_rank(delta_numbers *numbers, delta_source *source, uint32_t next) {
    if (numbers->ranks_left == 0) {
        return 0;
    }
    const uint64_t gap = delta_gap(source, numbers->rank_tree, numbers->half, DELTA_RANK_CLASS, &numbers->rank_before);
    if (gap >= 0xffffffffu - next) {
        return RW_ERR_FORMAT;
    }
    numbers->rank = next + (uint32_t)gap;
    numbers->changes = delta_bit(source, &numbers->kind);
    return 0;
}

static int32_t read_add(delta_numbers *numbers, delta_source *source, uint64_t next) {
    if (numbers->adds_left == 0) {
        return 0;
    }
    const uint64_t gap = delta_gap(source, numbers->add_tree, numbers->half, DELTA_KEY_CLASS, &numbers->add_before);
    if (gap >= KEY_END - next || next + gap == 0) {
        return RW_ERR_FORMAT;
    }
    numbers->add_key = next + gap;
    return 0;
}

int32_t delta_numbers_init(delta_numbers *numbers, delta_source *source, uint32_t ranks, uint32_t adds) {
    numbers->ranks_left = ranks;
    numbers->adds_left = adds;
    numbers->at = 0;
    numbers->add_before = 0;
    numbers->rank_before = 0;
    numbers->category = 0;
    delta_models_init(numbers->add_tree, MODELS(numbers->add_tree));
    delta_models_init(numbers->half, MODELS(numbers->half));
    delta_models_init(numbers->rank_tree, MODELS(numbers->rank_tree));
    delta_models_init(&numbers->kind, 1);
    delta_models_init(numbers->same, MODELS(numbers->same));
    delta_models_init(numbers->other, MODELS(numbers->other));
    const int32_t status = read_rank(numbers, source, 0);
    return status != 0 ? status : read_add(numbers, source, 0);
}

static int32_t add(delta_numbers *numbers, delta_source *source, delta_number *out) {
    const uint32_t before = numbers->category < NUMBERS_CONTEXTS ? numbers->category : NUMBERS_CONTEXTS - 1u;
    if (delta_bit(source, &numbers->same[before]) == 0) {
        numbers->category = delta_tree(source, numbers->other, DELTA_CATEGORY);
    }
    out->key = numbers->add_key;
    out->category = numbers->category;
    numbers->adds_left--;
    const int32_t status = read_add(numbers, source, out->key + 1u);
    return status != 0 ? status : NUMBERS_ADD;
}

int32_t delta_numbers_step(delta_numbers *numbers, delta_source *source, const delta_number *base, delta_number *out) {
    if (numbers->adds_left != 0 && (base == NULL || numbers->add_key <= base->key)) {
        return base != NULL && numbers->add_key == base->key ? RW_ERR_FORMAT : add(numbers, source, out);
    }
    if (base == NULL) {
        return numbers->ranks_left == 0 ? NUMBERS_END : RW_ERR_FORMAT;
    }
    const uint32_t rank = numbers->at++;
    *out = *base;
    if (numbers->ranks_left == 0 || numbers->rank != rank) {
        numbers->category = out->category;
        return NUMBERS_BASE;
    }
    const uint32_t changes = numbers->changes;
    if (changes != 0) {
        out->category = numbers->category = delta_tree(source, numbers->other, DELTA_CATEGORY);
    }
    numbers->ranks_left--;
    const int32_t status = read_rank(numbers, source, rank + 1u);
    return status != 0 ? status : changes != 0 ? NUMBERS_BASE : NUMBERS_DROP;
}
