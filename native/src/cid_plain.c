/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FSK: a plain reading beside the search, bit by bit from the magnitudes alone.
 *
 * Some senders jump in phase at every edge, and some messages are not what a grammar expects. On a clear line neither
 * matters here: every character finds its own start edge and timing, every bit is the tone that is stronger. What this
 * reads is reported when the search has found nothing: a message whose checksum is right or, on demand, wrong.
 */
#include "cid_internal.h"

#include <string.h>

#include "message_shape.h"

#define BIT 27307            /* 1/4096 sample */
#define FAR 24               /* bits of mark after which a message is over */
#define CLEAR_MIN 150        /* of 256: mean opening of the eye below which nothing is reported */
#define BYTE_MIN 80          /* ... of a single character */
#define HIDDEN 3             /* tenths of its ideal contrast that a start bit may be short of nothing */
#define WEAK 50              /* of 160: contrast of a bit that is hardly any tone's */
#define WEAK_MAX 5u          /* among more, two may be wrong and leave the sum right */
#define BAD_MIN 6u           /* characters of a broken message that are worth reporting */

static int32_t soft_bit(const fsk_state *f, int32_t from) {
    return fsk_soft(f->plain.level, fsk_sum(&f->span, 0, from, from + BIT), fsk_sum(&f->span, 1, from, from + BIT));
}

/* How clear a character that begins here is, 256 = ideal; its byte, and how many of its bits are hardly any tone's. */
static int32_t clarity(const fsk_state *f, int32_t from, uint8_t *byte, uint32_t *weak) {
    const int32_t *a = f->plain.level;
    int32_t ideal = (a[0] * a[0] + a[1] * a[1]) / 256 * 10 / 3 + 1, sum = 0, limit = ideal * 160;
    cid_complex cs[10], cm[10];
    fsk_ten_bits(&f->span, 0, from, cs);
    fsk_ten_bits(&f->span, 1, from, cm);
    *byte = 0;
    *weak = 0;
    for (int32_t k = 0; k < 10; k++) {
        int32_t soft = fsk_soft(a, cs[k], cm[k]);
        if (soft > limit) soft = limit;
        if (soft < -limit) soft = -limit;
        if (k == 9) soft = -soft;
        if (k > 0 && k < 9 && soft < 0) {
            *byte = (uint8_t)(*byte | 1u << (k - 1));
            soft = -soft;
        }
        sum += soft / 8;
        *weak += soft < ideal * WEAK;
    }
    return sum / ideal * 16 * 8 / 100;
}

void plain_begin(cid_state *s) {
    fsk_state *f = &s->fsk;
    fsk_plain *p = &f->plain;
    memset(p, 0, sizeof *p);
    /* Below 6 dB nothing is clear. */
    p->active = (uint64_t)f->mark.level * f->mark.level > 128 * (uint64_t)f->mark.noise;
    p->time = f->start[0].time - BIT / 2;
    p->level[0] = f->path[0].level[0] >> 4;
    p->level[1] = f->path[0].level[1] >> 4;
    p->wake = f->origin + (uint32_t)((p->time + 13 * BIT) >> 12);
}

static void learn_levels(fsk_state *f, int32_t from, uint8_t byte) {
    int32_t sum[2] = {0, 0}, n[2] = {0, 0};
    for (int32_t k = 0; k < 10; k++) {
        uint32_t tone = k == 0 ? 0 : k == 9 ? 1 : (uint32_t)byte >> (k - 1) & 1;
        cid_complex c = fsk_sum(&f->span, tone, from + k * BIT, from + k * BIT + BIT);
        sum[tone] += cid_magnitude(c.re >> 2, c.im >> 2);
        n[tone]++;
    }
    for (int tone = 0; tone < 2; tone++)
        f->plain.level[tone] += (sum[tone] / n[tone] * 10 / 533 - f->plain.level[tone]) / 4;
}

/* ---- reports ---- */

static void figures(const cid_state *s, rw_cid_event *e) {
    const fsk_state *f = &s->fsk;
    fsk_path path;
    memset(&path, 0, sizeof path);
    path.level[0] = f->plain.level[0] << 4;
    path.level[1] = f->plain.level[1] << 4;
    path.offset = f->mark.offset;
    path.time = f->plain.time;
    fsk_figures(s, &path, e);
    e->standard = fsk_standard[f->tones].standard;
}

static int is_clear(const fsk_plain *p) { return p->count && p->sum / (int32_t)p->count >= CLEAR_MIN; }

int plain_is_at_work(const fsk_state *f) {
    return f->plain.active && !f->plain.waited && f->plain.least >= CLEAR_MIN;
}

static void keep(cid_state *s, uint32_t length, uint32_t flags) {
    fsk_state *f = &s->fsk;
    rw_cid_event *e = &f->plain.event;
    memset(e, 0, sizeof *e);
    figures(s, e);
    e->flags = flags;
    e->length = length;
    memcpy(e->data, f->plain.byte, length);
    f->plain.ready = 1;
}

static int is_type(const cid_state *s, uint8_t type) {
    return rw_message_form(type) && type != 0x40 && (s->standards & fsk_standard[s->fsk.tones].standard);
}

