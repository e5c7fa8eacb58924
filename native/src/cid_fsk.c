/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FSK: two non-coherent demodulators side by side (Bell 202: 1200/2200 Hz; V.23: 1300/2100 Hz; both 1200 baud).
 *
 * Each sample is mixed with mark and space and summed over one bit. With A1, A0 the levels of mark and space on this
 * line and C1, C0 the magnitudes now, the soft value
 *
 *     A1 (2 C1 - A1) - A0 (2 C0 - A0)
 *
 * is the difference of the two log-likelihoods at high SNR: its zero crossing stays in the middle of an edge whatever
 * the twist. A character starts where the soft value falls through zero; its exact timing is the one, within 0.3 bit, at
 * which start bit, eight data bits and stop bit together are clearest. So every character finds its own timing, stop
 * bits may have any length, and marks may stand between characters.
 */
#include "cid_internal.h"

#define WEIGHT 20        /* a correlation is a weighted sum of samples, total weight 20: six times 3 and once 2 */
#define BITS 10          /* start, eight data bits, stop */
#define HALF_BIT3 10     /* thirds of a sample */
#define SEARCH3 6        /* timing is searched over +-6 thirds of a sample: +-0.3 bit */
#define FRONT_DELAY 25   /* samples from an edge on the line to the crossing of the soft value: band-pass 22, window 3 */
#define FLOOR (30 * 10)  /* magnitude below which there is nothing to decode: an amplitude of 30, -57.6 dBm0 */
#define TWIST_MAX 5      /* levels of mark and space differ by no more than this factor (14 dB) */
#define EYE_MIN 70       /* of 256: mean opening of the ten bits of a character, no bit counted above 128 */
#define STEADY 160       /* samples of mark, less penalties, that announce a carrier: 24 bits */
#define PURE_MIN 60      /* samples of unbroken mark before it is measured: 40 lie between a pair, 8 are left out, a window is 7 */
#define MARKS_MAX 400    /* pairs */
#define PAUSE 60         /* samples after a character, 25 of delay among them, from which levels are followed again */

static const uint8_t STEPS[FSK_DEMODS][2] = {{22, 12}, {21, 13}}; /* space, mark in 100 Hz */

void fsk_init(cid_state *s) {
    for (uint32_t k = 0; k < FSK_DEMODS; k++) {
        fsk_demod *d = &s->demod[k];
        d->standard = k == 0 ? RW_STD_BELL202 : RW_STD_V23;
        d->tone[0].level = d->tone[1].level = FLOOR;
        d->scan = 1;
    }
}

static void correlate(fsk_tone *t, uint32_t *phase, uint32_t step, int32_t x, uint32_t slot, uint32_t ring) {
    int32_t re = x * cid_cos80[*phase] >> 8;
    int32_t im = -(x * cid_cos80[*phase >= 20 ? *phase - 20 : *phase + 60] >> 8);
    *phase += step;
    if (*phase >= 80) *phase -= 80;
    uint32_t old = (slot + 2) & 7; /* six samples ago */
    t->sum_re += re - t->re[old];
    t->sum_im += im - t->im[old];
    t->re[slot] = re;
    t->im[slot] = im;
    int32_t corr_re = 3 * t->sum_re + 2 * t->re[old];
    int32_t corr_im = 3 * t->sum_im + 2 * t->im[old];
    t->corr[ring].re = corr_re;
    t->corr[ring].im = corr_im;
    t->mag[ring] = cid_magnitude(corr_re >> 2, corr_im >> 2) >> 3; /* ten times the amplitude on the line */
}

/* The soft value from magnitudes that are `scale` times too large. */
static int64_t soft_value(const fsk_demod *d, int32_t space, int32_t mark, int32_t scale) {
    int32_t a0 = d->tone[0].level, a1 = d->tone[1].level;
    return (int64_t)a1 * (2 * mark - scale * a1) - (int64_t)a0 * (2 * space - scale * a0);
}

/* Magnitude (times 3) at a time in thirds of a sample relative to the newest sample, <= 0. */
static int32_t magnitude_at(const fsk_tone *t, uint32_t ring, int32_t time3) {
    int32_t back = (2 - time3) / 3; /* samples back to the whole sample at or before that time */
    int32_t part = time3 + 3 * back;
    uint32_t i = (ring - (uint32_t)back) & (FSK_RING - 1);
    int32_t m = t->mag[i] * (3 - part);
    if (part) m += t->mag[(i + 1) & (FSK_RING - 1)] * part;
    return m;
}

static int64_t soft_at(const fsk_demod *d, uint32_t ring, int32_t time3) {
    return soft_value(d, magnitude_at(&d->tone[0], ring, time3), magnitude_at(&d->tone[1], ring, time3), 3);
}

