/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside of the caller-ID decoder. Samples run
 *
 *     cid.c          queue of events, halving of 16 kHz, high-pass for FSK
 *     cid_mark.c     rows of mark: standard, frequency, phase, level, noise; where the first character may begin
 *     cid_metric.c   likelihood of all 256 bytes at one place
 *     cid_track.c    a path of decisions grows by a character: phases, frequency, bit length, stop length, levels
 *     cid_search.c   the best paths, character by character
 *     cid_grammar.c  what a byte costs at its place in a message
 *     cid_finish.c   the end of a message: checksum, alternatives, doubts; events
 *     cid_plain.c    the same burst read bit by bit, for senders with jumps of phase and for broken messages
 *     cid_ntt.c      NTT's frame
 *     cid_tones.c    high-pass for tones, cid_slot.c: energies of the tones of DTMF and of the alerting signal
 *     cid_keys.c     tones -> keys
 *     cid_dtmf.c     keys -> messages
 *     cid_alert.c    tones -> the alerting signal
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
#define CID_TAPS 63           /* samples that the high-pass looks back on: 31 of delay */
#define CID_HALF_TAPS 27      /* halving filter at 16 kHz: 13 input samples of delay */
#define CID_HISTORY 320       /* the filters' window slides along this many samples before it is moved back */
#define CID_QUEUE 8           /* events */
#define CID_QUEUE_RESERVE 4   /* events that one sample may produce, at most */

/* ---- FSK ---- */
#define FSK_RING 1024         /* filtered samples that are kept */
#define FSK_BLOCK 40          /* samples: mark is summed over 5 ms */
#define FSK_BLOCKS 64         /* blocks of mark that are kept */
#define FSK_LEVELS 128        /* blocks of which the energy is kept */
#define FSK_SPAN 208          /* samples under examination at once: 31 bits */
#define FSK_PATHS 4
#define FSK_STARTS 6          /* places and types of the first character that are followed to the second */
#define FSK_ALTS 5            /* other bytes that are remembered for each character of a path */
#define FSK_CHARS 264
#define FSK_UNIT 16           /* log-likelihoods are counted in 1/16 */
#define FSK_NEVER 0x20000000  /* cost of what cannot be */

typedef struct {
    int32_t re, im;
} cid_complex;

/* Tones of a standard. Angles: 2^32 is a turn. */
typedef struct {
    uint32_t standard;
    uint32_t step[2];         /* of space and mark, in 100 Hz */
    uint32_t mark, apart;     /* turn of mark a sample; of space against mark */
    int32_t space_share;      /* space / mark, 1/64 */
    int32_t bit_gain, stop_gain, time_gain; /* radians -> bit length, stop length, time (see cid_track.c) */
    int32_t variance;         /* of the bit length, at first */
} fsk_tones;

/* A row of mark: what its last blocks tell. */
typedef struct {
    uint32_t angle;           /* at the end of the last block */
    int32_t offset;           /* turn a sample off the nominal frequency */
    uint32_t level;           /* amplitude x 16 */
    uint32_t noise;           /* power of the noise a sample, x 16 */
    uint32_t blocks;
} fsk_mark;

/* One sequence of decisions. Times: 1/4096 sample after the session's origin; lengths: 1/65536 sample. */
typedef struct {
    int32_t time;             /* where the stop bit of nominal length ends */
    uint32_t angle[2];        /* of space and mark, there */
    int32_t offset;           /* as in fsk_mark */
    int32_t space_offset;     /* what space is off beyond that */
    int32_t bit, stop;        /* length of a bit; of what follows beyond the nominal stop bit */
    int32_t level[2];         /* amplitudes x 16, scaled */
    int32_t weight[2];        /* bits they were learnt from */
    int32_t noise;            /* power of the noise, scaled */
    int32_t metric;
    int32_t cov[5][5];        /* of the five states of cid_track.c */
    int32_t history;          /* characters that the row of mark was worth */
    int32_t gap;              /* stop length that was used last */
    int16_t count;            /* characters */
    int16_t worst;            /* contrast of the bit that stands out least, 64 = ideal */
    uint8_t regular, irregular, slot, unfit, forced, poor;
    /* grammar */
    uint8_t form, type, length, place, kind, left, index, byte, ended;
    uint32_t seen;
    uint8_t other_length[FSK_ALTS], other_gap[FSK_ALTS];
} fsk_path;

