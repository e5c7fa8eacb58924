/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FSK: the end of a message.
 *
 * Of the path's bytes and of all messages that differ from it in the length or in one or two other bytes, the most
 * likely one whose checksum is right is taken, if the second most likely one lies far enough behind, if not too much
 * had to be changed, and if the signal as a whole fits. Then it waits for the next character: when the paths that go on
 * fall behind (nothing follows), the message goes out.
 */
#include "cid_internal.h"

#include <string.h>

#include "message_shape.h"

#define MARGIN (12 * 8)             /* gap, 1/8, to the second best message */
#define MARGIN_UNCHANGED (8 * 8)    /* the same when the bytes are right as they are */
#define CHANGE_MAX (8 * 8)          /* gap of what was changed */
#define SNR_MIN 36                  /* (space^2 + mark^2) / noise x 10: -0.5 dB */
#define SNR_LOW 66                  /* 2.2 dB: below, the gates are narrower, */
#define SNR_UNEVEN 400              /* 10 dB: the same for a sender that keeps no pace */
#define MARGIN_LOW (13 * 8)
#define CHANGE_LOW (5 * 8)
#define GOING_ON (5 * FSK_UNIT)     /* the message is held while a path that goes on is this much better than it was */
#define BEHIND (15 * FSK_UNIT)
#define CANDIDATE (25 * FSK_UNIT)
#define BAD_SNR 160                 /* 6 dB: below, a wrong checksum is the noise's fault */
#define QUIET 2500                  /* noise of a row of mark of 13 dB, in the units of is_beyond */
#define JUMPING 1700                /* so much more noise than in mark, and the likelihoods are worth little */
#define STRAINED 900                /* so much more, and every bit is to show its tone: */
#define CONTRAST_MIN -16            /* of 64: a bit that was read wrong stands out more than that, echoes or not */
#define CONTRAST_LOW -40            /* the same where noise may be the reason */
#define NONE 0x3FFFFFFF

/* Bytes of a path, and where each of them is remembered. */
typedef struct {
    uint8_t byte[FSK_CHARS];
    uint8_t slot[FSK_CHARS];
    uint32_t n;
} trace;

static void trace_back(const fsk_state *f, const fsk_path *p, trace *t) {
    uint32_t slot = p->slot;
    t->n = (uint32_t)p->count;
    for (uint32_t i = t->n; --i > 0;) {
        const fsk_step *step = &f->step[i][slot];
        t->byte[i] = step->byte;
        t->slot[i] = (uint8_t)slot;
        slot = step->parent;
    }
    t->byte[0] = f->first[slot];
    t->slot[0] = 0;
}

/* The best and the second best way to make the sum right. */
typedef struct {
    int32_t best, second;
    uint32_t at[2];
    uint8_t to[2];
    uint32_t n;
} repair;

static void consider(repair *r, int32_t cost, uint32_t n, uint32_t i, uint8_t a, uint32_t k, uint8_t b) {
    if (cost >= r->best) {
        if (cost < r->second) r->second = cost;
        return;
    }
    r->second = r->best;
    r->best = cost;
    r->n = n;
    r->at[0] = i;
    r->to[0] = a;
    r->at[1] = k;
    r->to[1] = b;
}

static const fsk_step *step_at(const fsk_state *f, const trace *t, uint32_t i) { return &f->step[i][t->slot[i]]; }

static void repair_pairs(const fsk_state *f, const trace *t, uint32_t i, uint32_t a, uint8_t rest, repair *r) {
    const fsk_step *one = step_at(f, t, i);
    for (uint32_t k = i + 1; k < t->n; k++) {
        const fsk_step *two = step_at(f, t, k);
        for (uint32_t b = 0; b < FSK_ALTS; b++)
            if (two->gap[b] != 255 && (uint8_t)(rest + two->other[b] - t->byte[k]) == 0)
                consider(r, one->gap[a] + two->gap[b], 2, i, one->other[a], k, two->other[b]);
    }
}