static int64_t size_of(int64_t v) { return v < 0 ? -v : v; }

/* The soft value of an ideal bit (at the scale of soft_at). */
static int64_t ideal_soft(const fsk_demod *d) {
    int64_t a0 = d->tone[0].level, a1 = d->tone[1].level;
    return 3 * (a0 * a0 + a1 * a1);
}

/*
 * How clear a character that begins at this edge would be: forced start and stop, the data as they are. No bit counts for
 * more than half an ideal one, or a strong tone would pull the timing towards itself.
 */
static int64_t clarity(const fsk_demod *d, uint32_t ring, int32_t edge3) {
    int64_t sum = 0, limit = ideal_soft(d) >> 1;
    int32_t at = edge3 + HALF_BIT3;
    for (int i = 0; i < BITS; i++, at += FSK_BIT3) {
        int64_t soft = soft_at(d, ring, at);
        if (i == 0 || (i < BITS - 1 && soft < 0)) soft = -soft;
        sum += soft > limit ? limit : soft < -limit ? -limit : soft;
    }
    return sum;
}

/* The clearest edge within `reach` of `edge3`, in steps of `step`. */
static int32_t clearest(const fsk_demod *d, uint32_t ring, int32_t edge3, int32_t reach, int32_t step, int64_t *best) {
    int32_t found = edge3;
    *best = clarity(d, ring, edge3);
    for (int32_t off = step; off <= reach; off += step) {
        for (int sign = -1; sign <= 1; sign += 2) {
            int64_t c = clarity(d, ring, edge3 + sign * off);
            if (c > *best) {
                *best = c;
                found = edge3 + sign * off;
            }
        }
    }
    return found;
}

/* Bits at this timing, bit 0 the start bit. */
static uint32_t slice(const fsk_demod *d, uint32_t ring, int32_t edge3) {
    uint32_t bits = 0;
    for (int i = 0; i < BITS; i++)
        if (soft_at(d, ring, edge3 + HALF_BIT3 + i * FSK_BIT3) > 0) bits |= 1u << i;
    return bits;
}

static void keep_ratio(fsk_demod *d) {
    for (int tone = 0; tone < 2; tone++) {
        int32_t least = d->tone[1 - tone].level / TWIST_MAX;
        if (least < 1) least = 1;
        if (d->tone[tone].level < least) d->tone[tone].level = least;
    }
}

/* Take the levels of mark and space from the bits of this character. */
static void learn_levels(fsk_demod *d, uint32_t ring, int32_t edge3, uint32_t bits) {
    int32_t sum[2] = {0, 0}, n[2] = {0, 0};
    for (int i = 0; i < BITS; i++) {
        uint32_t tone = (bits >> i) & 1;
        sum[tone] += magnitude_at(&d->tone[tone], ring, edge3 + HALF_BIT3 + i * FSK_BIT3) / 3;
        n[tone]++;
    }
    for (int tone = 0; tone < 2; tone++)
        if (n[tone]) d->tone[tone].level += (sum[tone] / n[tone] - d->tone[tone].level) * (n[tone] > 2 ? 3 : 2) / 4;
    keep_ratio(d);
}

/* Whole sample at or after a time in thirds, as a ring slot. */
static uint32_t slot_at(uint32_t ring, int32_t time3) { return (ring - (uint32_t)(-time3 / 3)) & (FSK_RING - 1); }

/* The largest share of a soft value in the ideal one, 256 = all; both are brought below 2^21 first. */
static int32_t opening(int64_t soft, int64_t ideal) {
    while (ideal >= 1 << 21) {
        ideal >>= 1;
        soft >>= 1;
    }
    if (soft > 4 * ideal) return 1024;
    return (int32_t)soft * 256 / ((int32_t)ideal + 1);
}

/* Rotation of a tone over six samples that lie in two equal bits: its angle tells how far the tone is off. */
static void measure_turn(fsk_stats *st, const fsk_tone *t, uint32_t bit, uint32_t slot) {
    const cid_complex *one = &t->corr[slot], *two = &t->corr[(slot + 6) & (FSK_RING - 1)];
    int64_t re1 = one->re >> 4, im1 = one->im >> 4, re2 = two->re >> 4, im2 = two->im >> 4;
    st->turn_re[bit] += re2 * re1 + im2 * im1;
    st->turn_im[bit] += im2 * re1 - re2 * im1;
}