/* What is remembered of one decision: its predecessor, the byte, and what else it might have been (gap in 1/8). */
typedef struct {
    uint8_t parent, byte;
    uint8_t other[FSK_ALTS], gap[FSK_ALTS];
} fsk_step;

/* Running sums of the products with mark and space. */
typedef struct {
    int32_t base, n;
    cid_complex sum[2][FSK_SPAN + 1];
} fsk_span;

/* Sums of space and mark over the eleven bits from a time on. */
typedef struct {
    cid_complex c[2][10];
    cid_complex before;
} fsk_sums;

typedef struct {
    int32_t metric, gap;
    uint8_t path, byte, free, forced;
} fsk_choice;

typedef struct {
    int32_t raw, metric;      /* log-likelihood, without and with what was to be expected */
    int32_t time;             /* 1/4096 sample after start_origin */
    fsk_mark mark;            /* its angle is that at `time` */
    uint32_t space_angle;
    int32_t space_level;      /* amplitude x 16 */
    int32_t spaces;
    uint8_t type;
} fsk_start;

/* What is read bit by bit beside the search (cid_plain.c). */
typedef struct {
    uint32_t active, wake, count, ready, waited;
    uint32_t weak;            /* bits that are hardly any tone's */
    int32_t time, pause;      /* 1/4096 sample; from where a character might begin at the earliest to its start */
    int32_t level[2];         /* amplitudes, scaled */
    int32_t sum, least;       /* clarity of the characters */
    uint8_t byte[FSK_CHARS];
    rw_cid_event event;
} fsk_plain;

typedef struct {
    uint32_t blocks;          /* so far */
    uint32_t fill;
    uint32_t phase;           /* of 100 Hz at the next sample, 0-79 */
    uint32_t mark_phase[2];   /* of the marks of both standards */
    cid_complex block[2][FSK_BLOCKS];
    uint32_t energy[FSK_LEVELS]; /* squares / 64 */
    /* starts under examination */
    fsk_start start[FSK_STARTS];
    uint32_t starts, start_tones, first_start, start_origin;
    int32_t start_level;
    uint32_t announced, idle_blocks;
    /* the session */
    uint32_t active;
    uint32_t tones;           /* 0 Bell 202, 1 V.23 */
    uint32_t origin;          /* sample of time 0 */
    int32_t shift;            /* samples are shifted left by this */
    int32_t limit;            /* and clipped at this */
    uint32_t wake;            /* when the next character can be decided */
    uint32_t wide;            /* 1: the start is being searched far ahead */
    uint32_t sick;            /* characters in a row without signal */
    fsk_mark mark;
    uint32_t burst;           /* first sample of the burst */
    uint32_t count;           /* characters */
    uint32_t paths;
    fsk_path path[FSK_STARTS], next[FSK_PATHS];
    uint8_t first[FSK_STARTS]; /* types */
    fsk_step step[FSK_CHARS][FSK_PATHS];
    int16_t value[FSK_STARTS][256];
    int32_t value_gap[FSK_STARTS];
    fsk_span span;
    uint32_t reported;        /* this session gave its message */
    fsk_plain plain;
    /* a message that waits for what follows */
    uint32_t held;
    int32_t held_metric;
    rw_cid_event held_event;
} fsk_state;

