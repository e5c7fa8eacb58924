/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters -> messages, for both demodulators, and which of the two is right.
 *
 * Nothing here waits for a start of message. With every new character it is asked whether it is the checksum of a
 * message that began at any character of this run: known type, length that ends here, sum of zero, a body that an
 * exchange could have sent. So a false start hides nothing, and no time is lost at the end.
 *
 * Whatever is found is held back for a few milliseconds, because the other demodulator usually finds it too; the one
 * whose tones fit its standard better gives the event.
 */
#include "cid_internal.h"

#include <string.h>

#include "message_shape.h"

#define GAP_MAX 267        /* samples between characters of one run: 40 bits of mark */
#define MARK_MIN 133       /* samples of mark that announce a message: 20 bits */
#define MARK_REACH 2700    /* samples from the end of the seizure to the message: 400 bits */
#define SEIZURE 0x55
#define SEIZURE_GAP 40     /* samples between characters of the seizure */
#define BAND_DELAY 23      /* samples from the line to the first of a tone in its correlation */
#define MARK_DELAY 28      /* samples from the line to where mark is seen to stand alone */
#define CHARACTER 67       /* samples */
#define HOLD 24            /* samples that a finding is held back */
#define FADED 5            /* a character this many times weaker than its run does not belong to it */
#define BEND_MAX 1800       /* of 65536 to a turn: 10 degrees */
#define MISFIT_MAX 8000u   /* Hz x 10: tones that are further off are no caller-ID */
#define CLEAR 85u          /* quality of a line on which a broken body is not the decoder's fault */
#define BAD_MIN 6u         /* characters of a wrong or broken message that are worth reporting */
#define NTT_MIN 11u        /* DLE SOH header DLE STX type length DLE ETX CRC CRC */

enum { SOH = 0x01, STX = 0x02, ETX = 0x03, DLE = 0x10, NTT_TYPE = 0x40 };

static uint8_t byte_at(const fsk_demod *d, uint32_t i) { return d->byte[i % FSK_BYTES]; }

uint32_t frame_continues(const fsk_demod *d, uint32_t start) {
    return d->run_open && (int32_t)(start - d->end_time) <= GAP_MAX;
}

/* A character starts: does it go on with the run, or begin a new one? */
void frame_begin(fsk_demod *d, uint32_t start) {
    if (frame_continues(d, start)) return;
    d->run = d->run_good = d->count;
    d->run_mark = !d->count || (int32_t)(start - d->end_time) >= MARK_MIN;
    d->run_open = 1;
    memset(&d->stats, 0, sizeof d->stats);
    if (d->marks.n >= MARKS_MIN && (int32_t)(start - d->marks.until) < MARK_MIN) d->stats.marks = d->marks;
}

/* ---- figures of a message ---- */

/* Offset of a tone from its nominal frequency, Hz x 10, from what it turns in the six samples between equal bits ... */
static int32_t offset_in_data(const fsk_stats *st, int bit) {
    return cid_angle(st->turn_re[bit], st->turn_im[bit]) * 10 / 49; /* 8000 / 6 / 65536 Hz = 0.02035 Hz a unit */
}

/* ... and, much better, from what mark turns in 20 samples of its row. */
static int32_t offset_in_marks(const fsk_marks *m) {
    return cid_angle(m->re20, m->im20) * 10 / 164; /* 8000 / 20 / 65536 Hz = 0.0061 Hz a unit */
}

/* Is it one steady tone? Voices differ from themselves 5 ms later, or turn otherwise in 5 ms than twice in 2.5 ms. */
static int is_tone(const fsk_marks *m) {
    int64_t coherent = cid_length(m->re40, m->im40);
    int32_t bend = (cid_angle(m->re40, m->im40) - 2 * cid_angle(m->re20, m->im20)) & 0xFFFF;
    return coherent > m->power / 16 * 7 && (bend < BEND_MAX || bend > 0x10000 - BEND_MAX);
}

static int32_t mark_offset(const fsk_stats *st) {
    return st->marks.n ? offset_in_marks(&st->marks) : offset_in_data(st, 1);
}

static int32_t size_of(int32_t v) { return v < 0 ? -v : v; }

