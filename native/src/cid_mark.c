/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FSK: rows of mark, and where a message may begin.
 *
 * The marks of both standards are summed over blocks of 5 ms. The turn from block to block tells the standard and the
 * frequency; the sum of up to 28 blocks, turned back, tells angle and level; what it leaves of the power is noise. Then
 * every place in the next block is tried as the beginning of the first character, which is one of few types and nearly
 * all space: its spaces add up in phase, whatever their angle, and that angle is the one of space from then on.
 */
#include "cid_internal.h"

#include <string.h>

#define SHORT 7              /* blocks, 42 bits: the shortest row of mark that counts */
#define LONG 28
#define LATE 3               /* blocks between a row of mark and now: the first character must be there */
#define BIT 27307            /* 1/4096 sample */
#define CERTAIN (12 * FSK_UNIT)
#define BLOCK_TURN_MAX 0x26000000 /* 0.148 turns a block: 2.5 % of 1200 Hz, 2.3 % of 1300 Hz */
#define YOUNG 8              /* characters up to which a reading gives way to a clearer row of mark */
#define IDLE 8               /* blocks without mark after which the next row is a new carrier */
#define QUIET_LEVEL 100u     /* amplitude x 16 below which there is nothing to decode: -67 dBm0 */

const fsk_tones fsk_standard[2] = {
    {RW_STD_BELL202, {22, 12}, 644245094u, 536870912u, 117, 10430, 20861, 5215, 736000},
    {RW_STD_V23, {21, 13}, 697932186u, 429496730u, 103, 13038, 26075, 6519, 471000},
};

/* Types of messages, and what each costs against the most frequent. NTT's first character is DLE with its parity. */
static const struct {
    uint8_t type, cost;
} TYPES[] = {{0x80, 0}, {0x04, 0}, {0x82, 32}, {0x06, 32}, {0x86, 48}, {0x89, 48}, {0x90, 0}};
#define NTT_FIRST 0x90

void fsk_init(cid_state *s) { s->fsk.idle_blocks = IDLE; }

static uint32_t wanted(const cid_state *s, uint32_t tones) {
    return tones ? s->standards & (RW_STD_V23 | RW_STD_NTT) : s->standards & RW_STD_BELL202;
}

/* ---- rows of mark ---- */

/* Blocks, newest first, made small enough for 12 bits; returns by how many bits. */
static int32_t fetch(const fsk_state *f, uint32_t tones, uint32_t end, cid_complex *b, uint32_t n) {
    int32_t most = 0, shift = 0;
    for (uint32_t i = 0; i < n; i++) {
        b[i] = f->block[tones][(end - 1 - i) & (FSK_BLOCKS - 1)];
        most |= (b[i].re < 0 ? -b[i].re : b[i].re) | (b[i].im < 0 ? -b[i].im : b[i].im);
    }
    while (most >> shift >= 4096) shift++;
    for (uint32_t i = 0; i < n; i++) {
        b[i].re >>= shift;
        b[i].im >>= shift;
    }
    return shift;
}

static uint64_t energy(const fsk_state *f, uint32_t end, uint32_t n) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += f->energy[(end - 1 - i) & (FSK_LEVELS - 1)];
    return sum;
}

/* Sum of blocks `from` to `to`, each turned back by its age. */
static cid_complex turned_sum(const cid_complex *b, uint32_t from, uint32_t to, uint32_t turn) {
    cid_complex sum = {0, 0};
    for (uint32_t i = from; i < to; i++) {
        int32_t co = cid_cos_near(turn * i), si = cid_cos_near(turn * i - 0x40000000u);
        sum.re += (b[i].re * co - b[i].im * si) >> 14;
        sum.im += (b[i].re * si + b[i].im * co) >> 14;
    }
    return sum;
}

static uint32_t turn_between(cid_complex a, cid_complex b) { /* from b to a */
    int64_t re = (int64_t)a.re * b.re + (int64_t)a.im * b.im, im = (int64_t)a.im * b.re - (int64_t)a.re * b.im;
    return (uint32_t)cid_angle(re, im) << 16;
}

static int32_t length_of(cid_complex c) { return cid_magnitude(c.re, c.im); }

/* Amplitude x 16 of mark in the last n blocks whose turned sum is `sum`, and the power beside it a sample, x 16. */
static uint32_t level_of(cid_complex sum, int32_t shift, uint32_t n) {
    return (uint32_t)(((uint64_t)cid_length(sum.re, sum.im) << shift) / (n * (FSK_BLOCK * 2)));
}

