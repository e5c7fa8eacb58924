/* SPDX-License-Identifier: Apache-2.0 */
/* Tones, sample by sample: a high-pass, and slots of 5 ms that fill up. */
#include "cid_internal.h"

#define DETUNE 12 /* thousandths by which the flat and the sharp hypothesis are off */

/* Frequency x 2^32 / 8000: rows, columns, alerting signal. */
static const uint32_t STEP[DTMF_TONES] = {374199026u, 413390602u, 457414017u, 505195528u, 649076933u,
                                          717259538u, 792958337u, 876710199u, 1143535043u, 1476395008u};

/*
 * High-pass with 11 samples of delay: the input less its mean under a trapezium of 23 samples. Twice that takes 61 dB of 50
 * and 60 Hz, 44 dB of 100 Hz and all of an offset, and is flat within 1.4 dB from 690 Hz on.
 */
static int32_t high_pass(dtmf_high *h, int32_t x) {
    uint32_t at = h->at++ % 16;
    h->wide += x - h->sample[at];
    int32_t late = h->sample[(at + 5) % 16]; /* 11 samples ago */
    h->sample[at] = (int16_t)x;
    h->narrow += h->wide - h->sum[at % 8];
    h->sum[at % 8] = h->wide;
    x = late - (h->narrow >> 7);
    return x > 32767 ? 32767 : x < -32768 ? -32768 : x;
}

void dtmf_sample(cid_state *s, int32_t x) {
    dtmf_state *d = &s->dtmf;
    int32_t high = high_pass(&d->high[1], high_pass(&d->high[0], x)) >> 1;
    d->recent[d->slot * DTMF_HOP + d->fill] = (int16_t)(high == -16384 ? -16383 : high);
    if (++d->fill == DTMF_HOP) {
        d->fill = 0;
        tones_slot(s);
    }
}

void dtmf_init(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    for (uint32_t t = 0; t < DTMF_TONES; t++) {
        d->step[t] = STEP[t];
        uint32_t turn = STEP[t] / 1000 * DETUNE * DTMF_HOP;
        for (uint32_t k = 0; k < DTMF_SLOTS; k++) {
            d->turn[t][k][0] = (int16_t)cid_cos(turn * k);
            d->turn[t][k][1] = (int16_t)cid_cos(turn * k - 0x40000000u);
        }
    }
    keys_init(s);
}