static uint32_t root(uint32_t v) {
    uint32_t r = 0;
    for (uint32_t bit = 1u << 15; bit; bit >>= 1)
        if ((r + bit) * (r + bit) <= v) r += bit;
    return r;
}

/* Distance, Hz x 10, of measured tones from a standard's. Mark counts twice: it is measured better. */
static int32_t misfit(uint32_t standard, int32_t mark, int32_t space) {
    return standard == RW_STD_BELL202 ? 2 * size_of(mark - 12000) + size_of(space - 22000)
                                      : 2 * size_of(mark - 13000) + size_of(space - 21000);
}

/*
 * SNR in 0-4 kHz. In a row of marks, two correlations 40 samples apart differ only by noise: what their product lacks of
 * their power. With E|C|^2 = 204800 P for a tone of power P and 59392 N for white noise of power N in 0-4 kHz (both at the
 * scale of corr), a mark of power M has P / N = 0.29 x |C|^2 / |noise|^2; the burst is P / M times as strong. The bands in
 * front take away 1.5 dB (Bell 202) and 1.2 dB (V.23) of that noise.
 */
static int32_t snr_of(const fsk_stats *st, uint32_t standard) {
    const fsk_marks *m = &st->marks;
    uint32_t bits = st->bits[0] + st->bits[1];
    if (!m->n) { /* all that is not tone, edges included: too low on a clean line */
        uint64_t total = st->total * 120, rest = total > st->tone ? total - st->tone : 1;
        return cid_ddb_ratio(st->tone * 5, rest * 17);
    }
    uint64_t coherent = 2 * (uint64_t)cid_length(m->re40, m->im40), power = (uint64_t)m->power;
    uint64_t noise = power > coherent ? power - coherent : 0;
    if (noise < power >> 16) noise = power >> 16; /* 42 dB is as far as 16 bits are trusted */
    /* power is that of 2 n marks at corr / 4: 64 x (10 A)^2 each */
    int32_t marks_ddb = cid_ddb_ratio(power, noise) - 54 - (standard == RW_STD_BELL202 ? 15 : 12);
    return marks_ddb + cid_ddb_ratio(st->tone, bits) - cid_ddb_ratio(power, 128ull * m->n);
}

/* Spread of the eye's opening over its mean, as 0-100: 0.1 on a clean line, 0.3 where messages begin to fail. */
static uint32_t quality_of(const fsk_stats *st) {
    uint32_t bits = st->bits[0] + st->bits[1];
    if (!bits) return 0;
    uint32_t mean = st->eye / bits, square = st->eye_square / bits;
    uint32_t spread = square > mean * mean ? root(square - mean * mean) : 0;
    uint32_t loss = mean ? spread * 150 / mean : 115;
    return loss <= 15 ? 100 : loss >= 115 ? 0 : 115 - loss;
}

static void set_figures(const fsk_demod *d, rw_cid_event *e) {
    const fsk_stats *st = &d->stats;
    uint32_t bits = st->bits[0] + st->bits[1];
    if (!bits) return;
    /* tone / bits = (10 A)^2; full scale is 3.14 dBm0 */
    e->level_ddb = 31 + cid_ddb_ratio(st->tone, (uint64_t)bits * 327680u * 327680u);
    e->snr_ddb = snr_of(st, d->standard);
    e->quality = quality_of(st);
}

/* Which standard the tones belong to, and how far they are off; 0 when to none, or to one that nobody asked for. */
static int set_standard(const cid_state *s, const fsk_demod *d, rw_cid_event *e, uint32_t *distance) {
    const fsk_stats *st = &d->stats;
    int bell = d->standard == RW_STD_BELL202;
    int32_t mark = (bell ? 12000 : 13000) + mark_offset(st);
    int32_t space = (bell ? 22000 : 21000) + offset_in_data(st, 0);
    int32_t as_bell = misfit(RW_STD_BELL202, mark, space), as_v23 = misfit(RW_STD_V23, mark, space);
    uint32_t best = as_bell <= as_v23 ? RW_STD_BELL202 : RW_STD_V23;
    if (e->standard == RW_STD_NTT) best = RW_STD_V23;
    uint32_t offered = e->standard == RW_STD_NTT ? RW_STD_V23 : s->standards;
    if (!(best & offered)) {
        if (size_of(as_bell - as_v23) > 1500) return 0;
        best = d->standard;
    }
    if (e->standard != RW_STD_NTT) e->standard = best;
    e->frequency_ppm = best == RW_STD_BELL202 ? (mark - 12000) * 250 / 3 : (mark - 13000) * 1000 / 13;
    uint32_t off = (uint32_t)misfit(best, mark, space);
    *distance = off + (best == d->standard ? 0 : 100000);
    return off <= MISFIT_MAX;
}

