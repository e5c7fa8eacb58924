/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caller-ID decoder: line samples in, events out.
 *
 * The state belongs to the caller, is allocated by the caller, and is never larger than RW_CID_STATE_MAX. One decoder
 * listens to every standard in `standards` at once and reports each burst under the one that fits best.
 *
 *     rw_cid_init(state, sizeof state, &config);
 *     while (n) {
 *         used = rw_cid_feed(state, samples, n);          // stops early only when the event queue is full
 *         samples += used; n -= used;
 *         while (rw_cid_poll(state, &event)) ...
 *     }
 *
 * Blocks may have any length from 1 sample up; results do not depend on how the stream is cut into blocks.
 */
#ifndef RINGWARDEN_CID_H
#define RINGWARDEN_CID_H

#include <stddef.h>
#include <stdint.h>

#include "ringwarden/error.h"

#define RW_CID_STATE_MAX 32768u /* bytes; the budget of an ESP32-C3 */
#define RW_CID_DATA_MAX 260u    /* type + length + 255 + checksum, rounded up */

/* Signalling standards, a bit each, so that a set of them fits in one word. */
#define RW_STD_BELL202 1u /* GR-30-CORE: mark 1200 Hz, space 2200 Hz, 1200 baud */
#define RW_STD_V23 2u     /* EN 300 659-1, ITU-T V.23: mark 1300 Hz, space 2100 Hz, 1200 baud */
#define RW_STD_NTT 4u     /* NTT: V.23 tones, 7 data bits with even parity, CRC-16 */
#define RW_STD_DTMF 8u    /* EN 300 659-1 annex B: DTMF caller-ID */
#define RW_STD_AUTO 15u

/* Configuration flags. */
#define RW_CID_REPORT_BAD 1u /* also report messages whose checksum is wrong, with RW_CID_CHECKSUM_OK clear */

/* Event types. */
#define RW_CID_EVENT_CARRIER 1u    /* a burst has begun: `start` is set, the rest comes with its message */
#define RW_CID_EVENT_MESSAGE 2u    /* a whole message: `data` holds `length` bytes as they came */
#define RW_CID_EVENT_TONE_ALERT 3u /* CAS / DT-AS, 2130 + 2750 Hz: `start` and `end` are set */

/* Event flags. */
#define RW_CID_CHECKSUM_OK 1u /* the message carries a checksum (or CRC) and it is right; DTMF, which has none, sets it
                                 when start digit, digits and end are all well formed */
#define RW_CID_NO_CHECKSUM 2u /* the signalling has no checksum (DTMF) */

typedef struct {
    uint32_t sample_rate; /* 8000 or 16000 Hz */
    uint32_t standards;   /* set of RW_STD_* */
    uint32_t flags;       /* set of RW_CID_REPORT_* */
} rw_cid_config;

/* Layout is fixed (no padding, host byte order) so that bindings may unpack it as bytes: 312 bytes. */
typedef struct {
    uint64_t start;        /* first sample of the burst (of its seizure, or of its first tone), counted from init */
    uint64_t end;          /* one past the last sample of the message */
    uint32_t type;         /* RW_CID_EVENT_* */
    uint32_t standard;     /* one RW_STD_* */
    uint32_t flags;        /* RW_CID_CHECKSUM_OK ... */
    uint32_t quality;      /* 0 (barely) to 100 (clean): confidence in the message, from the eye or the likelihood margin */
    int32_t level_ddb;     /* level of the burst, dBm0 x 10 (full-scale sine = +3.14 dBm0) */
    int32_t snr_ddb;       /* estimated SNR in 0-4 kHz, dB x 10 */
    int32_t frequency_ppm; /* estimated offset of the tones, parts per million; 0 when not measured */
    uint32_t corrected;    /* bytes that were changed, after the search, to make the checksum right */
    uint32_t length;       /* bytes used in `data` */
    uint8_t data[RW_CID_DATA_MAX]; /* FSK: type, length, body, checksum. DTMF: the digits as ASCII, start and end included */
} rw_cid_event;

/* Bytes of state that `config` needs (at most RW_CID_STATE_MAX), or RW_ERR_ARGUMENT. */
int32_t rw_cid_state_size(const rw_cid_config *config);

/* Prepare `state` (8-byte aligned, `size` bytes). 0, RW_ERR_ARGUMENT or RW_ERR_SIZE. */
int32_t rw_cid_init(void *state, size_t size, const rw_cid_config *config);

/* Take up to `n` samples; returns how many were taken. Fewer than `n` means: poll first. `state` must be initialised. */
size_t rw_cid_feed(void *state, const int16_t *samples, size_t n);

/* Next event, oldest first: 1 and *event filled, or 0 when there is none. */
int32_t rw_cid_poll(void *state, rw_cid_event *event);

/* The stream has ended: report what was still held back (a DTMF number that waits for its closing silence). */
void rw_cid_flush(void *state);

#endif
