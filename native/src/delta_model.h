/* SPDX-License-Identifier: Apache-2.0 */
/* How the coded part of a delta (.rwd, docs/FORMATS.md) is read: the range coder over a buffer that is filled piece by piece. */
#ifndef RINGWARDEN_DELTA_MODEL_H
#define RINGWARDEN_DELTA_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "range_coder.h"

#define DELTA_BUFFER 64u   /* bytes of the delta that wait to be decoded */
#define DELTA_ENOUGH 32u   /* no step of the decoder takes more: a category and a gap with its kind, 180 bits */
#define DELTA_BUCKETS 2u   /* contexts of a gap's class: whether the one before was below 8 */
#define DELTA_KEY_CLASS 6u /* bits of a class: gaps between keys are below 2^50 */
#define DELTA_CLASSES 50u  /* that are of use */
#define DELTA_RANK_CLASS 5u
#define DELTA_CATEGORY 5u

/* A probability in three bytes without padding: there are hundreds of them, and 8 KiB for everything. */
typedef struct {
    uint8_t zero[2]; /* as in rw_rc_bit, the low byte first */
    uint8_t count;
} delta_bit_model;

typedef struct {
    rw_rc_decoder coder; /* points into `bytes` */
    uint32_t begun;
    uint8_t bytes[DELTA_BUFFER];
} delta_source;

void delta_source_init(delta_source *source);

/* Bytes that are there and not decoded yet. */
uint32_t delta_source_held(const delta_source *source);

/* Append bytes, at most DELTA_BUFFER less those that are held; the first ones must be at least four, or all there are. */
void delta_source_fill(delta_source *source, const uint8_t *bytes, uint32_t length);

void delta_models_init(delta_bit_model *models, size_t count);
uint32_t delta_bit(delta_source *source, delta_bit_model *model);
uint32_t delta_tree(delta_source *source, delta_bit_model *tree, uint32_t width);
uint64_t delta_plain_bits(delta_source *source, uint32_t width);

/*
 * A gap, 0 and up (UINT64_MAX when there is no such class): its class as a tree of `width` levels under the class of the gap before (*before, 0 to begin), then the highest
 * bit below the leading one by class (`half`, DELTA_CLASSES models). `tree` has DELTA_BUCKETS << width models.
 */
uint64_t delta_gap(delta_source *source, delta_bit_model *tree, delta_bit_model *half, uint32_t width, uint32_t *before);

#endif