/* A character of the seizure, or one among them that noise has hit. */
static int is_seizure(const fsk_demod *d, uint32_t i, uint32_t oldest) {
    return byte_at(d, i) == SEIZURE || (i > oldest && byte_at(d, i - 1) == SEIZURE);
}

/*
 * Where the seizure began that ends just before character `end`, at most `reach` samples before `time`; 0 when there is
 * none. Its last character may be cut short by the marks that follow it. In noise the answer may be a character late.
 */
static int seizure_start(const fsk_demod *d, uint32_t end, uint32_t time, int32_t reach, uint32_t *start) {
    uint32_t oldest = d->count > FSK_BYTES ? d->count - FSK_BYTES : 0, i = end, n = 0;
    for (; i > oldest && is_seizure(d, i - 1, oldest); i--, n++) {
        uint32_t at = d->at[(i - 1) % FSK_BYTES];
        if ((int32_t)(time - at) - CHARACTER > (n ? SEIZURE_GAP : reach)) break;
        time = *start = at;
    }
    /* Its first bits may have taught the levels only. */
    uint32_t onset = d->onset - BAND_DELAY;
    if (n && (int32_t)(*start - onset) > 0 && (int32_t)(*start - onset) < 2 * CHARACTER) *start = onset;
    return n >= 3;
}

/* Where the burst of a message that begins with character `first` began: its seizure, its marks, or itself. */
static uint32_t burst_start(const fsk_demod *d, uint32_t first) {
    uint32_t time = d->at[first % FSK_BYTES], start;
    if (seizure_start(d, first, time, MARK_REACH, &start)) return start;
    int32_t marks = (int32_t)(time - d->carrier_at);
    return d->carrier_at && marks > 0 && marks < MARK_REACH ? d->carrier_at : time;
}

/* ---- offers ---- */

static int overlaps(uint64_t start, uint64_t end, const rw_cid_event *e) { return e->start < end && start < e->end; }

static void release_now(cid_state *s) {
    rw_cid_event *e = &s->offer.event;
    int good = (e->flags & RW_CID_CHECKSUM_OK) != 0;
    s->offer.held = 0;
    if (overlaps(s->last_start, s->last_end, e) && (s->last_good || !good)) return;
    s->last_start = e->start;
    s->last_end = e->end;
    s->last_good = (uint32_t)good;
    cid_post(s, e);
}

void frame_release(cid_state *s) {
    if (s->offer.held && (int32_t)((uint32_t)s->now - s->offer.deadline) >= 0) release_now(s);
}

static int is_better(const cid_offer *a, const cid_offer *b) {
    uint32_t good_a = a->event.flags & RW_CID_CHECKSUM_OK, good_b = b->event.flags & RW_CID_CHECKSUM_OK;
    if (good_a != good_b) return good_a > good_b;
    if (a->event.length != b->event.length) return a->event.length > b->event.length;
    return a->misfit < b->misfit;
}

static void offer(cid_state *s, const fsk_demod *d, uint32_t first, uint32_t last, rw_cid_event *e) {
    cid_offer mine;
    e->type = RW_CID_EVENT_MESSAGE;
    e->start = cid_stamp(s, burst_start(d, first));
    e->end = cid_stamp(s, d->at[last % FSK_BYTES] + CHARACTER);
    set_figures(d, e);
    if (!set_standard(s, d, e, &mine.misfit)) return;
    mine.event = *e;
    mine.held = 1;
    mine.deadline = (uint32_t)s->now + HOLD;
    if (s->offer.held) {
        if (!overlaps(s->offer.event.start, s->offer.event.end, e)) {
            release_now(s);
        } else {
            mine.deadline = s->offer.deadline;
            if (!is_better(&mine, &s->offer)) return;
        }
    }
    s->offer = mine;
}

