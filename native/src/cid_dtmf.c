/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys -> DTMF caller-ID (EN 300 659-1 annex B).
 *
 * A string has no checksum: one lost key is a wrong number. Exchanges send in an even pace, so a hole shows; in noise that
 * swallows keys by the half, holes may look even, and the pauses must not be much longer than the keys. A string that lacks its
 * start or its end may have lost more than that, unless the line was quiet where another key would have been.
 */
#include "cid_internal.h"

#include <string.h>

#include "message_dtmf.h"

#define HOLE 400u         /* samples: a pace that differs by 50 ms and by three quarters has lost a key */
#define FAINT 165u        /* share of the tones below which keys may be lost one after the other, ... */
#define FAINT_PAUSE 240u  /* ... so that their pace must fit their length: pause = length + 30 ms at most */
#define CLEAR 185u        /* share of the tones that lets a string without start or end digit pass */
#define DROPOUT 200       /* samples: the same key again after 25 ms or less is the same key, and a frame was lost */
#define QUIET 8u          /* a hop this many times weaker than the last key is quiet */
#define LOUD_MAX 3u       /* hops that may be loud before or after such a string: a click */
#define CLOSING 50u       /* hops without a key that end a string: 250 ms */
#define BAD_MIN 5u        /* keys of a string that are worth a report when it makes no sense */
#define ANNOUNCED 3u      /* keys after which a string is worth an announcement: voices make two now and then */
#define STRAY 3u          /* fewer keys than this before a start digit were somebody's voice */
#define LETTERS "123A456B789C*0#D"

void string_clear(dtmf_state *d) {
    d->length = 0;
    d->sum_level = 0;
    d->sum_purity = 0;
    d->sum_length = 0;
    d->shortest = 0xFFFFFFFFu;
    d->longest = 0;
    d->after = 0;
}

static int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

static int is_start(uint8_t c) { return c == 'A' || c == 'B' || c == 'D'; }

static int is_trusted(const dtmf_state *d) {
    if (d->longest > d->shortest + HOLE && d->longest > d->shortest + d->shortest / 4 * 3) return 0;
    uint32_t share = d->sum_purity / d->length;
    if (share < FAINT && d->longest > 2 * (d->sum_length / d->length) + FAINT_PAUSE) return 0;
    int has_start = !is_digit(d->text[0]);
    int has_end = d->text[d->length - 1] == 'C' || d->text[d->length - 1] == '#';
    if (!has_start && d->before > LOUD_MAX) return 0;
    if (!has_end && d->after > LOUD_MAX) return 0;
    return (has_start && has_end) || share >= CLEAR;
}

static void finish(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    rw_message parsed;
    memset(&parsed, 0, sizeof parsed);
    int good = rw_message_parse_dtmf(d->text, d->length, &parsed) == 0 && is_trusted(d);
    if (good || (d->length >= BAD_MIN && (s->flags & RW_CID_REPORT_BAD))) {
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
        /* The high-pass lets 15/16 of 0-4 kHz through. */
        e.snr_ddb = cid_ddb_ratio(share * 15, (256 - share) * 16);
        /* energy = 0.39 A^2; full scale is 3.14 dBm0 */
        e.level_ddb = 31 + cid_ddb_ratio(d->sum_level, (uint64_t)d->length * 419430400u);
        cid_post(s, &e);
    }
    string_clear(d);
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

/* A key has ended. */
void string_key(cid_state *s, int32_t key, uint32_t start, uint32_t end) {
    dtmf_state *d = &s->dtmf;
    uint8_t letter = (uint8_t)LETTERS[key];
    if (d->length && d->text[d->length - 1] == letter && (int32_t)(start - d->end) < DROPOUT) {
        d->sum_length += end - d->end;
        d->end = end;
        d->since = d->after = 0;
        return;
    }
    if (d->length == DTMF_TEXT || (d->length < STRAY && is_start(letter))) string_clear(d);
    if (d->length) {
        uint32_t pace = start - d->last_start;
        if (pace < d->shortest) d->shortest = pace;
        if (pace > d->longest) d->longest = pace;
    } else {
        d->start = start;
        d->before = d->run_loud;
    }
    d->last_start = start;
    d->text[d->length++] = letter;
    d->end = end;
    d->since = d->after = 0;
    d->key_power = d->run_power;
    d->sum_level += d->run_peak;
    d->sum_purity += d->run_purity;
    d->sum_length += end - start;
    if (d->length == ANNOUNCED && !is_digit(d->text[0])) announce(s);
    if (letter == 'C' || (letter == '#' && d->length > 1)) finish(s);
}

/* 5 ms have gone by, in which no key has ended. */
void string_hop(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    if (!d->length) return;
    d->since++;
    if (tones_newest_power(d) > d->key_power / QUIET) d->after++;
    if (d->since >= CLOSING && d->key < 0) finish(s);
}
