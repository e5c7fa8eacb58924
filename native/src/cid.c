/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caller-ID decoder: the public functions, the queue of events, and the filters in front.
 *
 * Everything behind runs at 8 kHz. What lies below the tones (hum and its harmonics, dial pulses, offset) is 50 dB down, and
 * the filters have linear phase, so that marks and spaces keep their edges. Each FSK standard has a band of its own, narrower
 * than its signal: together with the correlation over one bit that gives 1 dB (Bell 202) to 2 dB (V.23) over a wide band.
 */
#include "cid_internal.h"

#include <string.h>

typedef char assert_event_is_312_bytes[sizeof(rw_cid_event) == 312 ? 1 : -1];
typedef char assert_state_fits[sizeof(cid_state) <= RW_CID_STATE_MAX ? 1 : -1];

/* Bell 202: 800-2650 Hz, V.23: 800-2450 Hz (half power), one half and the middle, Q14 (below 250 Hz: -50 dB, 60 Hz: -62). */
static const int16_t FSK_BAND[FSK_DEMODS][CID_FSK_TAPS / 2 + 1] = {
    {0, -18, -18, 52, 32, 13, 119, -20, -175, -2, -228, -351,
     291, 182, 68, 1090, 371, -768, 365, -1646, -4603, 1474, 7544},
    {-37, -4, 18, -11, 39, 113, 0, -56, 50, -176, -379, 37,
     121, -159, 599, 1018, -193, -180, 482, -2393, -4087, 1815, 6766}};

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
    for (int i = 0; i < middle; i++) acc += taps[i] * (first[i] + newest[-i]);
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

/* One sample at 8 kHz. The filter's output is halved: its overshoot on a clipped signal must fit. */
static void take(cid_state *s, int16_t sample) {
    const int16_t *newest = push(s->band, &s->band_at, CID_TAPS - 1, sample);
    for (uint32_t k = 0; k < FSK_DEMODS; k++)
        if (s->standards & FSK_STANDARDS(k)) fsk_sample(s, k, saturate(filter(newest, FSK_BAND[k], CID_FSK_TAPS / 2) >> 15));
    if (s->standards & (RW_STD_DTMF | RW_STD_BELL202 | RW_STD_V23)) dtmf_sample(s, sample);
    frame_release(s);
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