/* `sum`: what the bytes add up to, with the length that is tried. */
static void repair_sum(const fsk_state *f, const trace *t, uint8_t sum, repair *r) {
    if (!sum) consider(r, 0, 0, 0, 0, 0, 0);
    for (uint32_t i = 2; i < t->n; i++) {
        const fsk_step *step = step_at(f, t, i);
        for (uint32_t a = 0; a < FSK_ALTS; a++) {
            if (step->gap[a] == 255) continue;
            uint8_t rest = (uint8_t)(sum + step->other[a] - t->byte[i]);
            if (!rest) consider(r, step->gap[a], 1, i, step->other[a], 0, 0);
            repair_pairs(f, t, i, a, rest, r);
        }
    }
}

/* The same for NTT's CRC, one byte at a time. */
static void repair_crc(const fsk_state *f, trace *t, repair *r) {
    if (!ntt_crc(t->byte + 2, t->n - 2)) consider(r, 0, 0, 0, 0, 0, 0);
    for (uint32_t i = 5; i < t->n; i++) {
        const fsk_step *step = step_at(f, t, i);
        uint8_t kept = t->byte[i];
        for (uint32_t a = 0; a < FSK_ALTS; a++) {
            if (step->gap[a] == 255) continue;
            t->byte[i] = step->other[a];
            if (!ntt_crc(t->byte + 2, t->n - 2)) consider(r, step->gap[a], 1, i, step->other[a], 0, 0);
        }
        t->byte[i] = kept;
    }
}

/* (space^2 + mark^2) / noise, x 10: 40 at 0 dB. */
static int32_t strength(const fsk_path *p) {
    int32_t a = p->level[0] >> 4, b = p->level[1] >> 4;
    return (a * a + b * b) / (p->noise / 10 + 1);
}

/*
 * Is there so `much` more noise in the characters than there was in the mark before them? Then it is the model that does
 * not fit: a sender whose edges jump in phase, a strong echo. All in noise / (space^2 + mark^2), x 100000.
 */
static int is_beyond(const fsk_state *f, const fsk_path *p, int32_t much) {
    uint64_t mark = (uint64_t)f->mark.level * f->mark.level / 8 + 1; /* 2 x mark^2, x 16 */
    int32_t before = (int32_t)((uint64_t)f->mark.noise * 100000 / mark), now = 1000000 / (strength(p) + 1);
    return now - before > (before < QUIET ? much : much * 7 / 4) + before / 8;
}

/* Does the whole path fit? The metric has mean 0 and variance 2 E; model errors show where the noise is low. */
static int fits(const fsk_path *p, int32_t metric) {
    int32_t space, mark, snr = strength(p);
    fsk_expected(p, &space, &mark);
    int32_t e = 5 * (space + mark) * p->count;
    int32_t least = -(int32_t)((snr > 56 ? 80 : 64) * cid_root((uint32_t)e / 8));
    if (snr > BAD_SNR) least -= e / 4;
    return snr >= SNR_MIN && metric > least;
}

/* ---- events ---- */

void fsk_figures(const cid_state *s, const fsk_path *p, rw_cid_event *e) {
    const fsk_state *f = &s->fsk;
    const fsk_tones *t = &fsk_standard[f->tones];
    uint64_t a = (uint64_t)p->level[0], b = (uint64_t)p->level[1], square = a * a + b * b; /* 1024 x power, scaled */
    if (f->shift < 0)
        square <<= -2 * f->shift;
    else
        square >>= 2 * f->shift;
    e->level_ddb = 31 + cid_ddb_ratio(square, 549721210880ull); /* of a full-scale sine: 2 x 256 x 32767^2 */
    uint64_t noise = (uint64_t)f->mark.noise * 72; /* 64 for the scale, and 11 % that the high-pass takes */
    if (noise < square >> 14) noise = square >> 14;
    e->snr_ddb = cid_ddb_ratio(square, noise);
    e->frequency_ppm = (p->offset >> 4) * 1000 / (int32_t)((t->mark >> 4) / 1000);
    int32_t quality = 45 + e->snr_ddb / 4;
    e->quality = (uint32_t)(quality < 0 ? 0 : quality > 100 ? 100 : quality);
    e->start = cid_stamp(s, f->burst - 31);
    e->end = cid_stamp(s, f->origin + (uint32_t)(p->time >> 12) - 31);
    e->type = RW_CID_EVENT_MESSAGE;
}

