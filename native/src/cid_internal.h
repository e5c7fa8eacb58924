/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the caller-ID decoder. Samples run
 *
 *     cid.c        queue of events, halving of 16 kHz, band-passes
 *     cid_fsk.c    two demodulators side by side (Bell 202, V.23): tones -> bits -> characters
 *     cid_frame.c  characters -> messages: type, length, checksum; NTT's frame; which standard it was
 *     cid_tones.c  high-pass for tones, cid_slot.c: energies of the tones of DTMF and of the alerting signal
 *     cid_keys.c   tones -> keys
 *     cid_dtmf.c   keys -> messages
 *     cid_alert.c  tones -> the alerting signal
 *
 * All arithmetic is integer. Time inside is counted in samples at 8 kHz, modulo 2^32 where it is only compared.
 */
#ifndef RINGWARDEN_CID_INTERNAL_H
#define RINGWARDEN_CID_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "ringwarden/cid.h"

#include "cid_tones.h"

#define CID_MAGIC 0x52574344u
#define CID_TAPS 63           /* samples that the filters in front may look back on */
#define CID_FSK_TAPS 45       /* bands of FSK: 22 samples of delay */
#define CID_HALF_TAPS 27      /* halving filter at 16 kHz: 13 input samples of delay */
#define CID_HISTORY 320       /* the filters' window slides along this many samples before it is moved back */
#define CID_QUEUE 8           /* events */
#define CID_QUEUE_RESERVE 4   /* events that one sample may produce, at most */

/* ---- FSK ---- */
#define FSK_DEMODS 2
#define FSK_STANDARDS(k) ((k) == 0 ? RW_STD_BELL202 : RW_STD_V23 | RW_STD_NTT) /* what demodulator k serves */
#define FSK_RING 128          /* samples of correlator output: a character is 67, a search and its margins 20 more */
#define FSK_BYTES 512         /* characters kept; a message has at most 258 */
#define MARKS_MIN 8           /* pairs that make a measurement */
#define FSK_BIT3 20           /* one bit at 1200 baud in thirds of a sample */

typedef struct {
    int32_t re, im;
} cid_complex;

/* One tone: products of the last samples with it, their sum over a bit, and the magnitudes of that sum. */
typedef struct {
    int32_t re[8], im[8];     /* products, a ring */
    int32_t sum_re, sum_im;   /* of the last six */
    cid_complex corr[FSK_RING];
    int32_t mag[FSK_RING];
    int32_t level;            /* running estimate of the magnitude while this tone is sent */
} fsk_tone;

/* What is measured over a row of marks: products of the correlation with those 20 and 40 samples before, and powers. */
typedef struct {
    uint32_t n, until;        /* pairs; time of the last */
    int64_t re20, im20;       /* their angle is the detuning of mark, unambiguous within 200 Hz */
    int64_t re40, im40;       /* what is missing in their length is noise; a tone's own ripple repeats after 40 */
    int64_t power;            /* of both members of the pairs at 40, summed */
} fsk_marks;

/* What is measured over the characters of one message. */
typedef struct {
    fsk_marks marks;          /* before it; n = 0 when there were too few */
    uint32_t bits[2];         /* decided bits, [0] space, [1] mark */
    int64_t level[2];         /* sums of their magnitudes */
    uint64_t total;           /* squares of the filtered samples, summed over all of the characters */
    uint64_t tone;            /* squares of the magnitudes of the decided tones, summed over bits */
    int64_t turn_re[2], turn_im[2]; /* products of a bit's correlation with the one before: their angle is the detuning */
    uint32_t eye, eye_square; /* openings (256: ideal), their squares, summed over bits */
} fsk_stats;