/* Add a character to the figures of its message. */
static void measure(fsk_demod *d, int32_t edge3, uint32_t bits) {
    fsk_stats *st = &d->stats;
    int64_t norm = ideal_soft(d);
    int32_t time3 = edge3 + HALF_BIT3;
    for (int i = 0; i < BITS; i++, time3 += FSK_BIT3) {
        uint32_t bit = (bits >> i) & 1;
        int32_t mag = magnitude_at(&d->tone[bit], d->ring, time3) / 3;
        int32_t eye = opening(size_of(soft_at(d, d->ring, time3)), norm);
        st->bits[bit]++;
        st->level[bit] += mag;
        st->tone += (uint64_t)((int64_t)mag * mag);
        st->eye += (uint32_t)eye;
        st->eye_square += (uint32_t)(eye * eye);
        if (i + 1 < BITS && bit == ((bits >> (i + 1)) & 1))
            measure_turn(st, &d->tone[bit], bit, slot_at(d->ring, time3));
    }
    uint32_t last = slot_at(d->ring, time3 - FSK_BIT3);
    for (uint32_t i = 0; i < 67; i++) st->total += d->square[(last - i) & (FSK_RING - 1)];
}

/*
 * Levels from what was no character: back to the old ones, unless the line has become much louder. Then the old ones say
 * nothing, nor does their ratio, under which one tone might drown the other for as long as the seizure lasts.
 */
static void forget_levels(fsk_demod *d, const int32_t *old) {
    int32_t now = d->tone[0].level > d->tone[1].level ? d->tone[0].level : d->tone[1].level;
    int louder = now / 2 > old[0] && now / 2 > old[1];
    d->tone[0].level = louder ? now : old[0];
    d->tone[1].level = louder ? now : old[1];
}

/*
 * The ten bits from edge3 on have been heard. Decide them, and set where to look for the next start bit: after the
 * middle of the stop bit, or, when this was no character, just after the false edge.
 */
static void read_character(cid_state *s, uint32_t which) {
    fsk_demod *d = &s->demod[which];
    uint32_t ring = d->ring, now = (uint32_t)s->now;
    int32_t false_edge = d->edge3 / 3 + 1;
    int32_t old[2] = {d->tone[0].level, d->tone[1].level};
    int64_t best;
    d->in_character = 0;
    d->scan = false_edge;
    d->last = 0;
    if (magnitude_at(&d->tone[0], ring, d->edge3 + HALF_BIT3) < 3 * FLOOR) return;
    int32_t edge3 = clearest(d, ring, d->edge3, SEARCH3, 2, &best);
    learn_levels(d, ring, edge3, slice(d, ring, edge3));
    edge3 = clearest(d, ring, d->edge3, SEARCH3, 2, &best);
    learn_levels(d, ring, edge3, slice(d, ring, edge3));
    edge3 = clearest(d, ring, edge3, 1, 1, &best);
    uint32_t bits = slice(d, ring, edge3);
    int64_t norm = ideal_soft(d);
    uint32_t start = now - (uint32_t)((2 - edge3) / 3) - FRONT_DELAY;
    frame_level(s, which);
    int framed = !(bits & 1) && (bits >> (BITS - 1)) & 1;
    int follows = frame_continues(d, start) && !(bits & 1);
    if (best * 256 < norm * BITS * EYE_MIN || !(framed || follows)) {
        forget_levels(d, old);
        return;
    }
    frame_begin(d, start);
    measure(d, edge3, bits);
    frame_character(s, which, (uint8_t)(bits >> 1), start);
    d->scan = (edge3 + HALF_BIT3 + (BITS - 1) * FSK_BIT3) / 3;
}

/* Between messages: follow the levels of both tones, and forget the twist of a tone that is not sent. */
static void follow_levels(fsk_demod *d, int32_t space, int32_t mark) {
    fsk_tone *stronger = mark > space ? &d->tone[1] : &d->tone[0];
    fsk_tone *weaker = mark > space ? &d->tone[0] : &d->tone[1];
    int32_t level = mark > space ? mark : space;
    stronger->level += (level - stronger->level) / 16;
    weaker->level += (stronger->level - weaker->level) / 1024;
    if (d->tone[0].level < FLOOR / 2) d->tone[0].level = FLOOR / 2;
    if (d->tone[1].level < FLOOR / 2) d->tone[1].level = FLOOR / 2;
    keep_ratio(d);
}