static void lower_quality(rw_cid_event *e, int32_t cost) {
    uint32_t less = (uint32_t)cost;
    e->quality = e->quality > less ? e->quality - less : 0;
}

static void hold(fsk_state *f, const rw_cid_event *e, int32_t metric) {
    f->held = 1;
    f->held_metric = metric;
    f->held_event = *e;
}

/*
 * Where much is noise only the usual is believed: SDMF, or MDMF with date and number (or why there is none), each once,
 * the number of what can be dialled.
 */
static int is_usual(const uint8_t *byte, uint32_t n) {
    uint32_t at = 2, seen = 0;
    if (byte[0] == 0x04) return 1;
    if (byte[0] != 0x80) return 0;
    if (byte[2] != 0x01 && byte[2] != 0x11) return 0;
    while (at + 2 < n) {
        if (byte[at] > 31 || seen >> byte[at] & 1) return 0;
        seen |= 1u << byte[at];
        uint32_t is_number = byte[at] == 2 || byte[at] == 3, end = at + byte[at + 1] + 2u;
        for (at += 2; at < end && at < n; at++)
            if (is_number && !grammar_is_dialled(byte[at])) return 0;
    }
    return (seen & 2) && (seen & 0x1C) && !(seen & 4 && seen & 16);
}

/* The most likely message that this path, `doubt` about its length included, may stand for; in t when it is repaired. */
static repair repair_message(const fsk_state *f, trace *t, int ntt) {
    repair r = {NONE, NONE, {0, 0}, {0, 0}, 0};
    if (ntt) {
        repair_crc(f, t, &r);
    } else {
        uint8_t sum = 0;
        t->byte[1] = (uint8_t)(t->n - 3);
        for (uint32_t i = 0; i < t->n; i++) sum = (uint8_t)(sum + t->byte[i]);
        repair_sum(f, t, sum, &r);
    }
    if (r.best != NONE)
        for (uint32_t i = 0; i < r.n; i++) t->byte[r.at[i]] = r.to[i];
    return r;
}

/* Was the row of mark so clear (12 dB) that noise alone cannot turn a bit? */
static int is_clear(const fsk_state *f) {
    return (uint64_t)f->mark.level * f->mark.level >= 512 * (uint64_t)f->mark.noise;
}

/* Is the plain reading the same, but for so many bytes? Then two ways of reading vouch for each other. */
static int agrees(const fsk_state *f, const trace *t, uint32_t others) {
    const fsk_plain *p = &f->plain;
    uint32_t other = 0;
    if (p->ready || p->count + 2 < t->n || p->count > t->n) return 0;
    for (uint32_t i = 0; i < p->count; i++) other += p->byte[i] != t->byte[i];
    return other <= others;
}

/* Is the evidence good enough, whatever the message says? */
static int is_certain(const fsk_state *f, const fsk_path *p, const trace *t, const repair *r, int32_t doubt,
                      int32_t metric) {
    int low = strength(p) < SNR_LOW, clear = is_clear(f), uneven = p->irregular > 1;
    int32_t margin = low ? MARGIN_LOW : r->n == 0 ? MARGIN_UNCHANGED : MARGIN, cost = r->best + doubt;
    if (r->n > 1) margin += 16;
    if (uneven) margin = MARGIN_LOW; /* angles do not vouch for the bits there */
    if (r->best == NONE || cost > (low ? CHANGE_LOW : CHANGE_MAX) || (low && r->n > 1)) return 0;
    if (r->second != NONE && r->second - r->best < margin) return 0;
    if (clear && cost > 0) return 0; /* a right message needs no repair there */
    if (clear && p->worst < CONTRAST_MIN && is_beyond(f, p, STRAINED)) return 0;
    /* A sender that keeps no pace lets a wrong bit hide in a pause. */
    if (uneven) return cost == 0 && agrees(f, t, f->tones ? 1 : 0);
    if (fits(p, metric) && !is_beyond(f, p, JUMPING) && !(clear && p->poor)) return 1;
    return cost == 0 && (clear || (p->worst >= CONTRAST_LOW && agrees(f, t, 1 + t->n / 12)));
}

