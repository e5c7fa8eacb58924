/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the decoder of tones: DTMF caller-ID (EN 300 659-1 annex B) and the dual-tone alerting signal (CAS, DT-AS).
 *
 *     cid_tones.c  samples -> slots of 5 ms
 *     cid_slot.c   ten correlators -> the energy of each tone in a window of 20 ms that moves by 5 ms
 *     cid_keys.c   energies -> keys
 *     cid_dtmf.c   keys -> strings -> messages
 *     cid_alert.c  energies -> the alerting signal
 */
#ifndef RINGWARDEN_CID_TONES_H
#define RINGWARDEN_CID_TONES_H

#include <stdint.h>

#define DTMF_TONES 10         /* four rows, four columns, and the two of the alerting signal */
#define DTMF_HOP 40           /* samples: 5 ms */
#define DTMF_SLOTS 4          /* hops in a window: 20 ms */
#define DTMF_WINDOW (DTMF_HOP * DTMF_SLOTS)
#define DTMF_RUN 24           /* windows of a tone that are kept: 120 ms */
#define DTMF_PAST 46          /* hops of power that are remembered: 230 ms */
#define DTMF_TEXT 48
#define DTMF_DELAY 22         /* samples: the high-pass in front */
#define DTMF_ENERGY_MIN 1000u /* energy is 0.39 A^2: an amplitude of 50, -53 dBm0 */

typedef struct {
    int16_t sample[16];
    int32_t sum[8];           /* of 16 samples each */
    int32_t wide, narrow;
    uint32_t at;
} dtmf_high;

typedef struct {
    uint32_t phase[DTMF_TONES], step[DTMF_TONES];
    int16_t turn[DTMF_TONES][DTMF_SLOTS][2];  /* cosine and sine of what a detuned tone turns from slot to slot */
    int32_t slot_re[DTMF_SLOTS][DTMF_TONES], slot_im[DTMF_SLOTS][DTMF_TONES];
    uint32_t past[DTMF_PAST], past_at;        /* power of the last hops, a ring; `past_at` is the oldest */
    uint32_t energy[DTMF_TONES], total;       /* of the window: a pure tone gives energy = 1.25 x total */
    int32_t last, slope;                      /* of the filtered samples */
    uint32_t treble[DTMF_SLOTS];              /* power of their second differences: what lies above the voice */
    uint32_t fill, slot;
    dtmf_high high[2];
    int16_t recent[DTMF_WINDOW];              /* filtered samples of the window, slot by slot; a ring */
    /* the key under way */
    int32_t key;                              /* 0-15, or -1 */
    int32_t blocked;                          /* key that must fall silent before it may count again, or -1 */
    uint32_t blocked_peak;
    uint32_t run_n, run_peak, run_time, run_voice, run_loud;
    uint32_t run_energy[DTMF_RUN];
    uint8_t run_hit[DTMF_RUN];
    uint32_t run_sum[8], run_total;           /* of the energies of all keys' tones, and of the power, over the run */
    uint32_t run_power;                       /* power of a hop that the tones fill */
    uint32_t run_purity;                      /* best share of the tones in the power, 0-256 */
    /* the string under way */
    uint32_t since;                           /* hops since the last key ended */
    uint32_t start, end, length;
    uint32_t last_start, shortest, longest;   /* from key to key, samples */
    uint32_t before, after;                   /* hops that were not quiet before the first key, after the last */
    uint32_t key_power;                       /* power of a hop of the last key */
    uint8_t text[DTMF_TEXT];
    uint64_t sum_level;
    uint32_t sum_purity, sum_length;
    /* the alerting signal under way */
    uint32_t alert_hits, alert_misses, alert_start, alert_end;
} dtmf_state;

struct cid_state;

/* cid_tones.c */
void dtmf_init(struct cid_state *s);
void dtmf_sample(struct cid_state *s, int32_t x);

/* cid_slot.c */
void tones_slot(struct cid_state *s);                 /* the slot under way is full */
uint32_t tones_purity(uint32_t pair, uint32_t total); /* share of a pair of tones in the power, 256 = all */
int tones_balanced(uint32_t a, uint32_t b, uint32_t factor);
uint32_t tones_second_harmonic(const dtmf_state *d, uint32_t tone);
uint32_t tones_newest_power(const dtmf_state *d);     /* of the last hop */
uint32_t tones_loud(const dtmf_state *d, uint32_t skip, uint32_t power); /* hops before the last `skip` above `power` */

/* cid_keys.c */
void keys_init(struct cid_state *s);
void keys_hop(struct cid_state *s);

/* cid_dtmf.c */
void string_clear(dtmf_state *d);
void string_key(struct cid_state *s, int32_t key, uint32_t start, uint32_t end);
void string_hop(struct cid_state *s);

/* cid_alert.c */
void alert_hop(struct cid_state *s);

#endif
