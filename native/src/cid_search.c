/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FSK: the best paths, character by character.
 *
 * Each path is continued by every byte where its sender should begin the next character: at once after as many stop bits
 * as before. The best four continuations live on. Where a first pause is to be learnt, or where none of the bytes fits
 * (marks were stuffed in, the pause varies), the start bit is searched for. Two paths that come out at the same place of
 * the grammar with the same byte, time and angle have the same future: the worse one is dropped, and its last byte lives
 * on among the alternatives of the better.
 */
#include "cid_internal.h"

#include <string.h>

#define BIT 27307                    /* 1/4096 sample */
#define KEEP (20 * FSK_UNIT)         /* paths further behind the best are dropped */
#define START_KEEP (22 * FSK_UNIT)
#define LOOK (25 * FSK_UNIT)
#define IRREGULAR (8 * FSK_UNIT)     /* price of a pause that differs from a steady sender's */
#define ALTERNATIVE (18 * FSK_UNIT)
#define ANNOUNCED 4                  /* characters that make a carrier of a short row of mark */
#define FORCED (15 * FSK_UNIT)       /* a byte so much less likely than the best one was taken for its grammar alone */
#define CHOICES 16
#define SAME_TIME 9557               /* 0.35 bit */
#define SAME_TIME_FIRST 4096         /* one sample, while the pause is being learnt */
#define SAME_ANGLE 239000000         /* 0.35 radian */
#define FAR 12                       /* bits over which a start bit is searched for */

/* Below this a character does not fit: 4.5 standard deviations and a quarter of its energy below the mean. */
static int32_t misfit(const fsk_path *p) {
    int32_t space, mark;
    fsk_expected(p, &space, &mark);
    int32_t e = 5 * (space + mark);
    return -(int32_t)(72 * cid_root((uint32_t)e / 8)) - e / 4;
}

/* ---- beginning ---- */

static void set_scale(fsk_state *f, const fsk_start *a) {
    int32_t most = (int32_t)a->mark.level > a->space_level ? (int32_t)a->mark.level : a->space_level;
    f->shift = 0;
    while (fsk_scale(most, f->shift) >= 2048 << 4) f->shift--;
    while (f->shift < 8 && fsk_scale(most, f->shift) < 1024 << 4) f->shift++;
    int32_t level = fsk_scale(most, f->shift) >> 4;
    int64_t noise = f->shift >= 0 ? (int64_t)a->mark.noise << 2 * f->shift : (int64_t)a->mark.noise >> -2 * f->shift;
    f->limit = level * 27 / 20 + 3 * (int32_t)cid_root((uint32_t)(noise >> 4));
    if (f->limit > 16383) f->limit = 16383;
}

static void sort_starts(fsk_state *f) {
    for (uint32_t i = 0; i < f->starts; i++)
        for (uint32_t k = i + 1; k < f->starts; k++)
            if (f->start[k].metric > f->start[i].metric) {
                fsk_start t = f->start[i];
                f->start[i] = f->start[k];
                f->start[k] = t;
            }
}

static void set_wake(fsk_state *f) {
    int32_t latest = 0;
    for (uint32_t i = 0; i < f->paths; i++) {
        const fsk_path *p = &f->path[i];
        int32_t wait = p->count == 1 ? BIT * 3 / 2 : (p->stop >> 4);
        if (f->wide || p->irregular > 1) wait = BIT * (FAR + 1);
        if (p->time + wait > latest) latest = p->time + wait;
    }
    f->wake = f->origin + (uint32_t)((latest + BIT * 21 / 2) >> 12) + 2;
}

void fsk_begin(cid_state *s) {
    fsk_state *f = &s->fsk;
    if (f->active) fsk_close(s);
    plain_release(s);
    sort_starts(f);
    f->active = 1;
    f->tones = f->start_tones;
    f->origin = f->start_origin;
    f->mark = f->start[0].mark;
    while (f->starts > 1 && f->start[f->starts - 1].metric < f->start[0].metric - START_KEEP) f->starts--;
    f->paths = f->starts;
    f->count = 1;
    f->wide = f->sick = f->held = f->reported = 0;
    set_scale(f, &f->start[0]);
    int32_t first = f->start[0].time, last = first;
    for (uint32_t i = 1; i < f->starts; i++) {
        if (f->start[i].time < first) first = f->start[i].time;
        if (f->start[i].time > last) last = f->start[i].time;
    }
    for (uint32_t i = 0; i < f->starts; i++) {
        fsk_path p;
        const fsk_start *from = &f->start[i];
        fsk_first(s, &p, from);
        p.metric = from->metric - f->start[0].metric;
        int32_t at = from->time >> 12;
        fsk_fill_span(s, f->tones, f->origin, at - 3, at + 72, f->shift, f->limit);
        fsk_path *to = &f->path[i];
        grammar_step(s, &p, from->type);
        fsk_grow(s, &p, 0, from->type, 0, to);
        to->slot = (uint8_t)i;
        f->first[i] = from->type;
    }
    set_wake(f);
    plain_begin(s);
}

