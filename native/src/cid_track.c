/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FSK: a path of decisions grows by one character.
 *
 * Five things about a burst are constant and unknown: the angles of mark and space, how far space is off its frequency
 * when mark is known, how long the sender pauses between characters, and how long its bits are. A Kalman filter learns
 * them bit by bit from the angle by which each bit misses its prediction. Its states, in radians (Q20, covariances Q24)
 * and scaled to be of one size:
 *
 *     0  angle of mark            2  turn of a bit of space x 8     4  error of a bit x 8
 *     1  angle of space           3  turn of a pause x 4
 *
 * What is learnt about the pause also moves the time: angle and time of space are one thing for a steady sender.
 */
#include "cid_internal.h"

#include <string.h>

#define RADIAN 652           /* turns / 2^32 of 1/2^20 radian */
#define LEVEL_BITS 200       /* memory of the levels */
#define RATIO 64             /* noise is not believed to lie further than 1/RATIO (18 dB) below the square of the level */
#define NEW_PAUSE (8 << 24)  /* variance of a pause of which nothing is known */
#define NEW_ANGLE (1 << 23)
#define UNKNOWN (4 << 24)
#define SPACE_OFF 107374     /* (0.01 radian a bit)^2 x 64: 0.09 % of the frequency */

/* What the line and the sender may change in a character. */
static const int32_t DRIFT[5] = {6711, 6711, 11, 27, 11};

static int32_t mul(int32_t a, int32_t b, int shift) { return (int32_t)((int64_t)a * b >> shift); }

static int32_t clamp(int32_t v, int32_t limit) { return v > limit ? limit : v < -limit ? -limit : v; }

static int32_t least_noise(const fsk_path *p) {
    uint32_t a = (uint32_t)p->level[0] >> 4, b = (uint32_t)p->level[1] >> 4;
    return (int32_t)((a * a + b * b) / 2 / RATIO) + 2;
}

/* (noise / level^2), Q16, at most 64. */
static int32_t noise_ratio(int32_t noise, int32_t level) {
    uint32_t a = (uint32_t)level >> 8, ratio = ((uint32_t)(noise > 0xFFFFFF ? 0xFFFFFF : noise) << 8) / (a * a + 1);
    return (int32_t)(ratio > 1u << 22 ? 1u << 22 : ratio);
}

/* The path before its first character, at the scale of the session. */
void fsk_first(const cid_state *s, fsk_path *p, const fsk_start *start) {
    const fsk_state *f = &s->fsk;
    const fsk_tones *t = &fsk_standard[f->tones];
    memset(p, 0, sizeof *p);
    p->time = start->time;
    p->angle[0] = start->space_angle;
    p->angle[1] = start->mark.angle;
    p->offset = start->mark.offset;
    p->bit = 436907; /* 8000 / 1200 */
    p->level[0] = fsk_scale(start->space_level, f->shift);
    p->level[1] = fsk_scale((int32_t)start->mark.level, f->shift);
    p->noise = (int32_t)(f->shift >= 0 ? start->mark.noise << 2 * f->shift : start->mark.noise >> -2 * f->shift) >> 4;
    if (p->noise < least_noise(p)) p->noise = least_noise(p);
    p->history = (int32_t)start->mark.blocks * FSK_BLOCK / 67;
    int32_t marks = (int32_t)start->mark.blocks * 6;
    p->weight[1] = marks;
    p->weight[0] = start->spaces;
    p->worst = 64;
    int32_t r = noise_ratio(p->noise, p->level[1]) * 77; /* of one bit: 2 V / A^2 T */
    p->cov[0][0] = 4 * (r / marks) + 1678;
    p->cov[2][2] = SPACE_OFF;
    p->cov[1][1] = UNKNOWN;
    p->cov[4][4] = t->variance;
}

/* ---- the filter ---- */

typedef struct {
    int32_t a;       /* 0: a mark, 1: a space */
    int32_t f, bits; /* how frequency and bit length enter, Q12 */
} observer;

static void observe(fsk_path *p, int32_t *x, observer h, int32_t miss, int32_t variance) {
    int32_t ph[5], k[5];
    for (int i = 0; i < 5; i++) {
        ph[i] = p->cov[i][h.a] + mul(p->cov[i][2], h.f, 12) + mul(p->cov[i][4], h.bits, 12);
    }
    int32_t sum = variance + ph[h.a] + mul(ph[2], h.f, 12) + mul(ph[4], h.bits, 12);
    int32_t inverse = (int32_t)(0x80000000u / (((uint32_t)sum >> 8) + 1)); /* Q15 */
    int32_t e = clamp(miss - x[h.a] - mul(x[2], h.f, 12) - mul(x[4], h.bits, 12), 1 << 20);
    for (int i = 0; i < 5; i++) {
        k[i] = mul(ph[i], inverse, 23); /* Q16 */
        x[i] += mul(k[i], e, 16);
    }
    for (int i = 0; i < 5; i++)
        for (int j = i; j < 5; j++) p->cov[i][j] = p->cov[j][i] = p->cov[i][j] - mul(k[i], ph[j], 16);
    for (int i = 0; i < 5; i++)
        if (p->cov[i][i] < 4) p->cov[i][i] = 4;
}

