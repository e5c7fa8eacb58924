/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DTMF caller-ID (EN 300 659-1 annex B) and the dual-tone alerting signal (2130 + 2750 Hz).
 *
 * Ten correlators give a slot of 5 ms each; four slots, added up with the turn of an exact, a flat and a sharp tone,
 * give the energy of each tone in a window of 20 ms that moves by 5 ms. A key counts when at least four windows that
 * hold more than half of its peak energy show it: 40 ms have six of them, 20 ms have two. Voice is kept out by the share
 * that the two tones have in all of the power, by second harmonics, and by what a string of keys must look like.
 */
#include "cid_internal.h"

#include <string.h>

#include "message_dtmf.h"

#define DETUNE 12         /* thousandths by which the flat and the sharp hypothesis are off */
#define ENERGY_MIN 1000u  /* energy is 0.39 A^2: an amplitude of 50, -53 dBm0 */
#define TWIST 11u         /* energies of row and column differ by no more than this factor: 10.4 dB */
#define ALERT_TWIST 5u
#define SECOND 5u         /* the next best row or column is at least this factor weaker */
#define PURITY_MIN 128u   /* share of the tones in the power, 256 = all */
#define HARMONIC 6u       /* the second harmonic of either tone is at least this factor weaker */
#define HARMONIC_CLEAR 110 /* Hz: a harmonic that lies closer to the other tone cannot be told from it */
#define HITS_MIN 4u
#define HOLE 400u         /* samples: a pace that differs by 50 ms and by three quarters has lost a key */
#define CLEAR 185u        /* share of the tones that lets a string without start or end digit pass */
#define CLOSING 50u       /* hops of silence that end a string: 250 ms */
#define DELAY 31          /* samples: the band-pass */
#define HALF_FULL 113     /* samples after which a window that a tone fills has half of its energy */
#define ALERT_MIN 480     /* samples: 60 ms; the standards send 75 to 110 */
#define ALERT_MAX 1200
#define LETTERS "123A456B789C*0#D"

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
static uint32_t second_harmonic(const dtmf_state *d, uint32_t t) {
    uint32_t step = 2 * d->step[t], phase = 0;
    int32_t re = 0, im = 0;
    for (uint32_t i = 0; i < DTMF_WINDOW; i++) {
        int32_t x = d->recent[(d->recent_at + i) % DTMF_WINDOW];
        re += x * cid_cos(phase) / 256;
        im += x * cid_cos(phase - 0x40000000u) / 256;
        phase += step;
    }
    return energy_of(re / 512, im / 512);
}

static uint32_t pair_energy(const dtmf_state *d, int32_t key) {
    return d->energy[key / 4] + d->energy[4 + key % 4];
}

/* Share of a pair of tones in the power of the window, 256 = all. */
static uint32_t purity(const dtmf_state *d, uint32_t pair) {
    if (!d->total) return 0;
    uint32_t whole = d->total, part = pair / 5 * 4; /* a pure tone: energy = 1.25 x total */
    while (part >= 1u << 23) {
        part >>= 1;
        whole >>= 1;
    }
    return part * 256 / (whole + 1);
}

/* The strongest of four tones that stands out from the other three, or -1. */
static int32_t strongest(const uint32_t *energy) {
    int32_t best = 0;
    for (int32_t i = 1; i < 4; i++)
        if (energy[i] > energy[best]) best = i;
    for (int32_t i = 0; i < 4; i++)
        if (i != best && energy[i] > energy[best] / SECOND) return -1;
    return best;
}

static int balanced(uint32_t a, uint32_t b, uint32_t factor) { return a / factor <= b && b / factor <= a; }

/* The key that this window shows, or -1. */
static int32_t window_key(const dtmf_state *d) {
    int32_t row = strongest(d->energy), column = strongest(d->energy + 4);
    if (row < 0 || column < 0) return -1;
    uint32_t a = d->energy[row], b = d->energy[4 + column];
    if (a < ENERGY_MIN || b < ENERGY_MIN || !balanced(a, b, TWIST) || purity(d, a + b) < PURITY_MIN) return -1;
    return 4 * row + column;
}

/* ---- strings ---- */

static void clear_string(dtmf_state *d) {
    d->length = 0;
    d->sum_level = 0;
    d->sum_purity = 0;
    d->shortest = 0xFFFFFFFFu;
    d->longest = 0;
}

/*
 * A string has no checksum: one lost key is a wrong number. Exchanges send in an even pace, so a hole shows; and what has
 * lost its start or its end may have lost more, unless the line is clear.
 */