/* ---- a character ---- */

typedef struct {
    fsk_choice choice[CHOICES];
    uint32_t n;
    int32_t best;
    uint8_t unfit[FSK_STARTS]; /* 1: no start bit stands out after this path */
} choices;

static void offer(choices *c, fsk_choice x, int32_t apart) {
    uint32_t at = c->n;
    for (uint32_t i = 0; i < c->n; i++) {
        int32_t d = c->choice[i].gap - x.gap;
        if (c->choice[i].path == x.path && c->choice[i].byte == x.byte && d < apart && d > -apart) at = i;
    }
    if (at == CHOICES) {
        at = 0;
        for (uint32_t i = 1; i < CHOICES; i++)
            if (c->choice[i].metric < c->choice[at].metric) at = i;
    }
    if (at < c->n && c->choice[at].metric >= x.metric) return;
    c->choice[at] = x;
    if (at == c->n) c->n++;
    if (x.metric > c->best) c->best = x.metric;
}

/* Offer the bytes that continue path i after this gap; returns the likelihood of the best, or of mark if that is more. */
static int32_t try_gap(cid_state *s, choices *c, uint32_t i, int32_t gap, int free, int32_t price) {
    fsk_state *f = &s->fsk;
    const fsk_path *p = &f->path[i];
    int16_t *value = f->value[i];
    int32_t all_mark, most = fsk_values(s, p, gap, value, &all_mark);
    f->value_gap[i] = gap;
    if (p->metric + most - price < c->best - LOOK) return all_mark >= most ? -FSK_NEVER : most;
    uint32_t before = c->n;
    for (int32_t reach = 40 * FSK_UNIT; reach <= 640 * FSK_UNIT; reach *= 16) {
        for (uint32_t b = 0; b < 256; b++) {
            int32_t metric = p->metric + value[b] - price;
            if (value[b] < most - reach || metric < c->best - LOOK) continue;
            metric -= grammar_cost(s, p, (uint8_t)b);
            if (metric < c->best - LOOK) continue;
            fsk_choice x = {metric, gap, (uint8_t)i, (uint8_t)b, (uint8_t)free, most - value[b] > FORCED};
            offer(c, x, p->count < 3 ? BIT : BIT * 5); /* 1/16 bit while the pause is unknown, then 0.3 bit */
        }
        if (c->n > before || c->n) break;
    }
    return all_mark >= most ? -FSK_NEVER : most;
}

/* The first place from `from` on where a bit of space stands out, as a gap; FSK_NEVER when there is none. */
static int32_t find_start(const cid_state *s, const fsk_path *p, int32_t from) {
    const fsk_span *span = &s->fsk.span;
    int32_t space, mark, found = FSK_NEVER, best = -FSK_NEVER;
    fsk_expected(p, &space, &mark);
    int32_t unit_s = (p->level[0] << 12) / p->noise, unit_m = (p->level[1] << 12) / p->noise;
    for (int32_t at = from; at < BIT * FAR; at += BIT / 5) {
        if (found != FSK_NEVER && at > found + BIT / 2) break;
        int32_t a = p->time + at;
        cid_complex cs = fsk_sum(span, 0, a, a + BIT), cm = fsk_sum(span, 1, a, a + BIT);
        uint32_t angle = p->angle[1] + (uint32_t)((int64_t)p->offset * (at + BIT / 2) >> 12);
        int32_t gain_s = (int32_t)((int64_t)(int32_t)cid_length(cs.re, cs.im) * unit_s >> 18) - space;
        int32_t gain_m = (int32_t)((int64_t)fsk_real(cm, angle) * unit_m >> 18) - mark;
        if (gain_s - gain_m > space / 2 && gain_s - gain_m > best) {
            best = gain_s - gain_m;
            found = at;
        }
    }
    return found == FSK_NEVER ? found : found * 16;
}