static rw_cid_event event_of(const fsk_demod *d, uint32_t first, uint32_t last) {
    rw_cid_event e;
    memset(&e, 0, sizeof e);
    e.standard = d->standard;
    for (uint32_t i = first; i <= last && e.length < RW_CID_DATA_MAX; i++) e.data[e.length++] = byte_at(d, i);
    return e;
}

/* ---- SDMF and MDMF ---- */

/* Is `last` the checksum of a message that began at `first`? */
static int is_message(const fsk_demod *d, uint32_t first, uint32_t last, rw_cid_event *e) {
    uint8_t type = byte_at(d, first);
    uint32_t length = byte_at(d, first + 1);
    if (length + 2 != last - first || !rw_message_form(type) || type == NTT_TYPE) return 0;
    uint8_t sum = 0;
    for (uint32_t i = first; i <= last; i++) sum = (uint8_t)(sum + byte_at(d, i));
    if (sum) return 0;
    *e = event_of(d, first, last);
    if (rw_message_plausible(e->data, e->length)) return 1;
    /* A body that breaks the rules, on a clear line and where a message must stand, is the parser's to judge. */
    return first == d->run && d->run_mark && length >= 4 && quality_of(&d->stats) >= CLEAR;
}

static int find_message(cid_state *s, fsk_demod *d) {
    uint32_t last = d->count - 1, first = d->run_good;
    if (last - first > RW_CID_DATA_MAX) first = last - RW_CID_DATA_MAX;
    for (; last - first >= 3 && last > first; first++) {
        rw_cid_event e;
        if (!is_message(d, first, last, &e)) continue;
        e.flags = RW_CID_CHECKSUM_OK;
        d->run_good = d->count;
        if (d->standard & s->standards) offer(s, d, first, last, &e);
        return 1;
    }
    return 0;
}

/* ---- NTT: DLE SOH 07 DLE STX type length body DLE ETX CRC CRC; 7 bits and even parity but for the CRC ---- */

static int is_even(uint8_t c) {
    c = (uint8_t)(c ^ (c >> 4));
    return !((0x6996 >> (c & 15)) & 1);
}

/* CRC-16 of CCITT, low bit first, from zero; over everything after SOH, CRC included, it leaves zero. */
static uint16_t crc16(const fsk_demod *d, uint32_t first, uint32_t last) {
    uint16_t crc = 0;
    for (uint32_t i = first; i <= last; i++) {
        crc = (uint16_t)(crc ^ byte_at(d, i));
        for (int bit = 0; bit < 8; bit++) crc = (uint16_t)(crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1);
    }
    return crc;
}

static int is_control(const fsk_demod *d, uint32_t i, uint8_t code) {
    return (byte_at(d, i) & 0x7F) == DLE && (byte_at(d, i + 1) & 0x7F) == code;
}

/* The frame that begins at `first` and whose CRC ends at `last`: its body, unstuffed and without parity, and the CRC. */
static int unpack_ntt(const fsk_demod *d, uint32_t first, uint32_t last, rw_cid_event *e) {
    uint32_t from = first + 2, i;
    if (!is_control(d, first, SOH) || crc16(d, from, last)) return 0;
    for (i = first; i + 2 <= last; i++)
        if (i < last - 1 && !is_even(byte_at(d, i))) return 0;
    for (i = from; i + 1 < last && !is_control(d, i, STX); i++) continue;
    memset(e, 0, sizeof *e);
    e->standard = RW_STD_NTT;
    for (i += 2; i + 3 < last && e->length + 2 < RW_CID_DATA_MAX; i++) {
        uint8_t c = byte_at(d, i) & 0x7F;
        if (c == DLE) i++;
        if (c == DLE && (byte_at(d, i) & 0x7F) != DLE) return 0;
        e->data[e->length++] = c;
    }
    if (e->length < 4 || e->data[0] != NTT_TYPE || e->data[1] + 2u != e->length) return 0;
    if (!rw_message_plausible(e->data, e->length)) return 0;
    e->data[e->length++] = byte_at(d, last - 1);
    e->data[e->length++] = byte_at(d, last);
    e->flags = RW_CID_CHECKSUM_OK;
    return 1;
}