/* A message may be complete; 1 when there is no more to come. */
static int check(cid_state *s) {
    fsk_plain *p = &s->fsk.plain;
    uint32_t n = p->count;
    int ntt = s->fsk.tones && s->standards & RW_STD_NTT && n > 10 && (p->byte[0] & 0x7F) == 0x10;
    if (ntt && ntt_read(p->byte, n, &p->event)) {
        rw_cid_event e = p->event;
        figures(s, &p->event);
        p->event.standard = RW_STD_NTT;
        p->event.flags = RW_CID_CHECKSUM_OK;
        p->event.length = e.length;
        p->ready = 1;
        return 1;
    }
    if (n < 4 || n != p->byte[1] + 3u || !is_type(s, p->byte[0])) return 0;
    uint8_t sum = 0;
    for (uint32_t i = 0; i < n; i++) sum = (uint8_t)(sum + p->byte[i]);
    if (n > RW_CID_DATA_MAX || !is_clear(p)) return 1;
    if (!sum && p->least >= BYTE_MIN && p->weak <= WEAK_MAX && fsk_is_readable(p->byte, n, 0))
        keep(s, n, RW_CID_CHECKSUM_OK);
    else if (sum && s->flags & RW_CID_REPORT_BAD && n >= BAD_MIN)
        keep(s, n, 0);
    return 1;
}

static void stop(cid_state *s) {
    fsk_plain *p = &s->fsk.plain;
    if (!p->ready && s->flags & RW_CID_REPORT_BAD && p->count >= BAD_MIN && is_type(s, p->byte[0]) && is_clear(p) &&
        p->count <= RW_CID_DATA_MAX && p->count < p->byte[1] + 3u)
        keep(s, p->count, 0);
    p->active = 0;
}

/* The clearest place for a character that begins near `at`, and how clear it is. */
static int32_t place_near(const fsk_state *f, int32_t at, int32_t *place) {
    int32_t best = -100000;
    uint8_t byte;
    uint32_t weak;
    for (int32_t t = at - BIT * 2 / 5; t <= at + BIT * 3 / 5; t += BIT / 5) {
        int32_t c = clarity(f, t, &byte, &weak);
        if (c <= best) continue;
        best = c;
        *place = t;
    }
    return best;
}

/*
 * Where the next character begins; 0 when there is only mark, or nothing. An echo may hide the edge of a start bit:
 * where the sender's pace says that one begins, it is believed if that makes the clearer character.
 */
static int find_character(const fsk_state *f, int32_t *place) {
    const fsk_plain *p = &f->plain;
    int32_t ideal = (p->level[0] * p->level[0] + p->level[1] * p->level[1]) / 3; /* a tenth of it */
    int32_t at = p->time, far = p->time + 2 * BIT, due = p->time + p->pause, there = 0, best = -100000;
    while (at < far && soft_bit(f, at) < ideal) at += BIT / 5;
    if (at < far) best = place_near(f, at, place);
    if (p->count > 1 && at - due > BIT / 2 && soft_bit(f, due) > -HIDDEN * ideal) {
        if (place_near(f, due, &there) > best) {
            *place = there;
            return 1;
        }
    }
    return at < far;
}

/* One character, or the end. */
void plain_advance(cid_state *s) {
    fsk_state *f = &s->fsk;
    fsk_plain *p = &f->plain;
    int32_t first = p->time >> 12, found = 0;
    fsk_fill_span(s, f->tones, f->origin, first - 4, first + 100, f->shift, f->limit);
    uint8_t byte;
    uint32_t weak;
    if (!find_character(f, &found)) {
        p->time += 2 * BIT - BIT / 2;
        p->waited += 3;
        p->wake = f->origin + (uint32_t)((p->time + 13 * BIT) >> 12);
        if (p->waited > 2 * FAR) stop(s);
        return;
    }
    int32_t best = clarity(f, found, &byte, &weak);
    int32_t before = clarity(f, found - BIT / 10, &byte, &weak), after = clarity(f, found + BIT / 10, &byte, &weak);
    if (before > best || after > best) found += before > after ? -BIT / 10 : BIT / 10;
    best = clarity(f, found, &byte, &weak);
    p->pause = p->waited ? 0 : found - p->time;
    p->time = found + BIT * 19 / 2;
    p->wake = f->origin + (uint32_t)((p->time + 13 * BIT) >> 12);
    if (best < 30) {
        stop(s);
        return;
    }
    learn_levels(f, found, byte);
    if (!p->count || best < p->least) p->least = best;
    p->waited = 0;
    p->sum += best;
    p->weak += weak;
    p->byte[p->count++] = byte;
    p->time += BIT / 2;
    int over = check(s);
    p->time -= BIT / 2;
    if (over || p->count >= FSK_CHARS) stop(s);
}

/* The search has found nothing: what was read here goes out. */
void plain_release(cid_state *s) {
    fsk_plain *p = &s->fsk.plain;
    if (p->ready) cid_post(s, &p->event);
    p->ready = p->active = 0;
}