/* ---- the whole ---- */
typedef struct cid_state {
    uint32_t magic;
    uint32_t rate, standards, flags;
    uint64_t now;             /* samples at 8 kHz so far */
    uint32_t odd;             /* 16 kHz: a sample waits for its pair */
    uint32_t half_at, band_at;
    int16_t half[CID_HISTORY], band[CID_HISTORY];
    int32_t box[8], low[64], box_sum, low_sum; /* of the high-pass */
    int16_t ring[FSK_RING];   /* its output, 31 samples late */
    fsk_state fsk;
    dtmf_state dtmf;
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
/* The same of the nearest of 256 steps, not the last. */
static inline int32_t cid_cos_near(uint32_t phase) { return cid_cos256[(phase + 0x800000u) >> 24]; }

int32_t cid_magnitude(int32_t re, int32_t im); /* within 0.5 %; |re|, |im| < 2^23 */
int32_t cid_angle(int64_t re, int64_t im);     /* 1/65536 of a turn, -32768..32767 */
int64_t cid_length(int64_t re, int64_t im);    /* of a vector, to 30 bits */
int32_t cid_ddb_ratio(uint64_t a, uint64_t b); /* 10 log10(a/b) in tenths of a dB */
uint32_t cid_root(uint32_t v);                 /* square root, rounded down */


/* cid_mark.c */
extern const fsk_tones fsk_standard[2];
int32_t fsk_scale(int32_t value, int32_t shift);
void fsk_init(cid_state *s);
void fsk_announce(cid_state *s, uint32_t tones);
void fsk_sample(cid_state *s, int32_t x);

/* cid_metric.c */
void fsk_fill_span(cid_state *s, uint32_t tones, uint32_t origin, int32_t from, int32_t to, int32_t shift,
                   int32_t limit);
cid_complex fsk_sum(const fsk_span *span, uint32_t tone, int32_t from, int32_t to);
void fsk_ten_bits(const fsk_span *span, uint32_t tone, int32_t from, cid_complex *c);
int32_t fsk_soft(const int32_t *level, cid_complex space, cid_complex mark);
int32_t fsk_real(cid_complex c, uint32_t angle);
int32_t fsk_imag(cid_complex c, uint32_t angle);
void fsk_expected(const fsk_path *p, int32_t *space, int32_t *mark);
int32_t fsk_values(cid_state *s, const fsk_path *p, int32_t gap, int16_t *value, int32_t *all_mark);

/* cid_track.c */
void fsk_first(const cid_state *s, fsk_path *p, const fsk_start *start);
void fsk_grow(cid_state *s, const fsk_path *p, int32_t gap, uint8_t byte, int irregular, fsk_path *to);

/* cid_search.c */
void fsk_begin(cid_state *s);
void fsk_advance(cid_state *s);

/* cid_grammar.c */
int32_t grammar_cost(const cid_state *s, const fsk_path *p, uint8_t byte);
void grammar_step(const cid_state *s, fsk_path *p, uint8_t byte);
int grammar_same(const fsk_path *a, const fsk_path *b);
int grammar_is_structure(const fsk_path *p);
int grammar_may_swap(const fsk_path *p, uint8_t byte);
int32_t grammar_length_gap(const fsk_path *p, uint32_t length);
uint32_t grammar_longest(const fsk_path *p);
int grammar_is_dialled(uint8_t b); /* what a telephone number is written with */

/* cid_finish.c */
void fsk_check_ends(cid_state *s);
void fsk_close(cid_state *s);
int fsk_is_readable(const uint8_t *byte, uint32_t n, int doubtful);

void fsk_figures(const cid_state *s, const fsk_path *p, rw_cid_event *e);

/* cid_plain.c */
void plain_begin(cid_state *s);
void plain_advance(cid_state *s);
void plain_release(cid_state *s);
int plain_is_at_work(const fsk_state *f); /* and every character so far was clear */

/* cid_ntt.c */
int ntt_read(const uint8_t *byte, uint32_t n, rw_cid_event *e);
uint16_t ntt_crc(const uint8_t *byte, uint32_t n);

#endif