static int is_trusted(const dtmf_state *d) {
    if (d->longest > d->shortest + HOLE && d->longest > d->shortest + d->shortest / 4 * 3) return 0;
    uint8_t first = d->text[0], last = d->text[d->length - 1];
    int whole = (first < '0' || first > '9') && (last == 'C' || last == '#');
    return whole || d->sum_purity / d->length >= CLEAR;
}

static void finish_string(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    rw_message parsed;
    memset(&parsed, 0, sizeof parsed);
    int good = rw_message_parse_dtmf(d->text, d->length, &parsed) == 0 && is_trusted(d);
    if (good || (d->length >= 5 && (s->flags & RW_CID_REPORT_BAD))) {
        rw_cid_event e;
        memset(&e, 0, sizeof e);
        e.type = RW_CID_EVENT_MESSAGE;
        e.standard = RW_STD_DTMF;
        e.flags = RW_CID_NO_CHECKSUM | (good ? RW_CID_CHECKSUM_OK : 0);
        e.start = cid_stamp(s, d->start);
        e.end = cid_stamp(s, d->end);
        e.length = d->length;
        memcpy(e.data, d->text, d->length);
        uint32_t share = d->sum_purity / d->length;
        if (share > 255) share = 255;
        e.quality = share * 100 / 255;
        /* The band-pass lets 55 % of 0-4 kHz through. */
        e.snr_ddb = cid_ddb_ratio(share * 11, (256 - share) * 20);
        /* energy = 0.39 A^2; full scale is 3.14 dBm0 */
        e.level_ddb = 31 + cid_ddb_ratio(d->sum_level, (uint64_t)d->length * 419430400u);
        cid_post(s, &e);
    }
    clear_string(d);
}

static void announce(cid_state *s) {
    const dtmf_state *d = &s->dtmf;
    rw_cid_event e;
    memset(&e, 0, sizeof e);
    e.type = RW_CID_EVENT_CARRIER;
    e.standard = RW_STD_DTMF;
    e.start = cid_stamp(s, d->start);
    cid_post(s, &e);
}

static void take_key(cid_state *s, int32_t key, uint32_t start, uint32_t end) {
    dtmf_state *d = &s->dtmf;
    uint8_t letter = (uint8_t)LETTERS[key];
    if (d->length == DTMF_TEXT) clear_string(d);
    if (d->length) {
        uint32_t pace = start - d->last_start;
        if (pace < d->shortest) d->shortest = pace;
        if (pace > d->longest) d->longest = pace;
    } else {
        d->start = start;
    }
    d->last_start = start;
    d->text[d->length++] = letter;
    d->end = end;
    d->since = 0;
    d->sum_level += d->run_peak;
    d->sum_purity += d->run_purity;
    if (d->length == 2 && (d->text[0] < '0' || d->text[0] > '9')) announce(s);
    if (letter == 'C' || (letter == '#' && d->length > 1)) finish_string(s);
}

/* ---- keys ---- */

static void begin_key(cid_state *s, int32_t key) {
    dtmf_state *d = &s->dtmf;
    d->key = key;
    d->run_n = d->run_peak = d->run_voice = d->run_purity = 0;
    d->run_time = (uint32_t)s->now;
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
    if (hits < HITS_MIN || misses * 2 > hits || d->run_voice * 2 > hits) return;
    uint32_t start = d->run_time + first * DTMF_HOP - HALF_FULL - DELAY;
    uint32_t end = (uint32_t)s->now - (DTMF_WINDOW - HALF_FULL) - DTMF_HOP / 2 - DELAY;
    take_key(s, key, start, end);
}

/* Frequency of a tone in Hz, near enough. */
static int32_t hertz(const dtmf_state *d, uint32_t t) { return (int32_t)(d->step[t] / 536871u); }

/* Do the tones of the key under way have second harmonics? A harmonic next to the other tone is not looked at. */
static int is_voice(const dtmf_state *d) {
    uint32_t row = (uint32_t)d->key / 4, column = 4 + (uint32_t)d->key % 4;
    uint32_t limit = (d->energy[row] > d->energy[column] ? d->energy[row] : d->energy[column]) / HARMONIC;
    int32_t apart = 2 * hertz(d, row) - hertz(d, column);
    if ((apart > HARMONIC_CLEAR || apart < -HARMONIC_CLEAR) && second_harmonic(d, row) > limit) return 1;
    return second_harmonic(d, column) > limit;
}

static void go_on(dtmf_state *d, uint32_t pair, int hit) {
    if (pair > d->run_peak) d->run_peak = pair;
    uint32_t share = purity(d, pair);
    if (share > d->run_purity) d->run_purity = share;
    if (d->run_n == DTMF_RUN) return;
    if (hit && d->run_n % 4 == 3 && is_voice(d)) d->run_voice += 4; /* every 20 ms is often enough for a costly look */
    d->run_energy[d->run_n] = pair;
    d->run_hit[d->run_n++] = (uint8_t)hit;
}