/* Does it read like a message? A right sum over lengths that do not add up is chance: one damaged length in 256 has it. */
int fsk_is_readable(const uint8_t *byte, uint32_t n, int doubtful) {
    return doubtful || n < 7 ? rw_message_plausible(byte, n) : rw_message_sound(byte, n);
}

static int is_readable(const fsk_path *p, const trace *t, int32_t cost) {
    if (strength(p) < (p->irregular > 1 ? SNR_UNEVEN : SNR_LOW) && !is_usual(t->byte, t->n)) return 0;
    if (strength(p) < BAD_SNR && t->byte[0] != 0x80 && t->byte[0] != 0x04) return 0; /* one bit from a call's */
    return fsk_is_readable(t->byte, t->n, cost > 0 || strength(p) < BAD_SNR);
}

/* The path ends a message here, perhaps. */
static void try_end(cid_state *s, const fsk_path *p) {
    fsk_state *f = &s->fsk;
    trace t;
    rw_cid_event e;
    trace_back(f, p, &t);
    int ntt = t.byte[0] == 0x90;
    int32_t doubt = ntt ? 0 : grammar_length_gap(p, t.n - 3), metric = p->metric - 2 * doubt;
    if (t.n > RW_CID_DATA_MAX || metric < f->path[0].metric - CANDIDATE) return;
    if (f->held && metric <= f->held_metric) return;
    repair r = repair_message(f, &t, ntt);
    if (!is_certain(f, p, &t, &r, doubt, metric)) return;
    memset(&e, 0, sizeof e);
    if (ntt) {
        if (!ntt_read(t.byte, t.n, &e)) return;
    } else {
        if (!is_readable(p, &t, r.best + doubt)) return;
        e.standard = fsk_standard[f->tones].standard;
        e.length = t.n;
        memcpy(e.data, t.byte, t.n);
    }
    fsk_figures(s, p, &e);
    e.flags = RW_CID_CHECKSUM_OK;
    e.corrected = r.n + (doubt > 0);
    lower_quality(&e, r.best + doubt);
    hold(f, &e, metric);
}

/* The session is over; what it holds goes out. */
void fsk_close(cid_state *s) {
    fsk_state *f = &s->fsk;
    if (f->held) {
        cid_post(s, &f->held_event);
        f->plain.active = f->plain.ready = 0;
    }
    f->held = 0;
    f->active = 0;
}

static int goes_on(const fsk_path *p) {
    if (!p->ended) return 1;
    if (p->kind == 4) return 0;
    return (uint32_t)p->count < 3 + grammar_longest(p) && !(p->form == 3 && (p->byte == 0 || p->byte > 0x50));
}

void fsk_check_ends(cid_state *s) {
    fsk_state *f = &s->fsk;
    if (f->held && f->path[0].metric < f->held_metric + GOING_ON) {
        fsk_close(s);
        return;
    }
    for (uint32_t i = 0; i < f->paths; i++)
        if (f->path[i].ended && !f->path[i].unfit && !f->path[i].forced) try_end(s, &f->path[i]);
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->paths; i++)
        if (goes_on(&f->path[i])) f->path[n++] = f->path[i];
    f->paths = n;
    if (!n || (f->held && f->path[0].metric < f->held_metric - BEHIND)) fsk_close(s);
}