/* Everything that path i may go on with. 0: more samples are needed. */
static int try_path(cid_state *s, choices *c, uint32_t i) {
    fsk_state *f = &s->fsk;
    const fsk_path *p = &f->path[i];
    int32_t fit = -FSK_NEVER, from = -BIT * 3 / 10;
    if (p->regular && p->irregular < 2) {
        fit = try_gap(s, c, i, p->stop, 0, 0);
        /* The first pause was measured once: the second may correct it by a tenth of a bit. */
        for (int32_t off = -BIT / 10; p->count == 2 && i < 2 && off <= BIT / 10; off += BIT / 5) {
            int32_t v = try_gap(s, c, i, p->stop + off * 16, 1, FSK_UNIT);
            if (v > fit) fit = v;
        }
        /* The first place may have been wrong by a whole turn of space against mark: then this pause shows it. */
        if (p->count == 2 && p->stop > BIT * 10) {
            int32_t v = try_gap(s, c, i, 0, 1, 2 * FSK_UNIT);
            if (v > fit) fit = v;
        }
    } else if (!p->regular) {
        for (int32_t gap = -BIT / 5; gap < BIT * 27 / 20; gap += BIT * 3 / 20) {
            int32_t v = try_gap(s, c, i, gap * 16, 1, 0);
            if (v > fit) fit = v;
        }
        from = BIT;
    }
    if (fit > misfit(p) || i > 1) return 1;
    if (!f->wide && p->irregular < 2) return 0;
    int32_t start = find_start(s, p, from);
    c->unfit[i] = start == FSK_NEVER;
    if (start == FSK_NEVER) return 1;
    int32_t price = p->regular && p->irregular < 2 ? IRREGULAR : 0;
    for (int32_t off = -BIT / 2; off <= BIT * 3 / 4; off += BIT / 8) try_gap(s, c, i, start + off * 16, 1, price);
    return 1;
}

/* A gap that was found in steps of a seventh of a bit, to a fiftieth. */
static void refine(cid_state *s, fsk_choice *x) {
    fsk_state *f = &s->fsk;
    const fsk_path *p = &f->path[x->path];
    int16_t *value = f->value[x->path];
    fsk_values(s, p, x->gap, value, 0);
    int32_t best = value[x->byte], first = best;
    for (int32_t step = BIT * 6 / 5; step > BIT * 16 / 100; step /= 2) {
        int32_t centre = x->gap;
        for (int32_t sign = -1; sign <= 1; sign += 2) {
            fsk_values(s, p, centre + sign * step, value, 0);
            if (value[x->byte] <= best) continue;
            best = value[x->byte];
            x->gap = centre + sign * step;
        }
    }
    x->metric += best - first;
    x->free = 0;
    f->value_gap[x->path] = FSK_NEVER;
}

/* ---- alternatives ---- */

static uint32_t ones(uint32_t b) {
    b = (b & 0x55) + (b >> 1 & 0x55);
    b = (b & 0x33) + (b >> 2 & 0x33);
    return (b & 15) + (b >> 4);
}

/*
 * What else this character might have been: with the same angle at its end, or what follows would not fit. Space against
 * mark turns by 5/6 of a circle a bit in Bell 202 and by 2/3 in V.23: six and three spaces more or less leave no trace.
 * After a sender that keeps no pace every angle begins anew, and any byte leaves none.
 */
static void remember(cid_state *s, const fsk_choice *x, const fsk_path *to, fsk_step *step) {
    fsk_state *f = &s->fsk;
    const fsk_path *p = &f->path[x->path];
    int16_t *value = f->value[x->path];
    memset(step, 255, sizeof *step);
    step->parent = x->path;
    step->byte = x->byte;
    int head = grammar_is_structure(p);
    if (head && !grammar_may_swap(p, x->byte)) return;
    if (f->value_gap[x->path] != x->gap) {
        fsk_values(s, p, x->gap, value, 0);
        f->value_gap[x->path] = x->gap;
    }
    int32_t mine = value[x->byte] - grammar_cost(s, p, x->byte);
    uint32_t mine_ones = ones(x->byte), period = f->tones ? 3 : 6;
    for (uint32_t b = 0; b < 256; b++) {
        if (b == x->byte || mine - value[b] > ALTERNATIVE) continue;
        if ((ones(b) + 12 - mine_ones) % period && !to->ended && to->irregular < 2) continue;
        if (head && !grammar_may_swap(p, (uint8_t)b)) continue;
        int32_t cost = grammar_cost(s, p, (uint8_t)b);
        if (cost >= FSK_NEVER) continue;
        int32_t gap = (mine - value[b] + cost) / 2;
        if (gap > ALTERNATIVE / 2) continue;
        if (gap < 1) gap = 1;
        uint32_t at = 0;
        for (uint32_t i = 1; i < FSK_ALTS; i++)
            if (step->gap[i] > step->gap[at]) at = i;
        if (gap >= step->gap[at]) continue;
        step->gap[at] = (uint8_t)gap;
        step->other[at] = (uint8_t)b;
    }
}