static void watch_keys(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    int32_t key = window_key(d);
    if (d->since <= CLOSING) d->since++;
    if (d->blocked >= 0 && pair_energy(d, d->blocked) < d->blocked_peak / 4) d->blocked = -1;
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
    if (d->key < 0 && d->since == CLOSING && d->length) finish_string(s);
    if (d->since > CLOSING && d->key < 0) clear_string(d);
}

/* ---- alerting signal ---- */

static void end_alert(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    uint32_t length = d->alert_end - d->alert_start;
    if (d->alert_hits >= 10 && length >= ALERT_MIN && length <= ALERT_MAX) {
        rw_cid_event e;
        memset(&e, 0, sizeof e);
        e.type = RW_CID_EVENT_TONE_ALERT;
        e.standard = s->standards & RW_STD_V23 ? RW_STD_V23 : RW_STD_BELL202;
        e.start = cid_stamp(s, d->alert_start);
        e.end = cid_stamp(s, d->alert_end);
        cid_post(s, &e);
    }
    d->alert_hits = 0;
}

static void watch_alert(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    uint32_t a = d->energy[8], b = d->energy[9], now = (uint32_t)s->now;
    int hit = a > ENERGY_MIN && b > ENERGY_MIN && balanced(a, b, ALERT_TWIST) && purity(d, a + b) >= 150;
    if (hit) {
        if (!d->alert_hits++) d->alert_start = now - DTMF_WINDOW / 2 - DELAY;
        d->alert_end = now - DTMF_WINDOW / 2 - DELAY;
        d->alert_misses = 0;
    } else if (d->alert_hits && ++d->alert_misses > 2) {
        end_alert(s);
    }
}

/* ---- samples ---- */

static void end_slot(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    for (uint32_t t = 0; t < DTMF_TONES; t++) {
        d->slot_re[d->slot][t] = d->acc_re[t] / 512;
        d->slot_im[d->slot][t] = d->acc_im[t] / 512;
        d->acc_re[t] = d->acc_im[t] = 0;
    }
    d->slot_power[d->slot] = d->power;
    d->power = 0;
    d->slot = (d->slot + 1) % DTMF_SLOTS;
    uint64_t power = 0;
    for (uint32_t k = 0; k < DTMF_SLOTS; k++) power += d->slot_power[k];
    d->total = (uint32_t)(power >> 6);
    for (uint32_t t = 0; t < DTMF_TONES; t++) d->energy[t] = window_energy(d, t);
    if (s->standards & RW_STD_DTMF) watch_keys(s);
    if (s->standards & (RW_STD_BELL202 | RW_STD_V23)) watch_alert(s);
}

void dtmf_init(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    d->key = d->blocked = -1;
    d->since = CLOSING + 1;
    clear_string(d);
    for (uint32_t t = 0; t < DTMF_TONES; t++) {
        d->step[t] = STEP[t];
        uint32_t turn = STEP[t] / 1000 * DETUNE * DTMF_HOP;
        for (uint32_t k = 0; k < DTMF_SLOTS; k++) {
            d->turn[t][k][0] = (int16_t)cid_cos(turn * k);
            d->turn[t][k][1] = (int16_t)cid_cos(turn * k - 0x40000000u);
        }
    }
}

/* The sums of a hop, a tone after the other: everything they need stays in registers. */
static void correlate(dtmf_state *d, uint32_t first) {
    const int16_t *x = d->recent + (d->recent_at + DTMF_WINDOW - DTMF_HOP) % DTMF_WINDOW;
    for (uint32_t t = first; t < DTMF_TONES; t++) {
        uint32_t phase = d->phase[t], step = d->step[t];
        int32_t re = 0, im = 0;
        for (uint32_t i = 0; i < DTMF_HOP; i++) {
            re += (x[i] * cid_cos(phase)) >> 8;
            im += (x[i] * cid_cos(phase - 0x40000000u)) >> 8;
            phase += step;
        }
        d->phase[t] = phase;
        d->acc_re[t] = re;
        d->acc_im[t] = im;
    }
}

void dtmf_sample(cid_state *s, int32_t x) {
    dtmf_state *d = &s->dtmf;
    d->power += (uint32_t)(x * x);
    d->recent[d->recent_at++] = (int16_t)x;
    if (d->recent_at == DTMF_WINDOW) d->recent_at = 0;
    if (++d->fill == DTMF_HOP) {
        d->fill = 0;
        correlate(d, s->standards & RW_STD_DTMF ? 0 : DTMF_TONES - 2); /* or the alerting signal alone */
        end_slot(s);
    }
}
