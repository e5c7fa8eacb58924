/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tones -> keys. A key counts when at least four windows that hold more than half of its peak energy show it: 40 ms have
 * six of them, 20 ms have two. Noise may spoil a window, so a single one is asked for little; the sum over all windows of
 * the key must be clear. Voice is kept out by the share that the two tones have in all of the power, by second harmonics,
 * and by what a string of keys must look like.
 */
#include "cid_internal.h"

#define TWIST 16u         /* energies of row and column differ by no more than this factor in a window: 12 dB, ... */
#define TWIST_RUN 12u     /* ... and over the whole key: 10.8 dB */
#define SECOND 3u         /* the next best row or column is at least this factor weaker in a window, ... */
#define SECOND_RUN 4u     /* ... and over the whole key */
#define PURITY 88u        /* share of the tones in the power of a window, 256 = all, ... */
#define PURITY_RUN 108u   /* ... and of the whole key */
#define HARMONIC 4u       /* the second harmonic of either tone is at least this factor weaker */
#define HARMONIC_CLEAR 110 /* Hz: a harmonic that lies closer to the other tone cannot be told from it */
#define HITS_MIN 4u
#define HALF_FULL 113     /* samples after which a window that a tone fills has half of its energy */
#define QUIET 8u          /* a hop this many times weaker than the key is quiet */

static uint32_t pair_energy(const dtmf_state *d, int32_t key) {
    return d->energy[key / 4] + d->energy[4 + key % 4];
}

/* The strongest of four tones, when it is `factor` times stronger than the other three, or -1. */
static int32_t strongest(const uint32_t *energy, uint32_t factor) {
    int32_t best = 0;
    for (int32_t i = 1; i < 4; i++)
        if (energy[i] > energy[best]) best = i;
    for (int32_t i = 0; i < 4; i++)
        if (i != best && energy[i] > energy[best] / factor) return -1;
    return best;
}

/* The key that this window shows, or -1. */
static int32_t window_key(const dtmf_state *d) {
    int32_t row = strongest(d->energy, SECOND), column = strongest(d->energy + 4, SECOND);
    if (row < 0 || column < 0) return -1;
    uint32_t a = d->energy[row], b = d->energy[4 + column];
    if (a < DTMF_ENERGY_MIN || b < DTMF_ENERGY_MIN || !tones_balanced(a, b, TWIST)) return -1;
    return tones_purity(a + b, d->total) < PURITY ? -1 : 4 * row + column;
}

static void begin_key(cid_state *s, int32_t key) {
    dtmf_state *d = &s->dtmf;
    d->key = key;
    d->run_n = d->run_peak = d->run_voice = d->run_purity = d->run_total = d->run_power = 0;
    d->run_time = (uint32_t)s->now;
    for (uint32_t t = 0; t < 8; t++) d->run_sum[t] = 0;
    d->run_loud = tones_loud(d, DTMF_SLOTS + 2, d->total / DTMF_SLOTS / QUIET);
}

/* Was it one key, seen over all of its windows? */
static int is_clear(const dtmf_state *d, int32_t key) {
    int32_t row = strongest(d->run_sum, SECOND_RUN), column = strongest(d->run_sum + 4, SECOND_RUN);
    if (row < 0 || column < 0 || 4 * row + column != key) return 0;
    uint32_t a = d->run_sum[row], b = d->run_sum[4 + column];
    return tones_balanced(a, b, TWIST_RUN) && tones_purity(a + b, d->run_total) >= PURITY_RUN;
}

static void end_key(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    uint32_t hits = 0, misses = 0, first = DTMF_RUN;
    for (uint32_t i = 0; i < d->run_n; i++) {
        if (d->run_energy[i] < d->run_peak / 2) continue;
        if (first == DTMF_RUN) first = i;
        if (d->run_hit[i])
            hits++;
        else
            misses++;
    }
    int32_t key = d->key;
    d->key = -1;
    d->blocked = key;
    d->blocked_peak = d->run_peak;
    if (hits < HITS_MIN || misses * 2 > hits || d->run_voice * 2 > hits || !is_clear(d, key)) return;
    uint32_t start = d->run_time + first * DTMF_HOP - HALF_FULL - DTMF_DELAY;
    uint32_t end = (uint32_t)s->now - (DTMF_WINDOW - HALF_FULL) - DTMF_HOP / 2 - DTMF_DELAY;
    string_key(s, key, start, end);
}

/* Frequency of a tone in Hz, near enough. */
static int32_t hertz(const dtmf_state *d, uint32_t t) { return (int32_t)(d->step[t] / 536871u); }

/* Do the tones of the key under way have second harmonics? A harmonic next to the other tone is not looked at. */
static int is_voice(const dtmf_state *d) {
    uint32_t row = (uint32_t)d->key / 4, column = 4 + (uint32_t)d->key % 4;
    uint32_t limit = (d->energy[row] > d->energy[column] ? d->energy[row] : d->energy[column]) / HARMONIC;
    int32_t apart = 2 * hertz(d, row) - hertz(d, column);
    if ((apart > HARMONIC_CLEAR || apart < -HARMONIC_CLEAR) && tones_second_harmonic(d, row) > limit) return 1;
    return tones_second_harmonic(d, column) > limit;
}

static void go_on(dtmf_state *d, uint32_t pair, int hit) {
    if (pair > d->run_peak) d->run_peak = pair;
    uint32_t share = tones_purity(pair, d->total);
    if (share > d->run_purity) d->run_purity = share;
    if (d->total / DTMF_SLOTS > d->run_power) d->run_power = d->total / DTMF_SLOTS;
    if (d->run_n == DTMF_RUN) return;
    if (hit && d->run_n % 4 == 3 && is_voice(d)) d->run_voice += 4; /* every 20 ms is often enough for a costly look */
    for (uint32_t t = 0; t < 8; t++) d->run_sum[t] += d->energy[t] / 32;
    d->run_total += d->total / 32;
    d->run_energy[d->run_n] = pair;
    d->run_hit[d->run_n++] = (uint8_t)hit;
}

void keys_hop(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    int32_t key = window_key(d);
    if (d->blocked >= 0 && pair_energy(d, d->blocked) < d->blocked_peak / 4) d->blocked = -1;
    string_hop(s);
    if (d->key >= 0) {
        uint32_t pair = pair_energy(d, d->key);
        int other = key >= 0 && key != d->key && pair < d->run_peak / 4 * 3;
        if (pair < d->run_peak / 2 || other)
            end_key(s);
        else
            go_on(d, pair, key == d->key);
    }
    if (d->key < 0 && key >= 0 && key != d->blocked) {
        begin_key(s, key);
        go_on(d, pair_energy(d, key), 1);
    }
}

void keys_init(cid_state *s) {
    s->dtmf.key = s->dtmf.blocked = -1;
    string_clear(&s->dtmf);
}