static uint32_t noise_beside(const fsk_state *f, uint32_t end, uint32_t n, uint32_t level) {
    uint64_t power = energy(f, end, n) * 1024 / (n * FSK_BLOCK), tone = (uint64_t)level * level / 32;
    return power > tone ? (uint32_t)(power - tone) : 0;
}

/* Is there a row of mark that ends with block `end`? */
static int fit_mark(const fsk_state *f, uint32_t tones, uint32_t end, fsk_mark *m) {
    cid_complex b[LONG], r = {0, 0};
    uint32_t most = end < LONG ? end : LONG;
    if (most < SHORT + 1) return 0;
    int32_t shift = fetch(f, tones, end, b, SHORT);
    for (uint32_t i = 0; i + 1 < SHORT; i++) {
        r.re += b[i].re * b[i + 1].re + b[i].im * b[i + 1].im;
        r.im += b[i].im * b[i + 1].re - b[i].re * b[i + 1].im;
    }
    uint64_t total = energy(f, end, SHORT);
    /* mark has 0.2 of the power: |r| > 0.2 x 6 x (20 A x 64)^2, total = 280 A^2 / 2 / 64 */
    if ((uint64_t)(uint32_t)cid_magnitude(r.re >> 6, r.im >> 6) << (2 * shift + 6) <= total * 898779) return 0;
    uint32_t turn = (uint32_t)cid_angle(r.re, r.im) << 16;
    if ((int32_t)turn > BLOCK_TURN_MAX || (int32_t)turn < -BLOCK_TURN_MAX) return 0;
    shift = fetch(f, tones, end, b, most);
    int32_t level = length_of(turned_sum(b, 0, SHORT, turn));
    uint32_t used = SHORT, quiet = 0;
    for (uint32_t n = SHORT; n <= most; n *= 2) {
        cid_complex sum = turned_sum(b, 0, n, turn);
        if (n > SHORT && length_of(sum) * 4 * SHORT < level * 3 * (int32_t)n) break;
        /* A longer row that is far noisier reaches back into the seizure. */
        uint32_t size = level_of(sum, shift, n), noise = noise_beside(f, end, n, size);
        if (n == SHORT) quiet = noise;
        if (noise / 3 > quiet + (uint32_t)((uint64_t)size * size >> 15)) break;
        used = n;
        uint32_t half = n / 2;
        int32_t more = (int32_t)turn_between(turned_sum(b, 0, half, turn), turned_sum(b, n - half, n, turn));
        turn += (uint32_t)(more / (int32_t)(n - half));
        level = length_of(turned_sum(b, 0, SHORT, turn));
    }
    cid_complex sum = turned_sum(b, 0, used, turn);
    m->blocks = used;
    m->offset = (int32_t)turn / FSK_BLOCK;
    m->angle = ((uint32_t)cid_angle(sum.re, sum.im) << 16) + (uint32_t)((int32_t)turn / 2);
    m->level = level_of(sum, shift, used);
    m->noise = noise_beside(f, end, used, m->level);
    return m->level >= QUIET_LEVEL && (uint64_t)m->level * m->level > 20 * (uint64_t)m->noise; /* -2 dB */
}

/* ---- the burst ---- */

/* First sample of the burst that a row of mark with this level and noise belongs to; the row ends with block `end`. */
static uint32_t burst_start(const fsk_state *f, uint32_t end, const fsk_mark *m) {
    uint64_t noise = (uint64_t)m->noise * FSK_BLOCK / 1024;
    uint64_t tone = (uint64_t)m->level * m->level / 32 * FSK_BLOCK / 1024;
    uint32_t i = 1, most = end < FSK_LEVELS - 8 ? end : FSK_LEVELS - 8;
    for (uint32_t k = 0; k < most; k++) { /* a row that begins in a seizure has too much noise */
        uint64_t e = f->energy[(end - 1 - k) & (FSK_LEVELS - 1)];
        if (e < noise) noise = e;
    }
    uint64_t least = noise + tone * 3 / 10;
    while (i < most) {
        uint64_t e = f->energy[(end - 1 - i) & (FSK_LEVELS - 1)], e2 = f->energy[(end - 2 - i) & (FSK_LEVELS - 1)];
        if (e < least && (i + 1 >= most || e2 < least)) break;
        i++;
    }
    /* block end - i is the first that is full of it; part of the one before may be */
    uint64_t part = i < most ? f->energy[(end - 1 - i) & (FSK_LEVELS - 1)] : 0;
    part = part > noise && tone ? (part - noise) * FSK_BLOCK / tone : 0;
    if (part > FSK_BLOCK) part = FSK_BLOCK;
    return (end - i) * FSK_BLOCK - (uint32_t)part;
}