static void find_ntt(cid_state *s, fsk_demod *d) {
    uint32_t last = d->count - 1;
    if (last - d->run_good + 1 < NTT_MIN || !is_control(d, last - 3, ETX)) return;
    uint32_t oldest = last - d->run_good > 300 ? last - 300 : d->run_good;
    for (uint32_t first = last - NTT_MIN + 1; (int32_t)(first - oldest) >= 0; first--) {
        rw_cid_event e;
        if (!unpack_ntt(d, first, last, &e)) continue;
        d->run_good = d->count;
        offer(s, d, first, last, &e);
        return;
    }
}

/* ---- what the demodulators call ---- */

/* `last` is where the checksum of the run's message should have been, or where the run ended before it. */
static void report_bad(cid_state *s, fsk_demod *d, uint32_t last) {
    uint32_t first = d->run;
    if (!(s->flags & RW_CID_REPORT_BAD) || !(d->standard & s->standards) || last - first + 1 < BAD_MIN) return;
    if (!d->stats.marks.n || size_of(offset_in_marks(&d->stats.marks)) > 600) return;
    rw_cid_event e = event_of(d, first, last);
    offer(s, d, first, last, &e);
}

/* Did the newest character complete the message that this run began with? Then it is a bad one: good ones are found before. */
static int is_spoilt(const fsk_demod *d) {
    uint32_t first = d->run, last = d->count - 1;
    return d->run_mark && d->run_good == first && last > first && rw_message_form(byte_at(d, first)) &&
           last - first == byte_at(d, first + 1) + 2u;
}

/* Is the run shorter than the message that it began with? */
static int is_cut(const fsk_demod *d) {
    uint32_t first = d->run, last = d->count - 1;
    return d->run_mark && d->run_good == first && last > first && rw_message_form(byte_at(d, first)) &&
           byte_at(d, first + 1) + 2u >= 5u && last - first < byte_at(d, first + 1) + 2u;
}

void frame_character(cid_state *s, uint32_t which, uint8_t byte, uint32_t start) {
    fsk_demod *d = &s->demod[which];
    d->byte[d->count % FSK_BYTES] = byte;
    d->at[d->count % FSK_BYTES] = start;
    d->count++;
    d->end_time = start + CHARACTER;
    if (find_message(s, d)) return;
    if ((s->standards & RW_STD_NTT) && d->standard == RW_STD_V23) find_ntt(s, d);
    if (is_spoilt(d)) report_bad(s, d, d->count - 1);
}

static void close_run(cid_state *s, fsk_demod *d) {
    d->run_open = 0;
    if (is_cut(d)) report_bad(s, d, d->count - 1);
}

void frame_idle(cid_state *s, uint32_t which) {
    fsk_demod *d = &s->demod[which];
    /* A character that begins now is known a character and the filters' delay later. */
    if (d->run_open && (int32_t)((uint32_t)s->now - d->end_time) > GAP_MAX + CHARACTER + 40) close_run(s, d);
}

/* A character far below the level of its run is not of it: what follows a burst is noise. */
void frame_level(cid_state *s, uint32_t which) {
    fsk_demod *d = &s->demod[which];
    const fsk_stats *st = &d->stats;
    uint32_t bits = st->bits[0] + st->bits[1];
    if (!d->run_open || bits < 40) return;
    int32_t mean = (int32_t)((st->level[0] + st->level[1]) / 8) / (int32_t)(bits / 8);
    if (d->tone[0].level < mean / FADED && d->tone[1].level < mean / FADED) close_run(s, d);
}

void frame_carrier(cid_state *s, uint32_t which) {
    fsk_demod *d = &s->demod[which];
    if (!(d->standard & s->standards)) return;
    if (size_of(offset_in_marks(&d->marks)) > 500 || !is_tone(&d->marks)) return; /* 50 Hz off: the other's mark, or none */
    uint32_t marks = d->steady_since - MARK_DELAY, start = marks;
    int32_t gap = (int32_t)(marks - d->end_time);
    int seized = seizure_start(d, d->count, marks, GAP_MAX, &start);
    if (!seized && d->count && gap < GAP_MAX && gap > -GAP_MAX) return; /* the tail of a message */
    d->carrier_at = marks;
    rw_cid_event e;
    memset(&e, 0, sizeof e);
    e.type = RW_CID_EVENT_CARRIER;
    e.standard = d->standard;
    e.start = cid_stamp(s, start);
    cid_post(s, &e);
}
