/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FSK: the likelihood of all 256 bytes at one place.
 *
 * The phase of FSK runs on through every bit, and the line adds a fixed angle to each tone. So, with the angles of mark
 * and space known where a character begins, they are known in all of it: a bit of mark turns the angle of space, a bit of
 * space that of mark, each by a fixed amount. What a bit adds to the log-likelihood depends on the bit and on the number
 * of spaces before it, on nothing else: 90 numbers give all 256 sums.
 *
 * A signal of amplitude A, angle a over N samples in noise of power V has log-likelihood (A Re(C / e^ja) - A^2 N / 4) / V
 * against noise alone, where C is the sum of the samples times the tone. Its mean is A^2 N / 4 V, which is taken off, so
 * that paths of different lengths compare.
 */
#include "cid_internal.h"

#include <string.h>

int32_t fsk_scale(int32_t value, int32_t shift) { return shift >= 0 ? value * (1 << shift) : value >> -shift; }

/* Running sums over samples `from` to `to` after `origin`, as far as there are any. */
void fsk_fill_span(cid_state *s, uint32_t tones, uint32_t origin, int32_t from, int32_t to, int32_t shift,
                   int32_t limit) {
    fsk_span *span = &s->fsk.span;
    int32_t newest = (int32_t)(s->fsk.blocks * FSK_BLOCK + s->fsk.fill - origin); /* one past the newest sample */
    if (to > newest) to = newest;
    if (to - from > FSK_SPAN) to = from + FSK_SPAN;
    if (to < from) to = from;
    span->base = from;
    span->n = to - from;
    uint32_t ago = (uint32_t)(newest - from) % 80;
    uint32_t hundred = (s->fsk.phase + 80 - ago) % 80;
    for (uint32_t tone = 0; tone < 2; tone++) {
        uint32_t step = fsk_standard[tones].step[tone], phase = hundred * step % 80;
        cid_complex sum = {0, 0}, *out = span->sum[tone];
        for (int32_t i = 0; i < span->n; i++) {
            out[i] = sum;
            int32_t x = fsk_scale(s->ring[(origin + (uint32_t)(from + i)) & (FSK_RING - 1)], shift);
            if (x > limit) x = limit;
            if (x < -limit) x = -limit;
            sum.re += x * cid_cos80[phase] >> 8;
            sum.im -= x * cid_cos80[phase >= 20 ? phase - 20 : phase + 60] >> 8;
            phase += step;
            if (phase >= 80) phase -= 80;
        }
        out[span->n] = sum;
    }
}

static inline cid_complex sum_to(const fsk_span *span, uint32_t tone, int32_t time) {
    int32_t i = (time >> 12) - span->base, part = time >> 2 & 1023;
    if (i < 0) i = part = 0;
    if (i >= span->n) {
        i = span->n - 1;
        part = 1023;
        if (i < 0) i = part = 0;
    }
    const cid_complex *p = &span->sum[tone][i];
    cid_complex c = {p->re + ((p[1].re - p->re) * part >> 10), p->im + ((p[1].im - p->im) * part >> 10)};
    return c;
}

/* The sum from the last edge to this one, which becomes the last. */
static inline cid_complex pass_edge(const fsk_span *span, uint32_t tone, int32_t time, cid_complex *edge) {
    cid_complex now = sum_to(span, tone, time), c = {now.re - edge->re, now.im - edge->im};
    *edge = now;
    return c;
}

/* Sums over ten bits of nominal length from a time on. */
void fsk_ten_bits(const fsk_span *span, uint32_t tone, int32_t from, cid_complex *c) {
    cid_complex edge = sum_to(span, tone, from);
    for (int32_t k = 0; k < 10; k++) c[k] = pass_edge(span, tone, from + (k + 1) * 27307, &edge);
}

cid_complex fsk_sum(const fsk_span *span, uint32_t tone, int32_t from, int32_t to) {
    cid_complex a = sum_to(span, tone, from), b = sum_to(span, tone, to);
    b.re -= a.re;
    b.im -= a.im;
    return b;
}

int32_t fsk_real(cid_complex c, uint32_t angle) {
    int32_t co = cid_cos_near(angle), si = cid_cos_near(angle - 0x40000000u);
    return ((c.re >> 4) * (co >> 2) + (c.im >> 4) * (si >> 2)) >> 8;
}

int32_t fsk_imag(cid_complex c, uint32_t angle) {
    int32_t co = cid_cos_near(angle), si = cid_cos_near(angle - 0x40000000u);
    return ((c.im >> 4) * (co >> 2) - (c.re >> 4) * (si >> 2)) >> 8;
}

/* Likelihood x noise of a bit of space less that of mark, each at any angle, and the same for ideal bits. */
int32_t fsk_soft(const int32_t *a, cid_complex cs, cid_complex cm) {
    int32_t space = cid_magnitude(cs.re >> 2, cs.im >> 2) >> 4, mark = cid_magnitude(cm.re >> 2, cm.im >> 2) >> 4;
    /* 64 A T / 2 = 213 A is the magnitude of an ideal bit */
    return a[0] * (2 * space - a[0] * 10 / 3) - a[1] * (2 * mark - a[1] * 10 / 3);
}