static void add_row(fsk_path *p, int to, int from, int32_t share, int shift) {
    for (int i = 0; i < 5; i++) p->cov[to][i] += mul(p->cov[from][i], share, shift);
    for (int i = 0; i < 5; i++) p->cov[i][to] += mul(p->cov[i][from], share, shift);
}

/* Over a pause, its length enters the angle of space. */
static void pass_pause(fsk_path *p, int irregular) {
    if (p->count == 1 || (p->count == 2 && irregular)) {
        p->cov[3][3] = NEW_PAUSE;
    } else if (irregular) {
        for (int i = 0; i < 3; i++) p->cov[3][i] = p->cov[i][3] = 0;
        p->cov[3][4] = p->cov[4][3] = 0;
        p->cov[1][1] += NEW_ANGLE;
        return;
    }
    if (p->count) add_row(p, 1, 3, 1, 2);
}

static void pass_character(fsk_path *p, int32_t spaces) {
    for (int to = 0; to < 2; to++) {
        add_row(p, to, 2, spaces * 512, 12);
        add_row(p, to, 4, spaces * 512, 12);
    }
    for (int i = 0; i < 5; i++) {
        p->cov[i][i] += DRIFT[i];
        if (p->cov[i][i] > 2 * UNKNOWN) p->cov[i][i] = 2 * UNKNOWN;
    }
}

/* ---- the character ---- */

typedef struct {
    uint32_t angle[2], step[2][2];     /* of space, mark; turned by a bit of space, of mark: step[bit][tone] */
    int32_t unit[2];                   /* real and imaginary parts -> radians, Q20 */
    int32_t variance[2];
    int32_t real[2], bits[2];          /* sums of real parts (1 = 2^20) */
    int32_t early_late, square;        /* for the timing */
    int64_t matched;                   /* sum of level x real part */
} character;

static void set_up(const cid_state *s, const fsk_path *p, int32_t gap, character *c) {
    const fsk_tones *t = &fsk_standard[s->fsk.tones];
    memset(c, 0, sizeof *c);
    int32_t off_s = (int32_t)((int64_t)p->offset * t->space_share >> 6) + p->space_offset;
    uint32_t turn_mm = (uint32_t)((int64_t)p->offset * p->bit >> 16);
    uint32_t turn_ss = (uint32_t)((int64_t)off_s * p->bit >> 16);
    uint32_t apart = (uint32_t)((uint64_t)t->apart * (uint32_t)p->bit >> 16);
    uint32_t skew = (uint32_t)((int64_t)p->offset * gap >> 16);
    c->step[0][0] = turn_ss;
    c->step[0][1] = turn_ss + apart;
    c->step[1][0] = turn_mm - apart;
    c->step[1][1] = turn_mm;
    c->angle[0] = p->angle[0] + skew - (uint32_t)((int64_t)t->apart * gap >> 16);
    c->angle[1] = p->angle[1] + skew;
    for (int tone = 0; tone < 2; tone++) {
        uint32_t whole = (uint32_t)p->level[tone] * 4 * (uint32_t)(p->bit >> 12) >> 4; /* 64 A T */
        c->unit[tone] = (int32_t)(0x80000000u / (whole + 1));                         /* Q10 */
        c->variance[tone] = noise_ratio(p->noise, p->level[tone]) * 77 + 64;
    }
}

static void take_bit(const cid_state *s, fsk_path *p, int32_t *x, character *c, uint32_t bit, int32_t from, int32_t to) {
    const fsk_span *span = &s->fsk.span;
    uint32_t angle = c->angle[bit] + (uint32_t)((int32_t)c->step[bit][bit] / 2);
    cid_complex sum = fsk_sum(span, bit, from, to);
    int32_t real = fsk_real(sum, angle), imag = fsk_imag(sum, angle);
    observer h = {!bit, c->bits[0] * 512 + (bit ? 0 : 256), bit ? c->bits[0] * 512 : -c->bits[1] * 512};
    observe(p, x, h, mul(imag, c->unit[bit], 10), c->variance[bit]);
    int32_t slip = p->bit * 3 / 20 >> 4, a = p->level[bit] >> 8;
    int32_t late = fsk_real(fsk_sum(span, bit, from + slip, to + slip), angle);
    int32_t early = fsk_real(fsk_sum(span, bit, from - slip, to - slip), angle);
    c->early_late += a * ((late - early) >> 2);
    c->square += a * a;
    c->real[bit] += mul(real, c->unit[bit], 10);
    c->matched += (int64_t)p->level[bit] * real;
    c->bits[bit]++;
    c->angle[0] += c->step[bit][0];
    c->angle[1] += c->step[bit][1];
}

static uint32_t power_of(const cid_state *s, int32_t from, int32_t to) {
    const fsk_state *f = &s->fsk;
    uint32_t sum = 0;
    for (int32_t i = from; i < to; i++) {
        int32_t x = clamp(fsk_scale(s->ring[(f->origin + (uint32_t)i) & (FSK_RING - 1)], f->shift), f->limit);
        sum += (uint32_t)(x * x) >> 4;
    }
    return sum;
}

