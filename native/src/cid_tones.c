/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Energies of the tones of DTMF and of the alerting signal.
 *
 * Ten correlators give a slot of 5 ms each; four slots, added up with the turn of an exact, a flat and a sharp tone, give
 * the energy of each tone in a window of 20 ms that moves by 5 ms.
 */
#include "cid_internal.h"

#define DETUNE 12 /* thousandths by which the flat and the sharp hypothesis are off */

/* Frequency x 2^32 / 8000: rows, columns, alerting signal. */
static const uint32_t STEP[DTMF_TONES] = {374199026u, 413390602u, 457414017u, 505195528u, 649076933u,
                                          717259538u, 792958337u, 876710199u, 1143535043u, 1476395008u};

static uint32_t energy_of(int32_t re, int32_t im) {
    uint32_t a = (uint32_t)(re < 0 ? -re : re) / 8, b = (uint32_t)(im < 0 ? -im : im) / 8;
    return a * a + b * b; /* a clipped square wave gives 2.8e9 */
}

/* Energy of tone t in the window: the best of exact, flat and sharp. */
static uint32_t window_energy(const dtmf_state *d, uint32_t t) {
    int32_t re = 0, im = 0, flat_re = 0, flat_im = 0, sharp_re = 0, sharp_im = 0;
    for (uint32_t k = 0; k < DTMF_SLOTS; k++) {
        uint32_t slot = (d->slot + k) % DTMF_SLOTS; /* oldest first */
        int32_t a = d->slot_re[slot][t], b = d->slot_im[slot][t];
        int32_t c = d->turn[t][k][0], s = d->turn[t][k][1];
        int32_t ac = a * c / 16384, as = a * s / 16384, bc = b * c / 16384, bs = b * s / 16384;
        re += a;
        im += b;
        sharp_re += ac + bs;
        sharp_im += bc - as;
        flat_re += ac - bs;
        flat_im += bc + as;
    }
    uint32_t best = energy_of(re, im), sharp = energy_of(sharp_re, sharp_im), flat = energy_of(flat_re, flat_im);
    if (sharp > best) best = sharp;
    return flat > best ? flat : best;
}

/* Energy in the window at the double of a tone: tones have none, voices do. */
uint32_t tones_second_harmonic(const dtmf_state *d, uint32_t tone) {
    uint32_t step = 2 * d->step[tone], phase = 0;
    int32_t re = 0, im = 0;
    for (uint32_t i = 0; i < DTMF_WINDOW; i++) {
        int32_t x = d->recent[(d->recent_at + i) % DTMF_WINDOW];
        re += x * cid_cos(phase) / 256;
        im += x * cid_cos(phase - 0x40000000u) / 256;
        phase += step;
    }
    return energy_of(re / 512, im / 512);
}

uint32_t tones_purity(uint32_t pair, uint32_t total) {
    if (!total) return 0;
    uint32_t part = pair / 5 * 4; /* a pure tone: energy = 1.25 x total */
    while (part >= 1u << 23) {
        part >>= 1;
        total >>= 1;
    }
    return part * 256 / (total + 1);
}

int tones_balanced(uint32_t a, uint32_t b, uint32_t factor) { return a / factor <= b && b / factor <= a; }

static uint32_t past(const dtmf_state *d, uint32_t ago) {
    return d->past[(d->past_at + DTMF_PAST - 1 - ago) % DTMF_PAST];
}

uint32_t tones_newest_power(const dtmf_state *d) { return past(d, 0); }

uint32_t tones_loud(const dtmf_state *d, uint32_t skip, uint32_t power) {
    uint32_t n = 0;
    for (uint32_t ago = skip; ago < DTMF_PAST; ago++) n += past(d, ago) > power;
    return n;
}

static void end_slot(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    uint32_t first = s->standards & RW_STD_DTMF ? 0 : DTMF_TONES - 2;
    for (uint32_t t = first; t < DTMF_TONES; t++) {
        d->slot_re[d->slot][t] = d->acc_re[t] / 512;
        d->slot_im[d->slot][t] = d->acc_im[t] / 512;
        d->acc_re[t] = d->acc_im[t] = 0;
    }
    d->slot = (d->slot + 1) % DTMF_SLOTS;
    d->past[d->past_at] = (uint32_t)(d->power >> 6);
    d->past_at = (d->past_at + 1) % DTMF_PAST;
    d->power = 0;
    d->total = 0;
    for (uint32_t k = 0; k < DTMF_SLOTS; k++) d->total += past(d, k);
    for (uint32_t t = first; t < DTMF_TONES; t++) d->energy[t] = window_energy(d, t);
    if (s->standards & RW_STD_DTMF) keys_hop(s);
    if (s->standards & (RW_STD_BELL202 | RW_STD_V23)) alert_hop(s);
}

void dtmf_sample(cid_state *s, int32_t x) {
    dtmf_state *d = &s->dtmf;
    uint32_t first = s->standards & RW_STD_DTMF ? 0 : DTMF_TONES - 2; /* the alerting signal alone */
    for (uint32_t t = first; t < DTMF_TONES; t++) {
        d->acc_re[t] += (x * cid_cos(d->phase[t])) >> 8;
        d->acc_im[t] += (x * cid_cos(d->phase[t] - 0x40000000u)) >> 8;
        d->phase[t] += d->step[t];
    }
    d->power += (uint32_t)(x * x);
    d->recent[d->recent_at] = (int16_t)x;
    d->recent_at = (d->recent_at + 1) % DTMF_WINDOW;
    if (++d->fill == DTMF_HOP) {
        d->fill = 0;
        end_slot(s);
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