static void announce(cid_state *s, uint32_t tones, uint32_t end, const fsk_mark *m) {
    s->fsk.burst = burst_start(&s->fsk, end, m);
    fsk_announce(s, tones);
}

/* A burst of these tones has begun at f->burst. */
void fsk_announce(cid_state *s, uint32_t tones) {
    rw_cid_event e;
    memset(&e, 0, sizeof e);
    s->fsk.announced = 1;
    e.type = RW_CID_EVENT_CARRIER;
    e.standard = fsk_standard[tones].standard & s->standards ? fsk_standard[tones].standard : RW_STD_NTT;
    e.start = cid_stamp(s, s->fsk.burst - 31);
    cid_post(s, &e);
}

/* ---- the first character ---- */

static void insert(fsk_state *f, const fsk_start *c) {
    uint32_t at = f->starts;
    for (uint32_t i = 0; i < f->starts; i++) {
        int32_t d = f->start[i].time - c->time;
        if (f->start[i].type == c->type && d < BIT * 2 / 5 && d > -BIT * 2 / 5) at = i;
    }
    if (at == FSK_STARTS) {
        at = 0;
        for (uint32_t i = 1; i < FSK_STARTS; i++)
            if (f->start[i].metric < f->start[at].metric) at = i;
    }
    if (at < f->starts && f->start[at].metric >= c->metric) return;
    f->start[at] = *c;
    if (at == f->starts) f->starts++;
}

typedef struct {
    uint32_t tones;
    int32_t level, noise, shift; /* scaled: amplitude, power / 16 */
    uint32_t apart, angle;       /* of mark at the place */
    cid_complex space[10], mark[10];
    int32_t before;              /* likelihood x noise of ten bits of mark before the place */
    int32_t turn_mm, turn_ss;
} place;

/* A Re(C) - A^2 N / 4 over `bits` bits. */
static int32_t fit_tone(int32_t level, int32_t real, int32_t bits) {
    return (int32_t)((int64_t)level * real >> 6) - (level * level >> 2) * (BIT >> 6) / 64 * bits;
}

static void try_type(fsk_state *f, const place *p, fsk_start *c, uint32_t cost, int32_t all_mark) {
    cid_complex sum = {0, 0};
    int32_t fit = 0, spaces = 0;
    uint32_t angle = p->angle, turn = 0; /* of mark; of space since the place */
    for (uint32_t k = 0; k < 10; k++) {
        uint32_t bit = k == 0 ? 0 : k == 9 ? 1 : (uint32_t)c->type >> (k - 1) & 1;
        if (bit) {
            fit += fit_tone(p->level, fsk_real(p->mark[k], angle + (uint32_t)(p->turn_mm / 2)), 1);
            angle += (uint32_t)p->turn_mm;
            turn += (uint32_t)p->turn_mm - p->apart;
        } else {
            uint32_t back = turn + (uint32_t)(p->turn_ss / 2);
            sum.re += fsk_real(p->space[k], back);
            sum.im += fsk_imag(p->space[k], back);
            turn += (uint32_t)p->turn_ss;
            angle += (uint32_t)p->turn_ss + p->apart;
            spaces++;
        }
    }
    int32_t level = cid_magnitude(sum.re >> 2, sum.im >> 2) * 12 / (640 * spaces); /* 2 |C| / 64 n T */
    if (level > p->level * 4 || level * 4 < p->level) return;
    int32_t gain = fit + (level * level >> 2) * (BIT >> 6) / 64 * spaces;
    if ((gain - all_mark) / p->noise < CERTAIN) return;
    if (level > f->start_level) f->start_level = level;
    int32_t expected = (p->level * p->level >> 2) * (BIT >> 6) / 64 * (20 - spaces);
    c->raw = (p->before + gain - expected) / p->noise - (int32_t)cost;
    c->spaces = spaces;
    c->space_angle = (uint32_t)cid_angle(sum.re, sum.im) << 16;
    c->space_level = fsk_scale(level << 4, -p->shift);
    int32_t one = (f->start_level * f->start_level >> 2) * (BIT >> 6) / 64 / p->noise;
    for (uint32_t i = 0; i < f->starts; i++) f->start[i].metric = f->start[i].raw - one * f->start[i].spaces;
    c->metric = c->raw - one * spaces;
    if (!f->starts) f->first_start = f->start_origin + (uint32_t)(c->time >> 12);
    insert(f, c);
}