/* Noise: what the signal leaves of the power. */
static void learn_noise(const cid_state *s, fsk_path *p, const character *c, int32_t from, int32_t to) {
    int32_t n = (to >> 12) - (from >> 12);
    int64_t power = power_of(s, from >> 12, to >> 12);
    /* level (x 16) x real (x 64) -> square / 16: the power is less by 2 A Re - A^2 T / 2 */
    int64_t fit = c->matched >> 13;
    int64_t own = 0;
    for (int tone = 0; tone < 2; tone++) {
        int64_t a = p->level[tone] >> 4;
        own += a * a * c->bits[tone] * (p->bit >> 8) >> 13; /* A^2 T n / 2 / 16 */
    }
    int32_t rest = (int32_t)(power - fit + own) / n * 16;
    int32_t old = p->noise, memory = p->history + p->count;
    if (memory > 60) memory = 60;
    p->noise += (rest - p->noise) / memory;
    if (p->noise < old * 7 / 10) p->noise = old * 7 / 10;
    int32_t least = least_noise(p);
    if (p->noise < least) p->noise = least;
}

static void learn_levels(fsk_path *p, const character *c) {
    for (int tone = 0; tone < 2; tone++) {
        if (!c->bits[tone]) continue;
        p->weight[tone] += c->bits[tone];
        if (p->weight[tone] > LEVEL_BITS) p->weight[tone] = LEVEL_BITS;
        p->level[tone] += mul(p->level[tone], (c->real[tone] - (c->bits[tone] << 20)) / p->weight[tone], 20);
        if (p->level[tone] < 256) p->level[tone] = 256;
        if (p->level[tone] > 131071) p->level[tone] = 131071;
    }
}

static void apply(const fsk_tones *t, fsk_path *p, const int32_t *x, const character *c, int irregular) {
    int32_t spaces = c->bits[0] * 512, marks = c->bits[1] * 512, more = mul(x[2], spaces, 12);
    p->angle[1] = c->angle[1] + (uint32_t)((x[0] + more + mul(x[4], spaces, 12)) * RADIAN);
    p->angle[0] = c->angle[0] + (uint32_t)((x[1] + more - mul(x[4], marks, 12)) * RADIAN);
    p->offset += x[0] * 15 / (p->history + p->count); /* 1.5 / N of it in the 67 samples of a character */
    p->space_offset += mul(x[2], 3129, 8);
    int32_t longer = mul(x[4], t->bit_gain, 20);
    p->bit = 436907 + clamp(p->bit + longer - 436907, 13107);
    p->stop -= 10 * longer;
    if (p->count > 2 && !irregular) p->stop -= mul(x[3], t->stop_gain, 20);
    if (p->count > 1) p->time -= mul(x[1] - x[0], t->time_gain, 20);
}

/*
 * How much stronger the bit's tone is than the other one, whatever their angles; 64 = ideal. The angles tell more, but
 * only as long as the model holds: where it does not, this still shows a bit that was read against what is there.
 */
static int32_t contrast(const fsk_path *p, const fsk_span *span, uint32_t bit, int32_t from, int32_t to) {
    int32_t a[2] = {p->level[0] >> 4, p->level[1] >> 4};
    int32_t soft = fsk_soft(a, fsk_sum(span, 0, from, to), fsk_sum(span, 1, from, to));
    int32_t ideal = (a[0] * a[0] + a[1] * a[1]) / 64 * 10 / 3 + 1;
    return (bit ? -soft : soft) / ideal;
}

/* `to` becomes the path `p` with `byte` after a gap; its metric and its place in the message are the caller's. */
void fsk_grow(cid_state *s, const fsk_path *p, int32_t gap, uint8_t byte, int irregular, fsk_path *to) {
    const fsk_tones *t = &fsk_standard[s->fsk.tones];
    character c;
    int32_t x[5] = {0, 0, 0, 0, 0};
    set_up(s, p, gap, &c);
    *to = *p;
    pass_pause(to, irregular);
    int32_t start = p->time + (gap >> 4), from = start;
    for (int32_t k = 0; k < 10; k++) {
        uint32_t bit = k == 0 ? 0 : k == 9 ? 1 : (uint32_t)byte >> (k - 1) & 1;
        int32_t end = start + (((k + 1) * p->bit) >> 4);
        take_bit(s, to, x, &c, bit, from, end);
        int32_t clear = contrast(p, &s->fsk.span, bit, from, end);
        if (clear < to->worst) to->worst = (int16_t)clear;
        from = end;
    }
    to->count++;
    to->time = from;
    to->gap = gap;
    if (to->count == 2) to->stop = gap;
    if (to->count >= 2) to->regular = 1;
    int32_t offset = clamp(c.early_late / ((c.square >> 5) + 1), 5461); /* 0.2 bit */
    int32_t slow = to->count < 24 ? to->count : 24;
    apply(t, to, x, &c, irregular);
    to->time += offset * 7 / (10 * slow);
    pass_character(to, c.bits[0]);
    learn_noise(s, to, &c, start, from);
    learn_levels(to, &c);
}
