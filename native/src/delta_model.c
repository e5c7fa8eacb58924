/* SPDX-License-Identifier: Apache-2.0 */
#include "delta_model.h"

#include <string.h>

void delta_source_init(delta_source *source) {
    source->begun = 0;
    source->coder.next = source->bytes;
    source->coder.end = source->bytes;
}

uint32_t delta_source_held(const delta_source *source) {
    return (uint32_t)(source->coder.end - source->coder.next);
}

void delta_source_fill(delta_source *source, const uint8_t *bytes, uint32_t length) {
    const uint32_t held = delta_source_held(source);
    memmove(source->bytes, source->coder.next, held);
    memcpy(source->bytes + held, bytes, length);
    if (source->begun == 0) {
        rw_rc_decoder_begin(&source->coder, source->bytes, length);
        source->begun = 1;
        return;
    }
    source->coder.next = source->bytes;
    source->coder.end = source->bytes + held + length;
}

void delta_models_init(delta_bit_model *models, size_t count) {
    const delta_bit_model fresh = {{0, RW_RC_HALF >> 8}, 0};
    for (size_t i = 0; i < count; i++) {
        models[i] = fresh;
    }
}

uint32_t delta_bit(delta_source *source, delta_bit_model *model) {
    rw_rc_bit bit = rw_rc_start((uint32_t)model->zero[0] | (uint32_t)model->zero[1] << 8, model->count);
    const uint32_t seen = rw_rc_decode(&source->coder, &bit, RW_RC_LIMIT);
    model->zero[0] = (uint8_t)(bit.zero & 255u);
    model->zero[1] = (uint8_t)(bit.zero >> 8);
    model->count = bit.count;
    return seen;
}

uint32_t delta_tree(delta_source *source, delta_bit_model *tree, uint32_t width) {
    uint32_t node = 1;
    for (uint32_t i = 0; i < width; i++) {
        node = node << 1 | delta_bit(source, &tree[node]);
    }
    return node - ((uint32_t)1 << width);
}

uint64_t delta_plain_bits(delta_source *source, uint32_t width) {
    uint64_t value = 0;
    while (width != 0) {
        const uint32_t step = width < RW_RC_PLAIN ? width : RW_RC_PLAIN;
        value = value << step | rw_rc_decode_plain(&source->coder, step);
        width -= step;
    }
    return value;
}

uint64_t delta_gap(delta_source *source, delta_bit_model *tree, delta_bit_model *half, uint32_t width, uint32_t *before) {
    const uint32_t bucket = *before >= 8u;
    const uint32_t class = delta_tree(source, tree + ((size_t)bucket << width), width);
    uint64_t value = 1;
    *before = class;
    if (class >= DELTA_CLASSES) {
        return UINT64_MAX;
    }
    if (class != 0) {
        value = value << 1 | delta_bit(source, &half[class]);
        value = value << (class - 1u) | delta_plain_bits(source, class - 1u);
    }
    return value - 1u;
}