/* Gain of a tone's real part: 1/16 of log-likelihood are real x gain / 2^22. */
static int32_t gain_of(const fsk_path *p, int tone) {
    return (int32_t)(((uint32_t)p->level[tone] << 15) / (uint32_t)p->noise) * 2;
}

static int32_t weigh(int32_t real, int32_t gain) { return (real >> 5) * gain >> 17; }

/* Mean of what a bit of each tone gives, 1/16: A^2 T / 4 V. */
void fsk_expected(const fsk_path *p, int32_t *space, int32_t *mark) {
    int32_t bit = p->bit >> 10;
    *space = (int32_t)((int64_t)(p->level[0] * bit >> 6) * gain_of(p, 0) >> 22);
    *mark = (int32_t)((int64_t)(p->level[1] * bit >> 6) * gain_of(p, 1) >> 22);
}

typedef struct {
    int32_t space[10][10], mark[10][10]; /* [bit][spaces before it] */
} bit_values;

/* Number of ones in a byte below 256, four bits at a time. */
static const uint8_t ONES[16] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4};

static int16_t narrow(int32_t v) { return (int16_t)(v > 32000 ? 32000 : v < -32000 ? -32000 : v); }

static int32_t add_up(const bit_values *b, int32_t base, int16_t *value) {
    int32_t sum[256];
    sum[0] = base;
    for (uint32_t k = 0; k < 8; k++) {
        uint32_t half = 1u << k;
        for (uint32_t i = 0; i < half; i++) {
            uint32_t spaces = k - ONES[i & 15] - ONES[i >> 4];
            int32_t v = sum[i];
            sum[i | half] = v + b->mark[k + 1][spaces];
            sum[i] = v + b->space[k + 1][spaces];
        }
    }
    int32_t most = -FSK_NEVER;
    for (uint32_t i = 0; i < 256; i++) {
        int32_t v = sum[i] + b->mark[9][8 - ONES[i & 15] - ONES[i >> 4]];
        value[i] = narrow(v);
        if (v > most) most = v;
    }
    return most;
}

/*
 * Log-likelihoods (1/16, means taken off) of the 256 bytes when the start bit begins `gap` (1/65536 sample) after the end
 * of the nominal stop bit, and of mark throughout; returns the greatest of the 256.
 */
int32_t fsk_values(cid_state *s, const fsk_path *p, int32_t gap, int16_t *value, int32_t *all_mark) {
    const fsk_span *span = &s->fsk.span;
    const fsk_tones *t = &fsk_standard[s->fsk.tones];
    int32_t gain_s = gain_of(p, 0), gain_m = gain_of(p, 1), mean_s, mean_m, time = p->time + (gap >> 4), base = 0;
    fsk_expected(p, &mean_s, &mean_m);
    int32_t off_s = (int32_t)((int64_t)p->offset * t->space_share >> 6) + p->space_offset;
    uint32_t turn_mm = (uint32_t)((int64_t)p->offset * p->bit >> 16);
    uint32_t turn_ss = (uint32_t)((int64_t)off_s * p->bit >> 16);
    uint32_t apart = (uint32_t)((uint64_t)t->apart * (uint32_t)p->bit >> 16);
    uint32_t turn_ms = turn_ss + apart, turn_sm = turn_mm - apart; /* mark over a space, space over a mark */
    uint32_t skew = (uint32_t)((int64_t)p->offset * gap >> 16);
    uint32_t angle_m = p->angle[1] + skew;
    uint32_t angle_s = p->angle[0] + skew - (uint32_t)((int64_t)t->apart * gap >> 16);
    if (gap) {
        int32_t real = fsk_real(fsk_sum(span, 1, p->time, time), p->angle[1] + (uint32_t)((int32_t)skew / 2));
        base = (int32_t)((int64_t)real * gain_m >> 22) - 2 * (mean_m * (gap >> 8) / (p->bit >> 8));
    }
    bit_values b;
    int32_t marks = base;
    cid_complex edge_s = sum_to(span, 0, time), edge_m = sum_to(span, 1, time);
    angle_s += (uint32_t)((int32_t)turn_ss / 2);
    angle_m += (uint32_t)((int32_t)turn_mm / 2);
    for (int32_t k = 0; k < 10; k++) {
        int32_t next = time + (((k + 1) * p->bit) >> 4);
        cid_complex cs = pass_edge(span, 0, next, &edge_s), cm = pass_edge(span, 1, next, &edge_m);
        if (all_mark) marks += weigh(fsk_real(cm, angle_m + (uint32_t)k * turn_mm), gain_m) - 2 * mean_m;
        if (k == 0) {
            base += weigh(fsk_real(cs, angle_s), gain_s) - 2 * mean_s;
            continue;
        }
        for (int32_t spaces = 0; spaces < k; spaces++) { /* among the data bits; the start bit is one more */
            uint32_t z = (uint32_t)spaces + 1, m = (uint32_t)(k - 1 - spaces);
            b.mark[k][spaces] = weigh(fsk_real(cm, angle_m + m * turn_mm + z * turn_ms), gain_m) - 2 * mean_m;
            if (k == 9) continue;
            b.space[k][spaces] = weigh(fsk_real(cs, angle_s + m * turn_sm + z * turn_ss), gain_s) - 2 * mean_s;
        }
    }
    if (all_mark) *all_mark = marks;
    return add_up(&b, base, value);
}