static void try_place(cid_state *s, place *p, fsk_start *c) {
    fsk_state *f = &s->fsk;
    const fsk_span *span = &f->span;
    cid_complex early = fsk_sum(span, 0, c->time, c->time + 3 * BIT);
    uint32_t middle = p->angle + (uint32_t)(p->turn_mm + p->turn_mm / 2);
    int32_t real = fsk_real(fsk_sum(span, 1, c->time, c->time + 3 * BIT), middle);
    /* three bits of space, at any angle, against three of mark: |C|^2 / N > A Re - A^2 N / 4 (all x 4096 / 64) */
    int64_t length = cid_magnitude(early.re >> 2, early.im >> 2) * 4;
    if (length * length / 20 < 64 * (int64_t)fit_tone(p->level, real, 3) * 64) return;
    int32_t all_mark = 0;
    fsk_ten_bits(span, 0, c->time, p->space);
    fsk_ten_bits(span, 1, c->time, p->mark);
    for (int32_t k = 0; k < 10; k++) {
        uint32_t angle = p->angle + (uint32_t)(k * p->turn_mm + p->turn_mm / 2);
        all_mark += fit_tone(p->level, fsk_real(p->mark[k], angle), 1);
    }
    p->before = fit_tone(p->level, fsk_real(fsk_sum(span, 1, c->time - 10 * BIT, c->time),
                                            p->angle - (uint32_t)(5 * p->turn_mm)), 10);
    for (uint32_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (TYPES[i].type == NTT_FIRST ? !(p->tones && s->standards & RW_STD_NTT)
                                       : !(s->standards & fsk_standard[p->tones].standard)) continue;
        c->type = TYPES[i].type;
        try_type(f, p, c, TYPES[i].cost, all_mark);
    }
}

/* Try every place from the end of a row of mark to a block later. */
static void find_starts(cid_state *s, uint32_t tones, uint32_t end, const fsk_mark *m) {
    fsk_state *f = &s->fsk;
    if (!f->starts || f->start_tones != tones) {
        f->starts = 0;
        f->start_tones = tones;
        f->start_origin = end * FSK_BLOCK - 200;
        f->start_level = 0;
    }
    place p;
    memset(&p, 0, sizeof p);
    while (m->level >> 4 >> -p.shift >= 1024) p.shift--;
    while (p.shift >= 0 && p.shift < 8 && m->level << p.shift >> 4 < 512) p.shift++;
    p.tones = tones;
    p.level = fsk_scale((int32_t)m->level, p.shift) >> 4;
    int64_t noise = p.shift >= 0 ? (int64_t)m->noise << 2 * p.shift : (int64_t)m->noise >> -2 * p.shift;
    p.noise = (int32_t)(noise >> 8);
    if (p.noise < p.level * p.level >> 10) p.noise = p.level * p.level >> 10; /* / 64 / 16 */
    p.noise++;
    const fsk_tones *t = &fsk_standard[tones];
    p.apart = (uint32_t)((uint64_t)t->apart * 436907 >> 16);
    p.turn_mm = (int32_t)((int64_t)m->offset * 436907 >> 16);
    p.turn_ss = (int32_t)((int64_t)p.turn_mm * t->space_share >> 6);
    int32_t from = (int32_t)(end * FSK_BLOCK - f->start_origin);
    fsk_fill_span(s, tones, f->start_origin, from - 62, from + 120, p.shift, p.level * 6);
    fsk_start c;
    memset(&c, 0, sizeof c);
    for (int32_t at = 8 * 4096; at < 48 * 4096; at += BIT / 6) {
        c.mark = *m;
        c.time = from * 4096 + at;
        p.angle = m->angle + (uint32_t)((int64_t)m->offset * at >> 12);
        c.mark.angle = p.angle;
        try_place(s, &p, &c);
    }
}

/* ---- samples ---- */