/* ---- the step ---- */

static int is_known(const fsk_state *f, uint32_t n, const fsk_path *p) {
    for (uint32_t i = 0; i < n; i++) {
        const fsk_path *q = &f->next[i];
        int32_t time = q->time - p->time, angle = (int32_t)(q->angle[1] - p->angle[1]);
        int32_t same = p->count < 5 ? SAME_TIME_FIRST : SAME_TIME;
        if (q->byte == p->byte && time < same && time > -same && angle < SAME_ANGLE && angle > -SAME_ANGLE &&
            grammar_same(q, p))
            return 1;
    }
    return 0;
}

static void follow(cid_state *s, choices *c) {
    fsk_state *f = &s->fsk;
    uint32_t n = 0;
    while (n < FSK_PATHS && c->n) {
        uint32_t at = 0;
        for (uint32_t i = 1; i < c->n; i++)
            if (c->choice[i].metric > c->choice[at].metric) at = i;
        fsk_choice x = c->choice[at];
        c->choice[at] = c->choice[--c->n];
        if (x.metric < c->best - KEEP) break;
        const fsk_path *p = &f->path[x.path];
        if (x.free) refine(s, &x);
        int odd = p->regular && x.gap != p->stop;
        fsk_path *to = &f->next[n], from = *p;
        grammar_step(s, &from, x.byte);
        fsk_grow(s, &from, x.gap, x.byte, odd, to);
        if (is_known(f, n, to)) continue;
        to->metric = x.metric;
        to->unfit = c->unfit[x.path];
        to->forced |= x.forced;
        to->poor |= x.metric - p->metric < misfit(p);
        to->slot = (uint8_t)n;
        if (odd && p->count == 2) to->stop = x.gap;
        if (odd && p->count > 2 && to->irregular < 255) to->irregular++;
        fsk_step *step = &f->step[f->count][n];
        remember(s, &x, to, step);
        if (f->count == 1) {
            memcpy(to->other_length, step->other, FSK_ALTS);
            memcpy(to->other_gap, step->gap, FSK_ALTS);
        }
        n++;
    }
    f->paths = n;
    memcpy(f->path, f->next, n * sizeof *f->path);
    f->count++;
}

/* Is there still a signal of this kind? */
static int is_lost(fsk_state *f, int32_t before) {
    const fsk_path *p = &f->path[0];
    int32_t space, mark;
    fsk_expected(p, &space, &mark);
    int32_t e = 5 * (space + mark);
    f->sick = p->metric - before < -e * 6 / 10 - (int32_t)(80 * cid_root((uint32_t)e / 8)) ? f->sick + 1 : 0;
    if (f->sick > 2) return 1;
    if (f->count < 4) return 0;
    int32_t a = p->level[0] >> 4, b = p->level[1] >> 4;
    if (a * 5 < b || b * 5 < a || (a * a + b * b) < p->noise) return 1;
    uint32_t off = (uint32_t)(p->offset < 0 ? -p->offset : p->offset);
    return off > fsk_standard[f->tones].mark / 37;
}

void fsk_advance(cid_state *s) {
    fsk_state *f = &s->fsk;
    choices c;
    memset(&c, 0, sizeof c);
    c.best = -FSK_NEVER;
    int32_t first = f->path[0].time >> 12;
    for (uint32_t i = 1; i < f->paths; i++)
        if (f->path[i].time >> 12 < first) first = f->path[i].time >> 12;
    fsk_fill_span(s, f->tones, f->origin, first - 4, first + FSK_SPAN - 4, f->shift, f->limit);
    for (uint32_t i = 0; i < f->paths; i++) {
        if (try_path(s, &c, i)) continue;
        f->wide = 1;
        set_wake(f);
        return;
    }
    f->wide = 0;
    int32_t before = f->path[0].metric;
    if (!c.n) {
        fsk_close(s);
        return;
    }
    follow(s, &c);
    if (!f->paths || is_lost(f, before)) {
        fsk_close(s);
        return;
    }
    if (f->count == ANNOUNCED && !f->announced) fsk_announce(s, f->tones);
    fsk_check_ends(s);
    if (f->count >= FSK_CHARS - 1 && f->active) fsk_close(s);
    if (f->active) set_wake(f);
}