/* Compare mark with itself 20 and 40 samples ago; `late` samples behind the newest, so that no start bit gets in. */
static void measure_marks(const cid_state *s, fsk_demod *d, uint32_t late) {
    const fsk_tone *t = &d->tone[1];
    const cid_complex *c = &t->corr[(d->ring - late) & (FSK_RING - 1)];
    const cid_complex *b = &t->corr[(d->ring - late - 20) & (FSK_RING - 1)];
    const cid_complex *a = &t->corr[(d->ring - late - 40) & (FSK_RING - 1)];
    int64_t re = c->re >> 2, im = c->im >> 2, re1 = b->re >> 2, im1 = b->im >> 2, re2 = a->re >> 2, im2 = a->im >> 2;
    fsk_marks *m = &d->marks;
    m->re20 += re * re1 + im * im1;
    m->im20 += im * re1 - re * im1;
    m->re40 += re * re2 + im * im2;
    m->im40 += im * re2 - re * im2;
    m->power += re * re + im * im + re2 * re2 + im2 * im2;
    m->n++;
    m->until = (uint32_t)s->now;
}

/* Unbroken mark for 24 bits: a carrier. Noise and speech do not keep one tone at half of their power that long. */
static void watch_carrier(cid_state *s, uint32_t which, int32_t mark) {
    fsk_demod *d = &s->demod[which];
    /* mark^2 / 800 is the power of its tone; over seven samples, six tenths of the total: */
    if (mark > FLOOR && (uint64_t)((int64_t)mark * mark) * 7 > d->window_power * 480) {
        if (!d->steady) d->steady_since = (uint32_t)s->now;
        if (d->steady < 100000) d->steady++;
        d->pure++;
    } else {
        d->steady = d->steady > 4 ? d->steady - 4 : 0;
        d->pure = 0;
        if (!d->steady) d->announced = 0;
    }
    if (d->pure == PURE_MIN) {
        fsk_marks none = {0, 0, 0, 0, 0, 0, 0};
        d->marks = none;
    }
    if (d->pure >= PURE_MIN && d->pure % 5 == 0 && d->marks.n < MARKS_MAX) measure_marks(s, d, 8);
    if (d->steady >= STEADY && d->marks.n >= MARKS_MIN && !d->announced) {
        d->announced = 1;
        frame_carrier(s, which);
    }
}

/* When did the line last become much louder than it had been for the 30 ms before? */
static void watch_onset(const cid_state *s, fsk_demod *d, int32_t space, int32_t mark) {
    int32_t loud = mark > space ? mark : space;
    if (loud > FLOOR && loud / 4 > d->background) {
        if (!d->jumped) d->onset = (uint32_t)s->now;
        d->jumped = 1;
    } else if (loud < d->background) {
        d->jumped = 0;
    }
    d->background += (loud - d->background) / 256;
}

static void demodulate(cid_state *s, uint32_t which, int32_t x) {
    fsk_demod *d = &s->demod[which];
    for (int tone = 0; tone < 2; tone++)
        correlate(&d->tone[tone], &d->phase[tone], STEPS[which][tone], x, (uint32_t)s->now & 7, d->ring);
    int32_t space = d->tone[0].mag[d->ring], mark = d->tone[1].mag[d->ring];
    watch_onset(s, d, space, mark);
    watch_carrier(s, which, mark);
    d->scan--;
    d->edge3 -= 3;
    if (!d->in_character) {
        if (!d->run_open || (int32_t)((uint32_t)s->now - d->end_time) > PAUSE) follow_levels(d, space, mark);
        frame_idle(s, which);
    }
    for (;;) {
        if (d->in_character) {
            if (d->edge3 + HALF_BIT3 + (BITS - 1) * FSK_BIT3 + SEARCH3 + 2 > 0) return;
            read_character(s, which);
        }
        while (d->scan <= 0 && !d->in_character) {
            int32_t before = d->last;
            uint32_t i = (d->ring - (uint32_t)-d->scan) & (FSK_RING - 1);
            int64_t soft = soft_value(d, d->tone[0].mag[i], d->tone[1].mag[i], 1) >> 8;
            int32_t now = soft > 0x3FFFFFF ? 0x3FFFFFF : soft < -0x3FFFFFF ? -0x3FFFFFF : (int32_t)soft;
            if (before > 0 && now <= 0) { /* the crossing, to the next third of a sample */
                int32_t gap = before - now;
                int32_t part = before * 6 < gap ? 0 : before * 2 < gap ? 1 : before * 6 < gap * 5 ? 2 : 3;
                d->edge3 = 3 * (d->scan - 1) + part;
                d->in_character = 1;
            }
            d->last = now;
            d->scan++;
        }
        if (!d->in_character) return;
    }
}

void fsk_sample(cid_state *s, uint32_t which, int32_t x) {
    fsk_demod *d = &s->demod[which];
    d->ring = (d->ring + 1) & (FSK_RING - 1);
    d->square[d->ring] = (uint32_t)(x * x);
    d->window_power += d->square[d->ring];
    d->window_power -= d->square[(d->ring - 7) & (FSK_RING - 1)];
    demodulate(s, which, x);
}