/* Does the row go on through the block after the next? Then no character begins in the next. */
static int goes_on(const fsk_state *f, uint32_t tones, uint32_t end, const fsk_mark *m) {
    const cid_complex *b = &f->block[tones][(end + 1) & (FSK_BLOCKS - 1)];
    cid_complex c = {b->re >> 5, b->im >> 5};
    int32_t real = fsk_real(c, m->angle + (uint32_t)(m->offset * (FSK_BLOCK * 3 / 2)));
    return real > (int32_t)(m->level * 15 / 8); /* three quarters of level / 16 x 20 x 64 / 32 */
}

/* Is the signal over the noise 6 dB better in one row than in another? The end of a seizure looks like a poor row. */
static int is_clearer(const fsk_mark *a, const fsk_mark *b) {
    uint64_t p = (uint64_t)a->level * a->level, q = (uint64_t)b->level * b->level;
    return p >= q && (p >> 12) * ((uint64_t)b->noise + (q >> 18)) > 4 * (q >> 12) * ((uint64_t)a->noise + (p >> 18));
}

/* A row of mark is looked at when the first character after it may be complete. */
static void look_back(cid_state *s) {
    fsk_state *f = &s->fsk;
    if (f->blocks < SHORT + 1 + LATE) return;
    uint32_t end = f->blocks - LATE;
    int reading = f->active || (f->plain.active && !f->plain.waited), found = 0;
    int busy = (reading && f->count > YOUNG && !f->sick) || (f->plain.count > YOUNG && plain_is_at_work(f));
    for (uint32_t k = 0; k < 2 && !busy; k++) {
        fsk_mark m;
        if (!wanted(s, k) || !fit_mark(f, k, end, &m)) continue;
        found = 1;
        f->idle_blocks = 0;
        if (reading && !f->sick && !is_clearer(&m, &f->mark)) continue;
        if (!f->announced && m.blocks > SHORT && (uint64_t)m.level * m.level > 40 * (uint64_t)m.noise)
            announce(s, k, end, &m); /* a key of DTMF is shorter, or half of it another tone */
        if (f->starts || !goes_on(f, k, end, &m)) find_starts(s, k, end, &m);
    }
    if (!found && !f->active && ++f->idle_blocks >= IDLE) f->announced = 0;
    if (f->starts && (int32_t)(end * FSK_BLOCK + 48 - f->first_start) > 67) {
        fsk_begin(s);
        f->burst = burst_start(f, (f->origin + (uint32_t)(f->start[0].time >> 12) - 8) / FSK_BLOCK, &f->mark);
        f->starts = 0;
    }
}

/* The sums of a block with the marks of both standards, and its energy. */
static void sum_block(cid_state *s) {
    fsk_state *f = &s->fsk;
    uint32_t first = f->blocks * FSK_BLOCK, all = 0;
    for (uint32_t k = 0; k < 2; k++) {
        uint32_t phase = f->mark_phase[k], step = fsk_standard[k].step[1];
        int32_t re = 0, im = 0;
        for (uint32_t i = 0; i < FSK_BLOCK; i++) {
            int32_t x = s->ring[(first + i) & (FSK_RING - 1)];
            re += x * cid_cos80[phase] >> 8;
            im -= x * cid_cos80[phase >= 20 ? phase - 20 : phase + 60] >> 8;
            phase += step;
            if (phase >= 80) phase -= 80;
            if (k) all += (uint32_t)(x * x) >> 6;
        }
        f->mark_phase[k] = phase;
        f->block[k][f->blocks & (FSK_BLOCKS - 1)].re = re;
        f->block[k][f->blocks & (FSK_BLOCKS - 1)].im = im;
    }
    f->energy[f->blocks & (FSK_LEVELS - 1)] = all;
}

void fsk_sample(cid_state *s, int32_t x) {
    fsk_state *f = &s->fsk;
    s->ring[(uint32_t)s->now & (FSK_RING - 1)] = (int16_t)x;
    if (++f->phase == 80) f->phase = 0;
    if (++f->fill == FSK_BLOCK) {
        sum_block(s);
        f->fill = 0;
        f->blocks++;
        look_back(s);
    }
    if (!f->active && !f->plain.active && !f->plain.ready) return;
    uint32_t taken = f->blocks * FSK_BLOCK + f->fill;
    while (f->plain.active && (int32_t)(taken - f->plain.wake) >= 0) plain_advance(s);
    while (f->active && (int32_t)(taken - f->wake) >= 0) fsk_advance(s);
    if (f->plain.ready && !f->active && !f->plain.active) plain_release(s);
}
