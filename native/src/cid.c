/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caller-ID decoder: the public functions, the queue of events, and the filters in front.
 *
 * Everything behind runs at 8 kHz, behind filters of linear phase, so that marks and spaces keep their edges: FSK on all
 * above 300 Hz: sequence estimation wants the whole signal, and white noise left white. Tones have a filter of their own.
 */
#include "cid_internal.h"

#include <string.h>

typedef char assert_event_is_312_bytes[sizeof(rw_cid_event) == 312 ? 1 : -1];
typedef char assert_state_fits[sizeof(cid_state) <= RW_CID_STATE_MAX ? 1 : -1];

/* Half band for 16 kHz: flat to 3 kHz, -58 dB from 4.9 kHz, Q14. */
static const int16_t HALF[CID_HALF_TAPS / 2 + 1] = {30, -14, -92, 23,    203, -44,  -408,
                                                    61, 772, -80, -1564, 92,  5154, 8118};

static int is_config(const rw_cid_config *c) {
    return c && (c->sample_rate == 8000 || c->sample_rate == 16000) && c->standards &&
           !(c->standards & ~(uint32_t)RW_STD_AUTO) && !(c->flags & ~(uint32_t)RW_CID_REPORT_BAD);
}

int32_t rw_cid_state_size(const rw_cid_config *config) {
    return is_config(config) ? (int32_t)sizeof(cid_state) : RW_ERR_ARGUMENT;
}

int32_t rw_cid_init(void *state, size_t size, const rw_cid_config *config) {
    if (!state || !is_config(config)) return RW_ERR_ARGUMENT;
    if (size < sizeof(cid_state) || (uintptr_t)state % 8) return RW_ERR_SIZE;
    cid_state *s = state;
    memset(s, 0, sizeof *s);
    s->magic = CID_MAGIC;
    s->rate = config->sample_rate;
    s->standards = config->standards;
    s->flags = config->flags;
    s->half_at = CID_HALF_TAPS - 1;
    s->band_at = CID_TAPS - 1;
    fsk_init(s);
    dtmf_init(s);
    return 0;
}

void cid_post(cid_state *s, const rw_cid_event *event) {
    if (s->queue_n == CID_QUEUE) return; /* feed stops long before */
    s->queue[(s->queue_at + s->queue_n) % CID_QUEUE] = *event;
    s->queue_n++;
}

uint64_t cid_stamp(const cid_state *s, uint32_t time) {
    uint32_t ago = (uint32_t)s->now - time;
    if (ago > s->now) return 0; /* before the first sample: the filters' delay */
    uint64_t at = s->now - ago;
    if (s->rate == 8000) return at;
    return at * 2 < CID_HALF_TAPS / 2 ? 0 : at * 2 - CID_HALF_TAPS / 2 + 1;
}

/* Symmetric filter: `newest` is the last of 2 x middle + 1 samples. Sum of |taps| x 32768 stays below 2^31. */
static int32_t filter(const int16_t *newest, const int16_t *taps, int middle) {
    const int16_t *first = newest - 2 * middle;
    int32_t acc = taps[middle] * first[middle];
    int i = 0;
    for (; i + 4 <= middle; i += 4) { /* four at a time: half of the cost of this loop is counting */
        acc += taps[0] * (first[0] + newest[0]) + taps[1] * (first[1] + newest[-1]);
        acc += taps[2] * (first[2] + newest[-2]) + taps[3] * (first[3] + newest[-3]);
        taps += 4;
        first += 4;
        newest -= 4;
    }
    for (; i < middle; i++) acc += *taps++ * (*first++ + *newest--);
    return acc;
}

/* Put a sample at the end of the window; when the buffer is full, move the window's tail to its beginning. */
static const int16_t *push(int16_t *buffer, uint32_t *at, uint32_t tail, int16_t x) {
    if (*at == CID_HISTORY) {
        memmove(buffer, buffer + CID_HISTORY - tail, tail * sizeof *buffer);
        *at = tail;
    }
    buffer[*at] = x;
    return buffer + (*at)++;
}

static int16_t saturate(int32_t x) { return (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : x); }

/*
 * High-pass, 31 samples of delay: the input less a low-pass of seven triangles of 15 samples, eight samples apart (below
 * 180 Hz: -36 dB, at 50 and 60 Hz: -62 dB; flat within 1.2 dB from 400 Hz). Triangles are running sums of running sums.
 */
static int32_t high_pass(cid_state *s, const int16_t *newest) {
    uint32_t slot = (uint32_t)s->now & 7;
    s->box_sum += newest[0] - newest[-8];
    s->low_sum += s->box_sum - s->box[slot];
    s->box[slot] = s->box_sum;
    uint32_t n = (uint32_t)s->now & 63;
    s->low[n] = s->low_sum >> 2;
    int32_t acc = 29 * (s->low[n] + s->low[(n - 48) & 63]) - 156 * (s->low[(n - 8) & 63] + s->low[(n - 40) & 63]) +
                  258 * (s->low[(n - 16) & 63] + s->low[(n - 32) & 63]) + 760 * s->low[(n - 24) & 63];
    return newest[-31] - (acc >> 14);
}

/* One sample at 8 kHz. */
static void take(cid_state *s, int16_t sample) {
    const int16_t *newest = push(s->band, &s->band_at, CID_TAPS - 1, sample);
    if (s->standards & (RW_STD_BELL202 | RW_STD_V23 | RW_STD_NTT)) fsk_sample(s, saturate(high_pass(s, newest)));
    /* In the middle of an FSK message nobody listens for keys. */
    if (s->standards & (RW_STD_DTMF | RW_STD_BELL202 | RW_STD_V23) && !(s->fsk.active && s->fsk.count > 4))
        dtmf_sample(s, sample);
    s->now++;
}

static void take_any_rate(cid_state *s, int16_t sample) {
    if (s->rate == 8000) {
        take(s, sample);
        return;
    }
    const int16_t *newest = push(s->half, &s->half_at, CID_HALF_TAPS - 1, sample);
    s->odd ^= 1;
    if (!s->odd) take(s, saturate(filter(newest, HALF, CID_HALF_TAPS / 2) >> 14));
}

size_t rw_cid_feed(void *state, const int16_t *samples, size_t n) {
    cid_state *s = state;
    if (!s || s->magic != CID_MAGIC || (!samples && n)) return 0;
    size_t i = 0;
    while (i < n && s->queue_n + CID_QUEUE_RESERVE <= CID_QUEUE) take_any_rate(s, samples[i++]);
    return i;
}

int32_t rw_cid_poll(void *state, rw_cid_event *event) {
    cid_state *s = state;
    if (!s || !event || s->magic != CID_MAGIC || !s->queue_n) return 0;
    *event = s->queue[s->queue_at];
    s->queue_at = (s->queue_at + 1) % CID_QUEUE;
    s->queue_n--;
    return 1;
}

/* Silence drives out what is still inside: the filters' delay, the last character, the closing silence of DTMF. */
void rw_cid_flush(void *state) {
    cid_state *s = state;
    if (!s || s->magic != CID_MAGIC) return;
    uint32_t n = s->rate * 3 / 8;
    while (n--) take_any_rate(s, 0);
}