typedef struct {
    uint32_t standard;        /* RW_STD_BELL202 or RW_STD_V23: the tones */
    uint32_t phase[2];        /* of space and mark, 0-79 */
    fsk_tone tone[2];         /* [0] space, [1] mark */
    uint32_t ring;            /* newest slot of the rings */
    uint32_t square[FSK_RING]; /* squares of the samples */
    uint64_t window_power;    /* sum of the last seven: about a bit */
    int32_t last;             /* last soft value that was scanned, scaled down */
    int32_t scan;             /* next sample to look at for a start bit, relative to the newest (<= 0) */
    int32_t edge3;            /* start edge under examination, thirds of a sample relative to the newest */
    int32_t in_character;     /* waiting for the rest of a character that began at edge3 */
    uint32_t count;           /* characters so far; character i lies in slot i % FSK_BYTES */
    uint32_t run;             /* first character of the unbroken run that the newest belongs to */
    uint32_t run_mark;        /* 1 when a row of marks came before that run */
    uint32_t run_open;        /* 1 while the run has not been closed (reported or found useless) */
    uint32_t run_good;        /* first character after the last message that was offered from this run */
    uint32_t end_time;        /* end of the newest character (its stop bit's end), samples */
    int32_t background;       /* mean magnitude of the stronger tone over the last 256 samples or so */
    uint32_t jumped, onset;   /* 1 while it is far above that; when that last began */
    uint32_t steady;          /* samples for which mark has stood alone, less penalties */
    uint32_t steady_since;
    uint32_t pure;            /* samples since mark last did not stand alone */
    fsk_marks marks;
    uint32_t carrier_at;      /* where the last row of marks that was announced began */
    uint32_t announced;       /* 1 while that row lasts */
    uint8_t byte[FSK_BYTES];
    uint32_t at[FSK_BYTES];   /* start edge of each character, samples */
    fsk_stats stats;
} fsk_demod;

/* ---- the whole ---- */
typedef struct {
    rw_cid_event event;
    uint32_t held;            /* 1 when there is one */
    uint32_t deadline;        /* time (samples, modulo 2^32) at which it goes out */
    uint32_t misfit;          /* how far its tones are from its standard's, Hz: the smaller wins */
} cid_offer;

typedef struct cid_state {
    uint32_t magic;
    uint32_t rate, standards, flags;
    uint64_t now;             /* samples at 8 kHz so far */
    uint32_t odd;             /* 16 kHz: a sample waits for its pair */
    uint32_t half_at, band_at;
    int16_t half[CID_HISTORY], band[CID_HISTORY];
    fsk_demod demod[FSK_DEMODS];
    dtmf_state dtmf;
    cid_offer offer;
    uint64_t last_start, last_end; /* of the last message that went out */
    uint32_t last_good;
    uint32_t queue_at, queue_n;
    rw_cid_event queue[CID_QUEUE];
} cid_state;

/* cid.c */
void cid_post(cid_state *s, const rw_cid_event *event);
uint64_t cid_stamp(const cid_state *s, uint32_t time); /* a time of the last days, modulo 2^32, on the caller's clock */

/* cid_math.c */
extern const int16_t cid_cos80[80]; /* cosine, Q14, 80 steps: 100 Hz at 8 kHz is one step a sample */
extern const int16_t cid_cos256[256];
/* Cosine, Q14, of a phase of 2^32 a turn. */
static inline int32_t cid_cos(uint32_t phase) { return cid_cos256[phase >> 24]; }

int32_t cid_magnitude(int32_t re, int32_t im); /* within 0.5 %; |re|, |im| < 2^23 */
int32_t cid_angle(int64_t re, int64_t im);     /* 1/65536 of a turn, -32768..32767 */
int64_t cid_length(int64_t re, int64_t im);    /* of a vector, to 30 bits */
int32_t cid_ddb_ratio(uint64_t a, uint64_t b); /* 10 log10(a/b) in tenths of a dB */

/* cid_fsk.c */
void fsk_init(cid_state *s);
void fsk_sample(cid_state *s, uint32_t which, int32_t x);

/* cid_frame.c */
uint32_t frame_continues(const fsk_demod *d, uint32_t start);
void frame_begin(fsk_demod *d, uint32_t start);
void frame_character(cid_state *s, uint32_t which, uint8_t byte, uint32_t start);
void frame_carrier(cid_state *s, uint32_t which);
void frame_idle(cid_state *s, uint32_t which);
void frame_level(cid_state *s, uint32_t which);
void frame_release(cid_state *s);

#endif
