/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Energies of the tones of DTMF and of the alerting signal.
 *
 * Each slot of 5 ms is correlated with ten tones, folded about its middle: cosines are even and sines are odd, which halves
 * the products. Four slots, added up with the turn of an exact, a flat and a sharp tone, give the energy of each tone in a
 * window of 20 ms that moves by 5 ms.
 */
#include "cid_internal.h"

#define HALF (DTMF_HOP / 2)

/* Cosine and sine of each tone, Q12, half a sample from the middle of a slot, one and a half, ... */
static const int16_t WAVE[DTMF_TONES][HALF][2] = {
    {{3944, 1107}, {2791, 2998}, {823, 4013}, {-1386, 3854}, {-3190, 2570}, {-4061, 534}, {-3746, -1658},
     {-2335, -3365}, {-243, -4089}, {1921, -3618}, {3523, -2089}, {4096, 50}, {3471, 2174}, {1832, 3663},
     {-342, 4082}, {-2417, 3307}, {-3785, 1566}, {-4047, -633}, {-3126, -2647}, {-1292, -3887}},
    {{3910, 1220}, {2523, 3227}, {241, 4089}, {-2126, 3501}, {-3740, 1671}, {-4026, -752}, {-2885, -2908},
     {-720, -4032}, {1700, -3726}, {3517, -2099}, {4087, 273}, {3207, 2548}, {1189, 3920}, {-1250, 3900},
     {-3246, 2498}, {-4091, 209}, {-3484, -2154}, {-1641, -3753}, {783, -4020}, {2930, -2862}},
    {{3869, 1345}, {2200, 3455}, {-417, 4075}, {-2855, 2937}, {-4061, 533}, {-3516, -2102}, {-1454, -3829},
     {1235, -3905}, {3391, -2297}, {4085, 302}, {3017, 2771}, {647, 4045}, {-2001, 3574}, {-3787, 1562},
     {-3939, -1124}, {-2392, -3325}, {187, -4092}, {2685, -3094}, {4025, -761}, {3629, 1900}},
    {{3820, 1479}, {1827, 3666}, {-1120, 3940}, {-3481, 2158}, {-4027, -750}, {-2471, -3267}, {374, -4079},
     {3024, -2763}, {4096, -5}, {3031, 2755}, {384, 4078}, {-2463, 3273}, {-4025, 760}, {-3487, -2150},
     {-1129, -3937}, {1818, -3671}, {3816, -1488}, {3823, 1470}, {1835, 3662}, {-1110, 3943}},
    {{3643, 1872}, {598, 4052}, {-2947, 2845}, {-4028, -741}, {-1743, -3707}, {2000, -3575}, {4071, -454},
     {2739, 3046}, {-883, 4000}, {-3766, 1610}, {-3502, -2125}, {-310, -4084}, {3141, -2629}, {3966, 1023},
     {1476, 3821}, {-2247, 3424}, {-4093, 166}, {-2517, -3232}, {1163, -3927}, {3870, -1340}},
    {{3545, 2052}, {-13, 4096}, {-3558, 2029}, {-3532, -2074}, {39, -4096}, {3571, -2007}, {3519, 2096}, {-64, 4095},
     {-3583, 1985}, {-3506, -2118}, {90, -4095}, {3596, -1962}, {3492, 2140}, {-116, 4094}, {-3608, 1939},
     {-3479, -2162}, {142, -4094}, {3620, -1917}, {3465, 2184}, {-167, 4093}},
    {{3426, 2245}, {-690, 4037}, {-3977, 980}, {-2486, -3255}, {1992, -3579}, {4077, 397}, {1264, 3896},
     {-3067, 2715}, {-3714, -1728}, {101, -4095}, {3795, -1542}, {2929, 2863}, {-1455, 3829}, {-4091, 195},
     {-1812, -3673}, {2644, -3128}, {3924, 1175}, {489, 4067}, {-3533, 2073}, {-3311, -2411}},
    {{3282, 2450}, {-1416, 3843}, {-4087, -265}, {-908, -3994}, {3571, -2006}, {2938, 2854}, {-1901, 3628},
     {-4019, -791}, {-384, -4078}, {3801, -1527}, {2545, 3210}, {-2354, 3352}, {-3883, -1304}, {146, -4093},
     {3966, -1023}, {2109, 3512}, {-2767, 3020}, {-3682, -1795}, {674, -4040}, {4065, -502}},
    {{2745, 3040}, {-3304, 2421}, {-2071, -3534}, {3726, -1700}, {1312, 3880}, {-3994, 909}, {-497, -4066},
     {4095, -80}, {-337, 4082}, {-4026, -752}, {1158, -3929}, {3790, 1553}, {-1931, 3612}, {-3397, -2289},
     {2623, -3146}, {2862, 2930}, {-3207, 2548}, {-2208, -3450}, {3657, -1845}, {1463, 3826}},
    {{1931, 3612}, {-4076, -401}, {2598, -3166}, {1189, 3920}, {-3920, -1189}, {3166, -2598}, {401, 4076},
     {-3612, -1931}, {3612, -1931}, {-401, 4076}, {-3166, -2598}, {3920, -1189}, {-1189, 3920}, {-2598, -3166},
     {4076, -401}, {-1931, 3612}, {-1931, -3612}, {4076, 401}, {-2598, 3166}, {-1189, -3920}},
};

static uint32_t energy_of(int32_t re, int32_t im) {
    uint32_t a = (uint32_t)(re < 0 ? -re : re) / 8, b = (uint32_t)(im < 0 ? -im : im) / 8;
    return a * a + b * b; /* a clipped square wave gives 2.8e9 */
}

/* Energy of tone t in the window: the best of exact, flat and sharp. */
static uint32_t window_energy(const dtmf_state *d, uint32_t t) {
    int32_t re = 0, im = 0, flat_re = 0, flat_im = 0, sharp_re = 0, sharp_im = 0;
    for (uint32_t k = 0; k < DTMF_SLOTS; k++) {
        uint32_t slot = (d->slot + k) % DTMF_SLOTS; /* oldest first */
        int32_t a = d->slot_re[slot][t], b = d->slot_im[slot][t];
        int32_t c = d->turn[t][k][0], s = d->turn[t][k][1];
        int32_t ac = (a * c) >> 14, as = (a * s) >> 14, bc = (b * c) >> 14, bs = (b * s) >> 14;
        re += a;
        im += b;
        sharp_re += ac + bs;
        sharp_im += bc - as;
        flat_re += ac - bs;
        flat_im += bc + as;
    }
    uint32_t best = energy_of(re, im), sharp = energy_of(sharp_re, sharp_im), flat = energy_of(flat_re, flat_im);
    if (sharp > best) best = sharp;
    return flat > best ? flat : best;
}

/* Energy in the window at the double of a tone: tones have none, voices do. */
uint32_t tones_second_harmonic(const dtmf_state *d, uint32_t tone) {
    uint32_t step = 2 * d->step[tone], phase = 0;
    int32_t re = 0, im = 0;
    for (uint32_t i = 0; i < DTMF_WINDOW; i++) {
        int32_t x = d->recent[(d->slot * DTMF_HOP + i) % DTMF_WINDOW];
        re += x * cid_cos(phase) / 256;
        im += x * cid_cos(phase - 0x40000000u) / 256;
        phase += step;
    }
    return energy_of(re / 512, im / 512);
}

uint32_t tones_purity(uint32_t pair, uint32_t total) {
    if (!total) return 0;
    uint32_t part = pair / 5 * 4; /* a pure tone: energy = 1.25 x total */
    while (part >= 1u << 23) {
        part >>= 1;
        total >>= 1;
    }
    return part * 256 / (total + 1);
}

int tones_balanced(uint32_t a, uint32_t b, uint32_t factor) { return a / factor <= b && b / factor <= a; }

static uint32_t past(const dtmf_state *d, uint32_t ago) {
    return d->past[(d->past_at + DTMF_PAST - 1 - ago) % DTMF_PAST];
}

uint32_t tones_newest_power(const dtmf_state *d) { return past(d, 0); }

uint32_t tones_loud(const dtmf_state *d, uint32_t skip, uint32_t power) {
    uint32_t n = 0;
    for (uint32_t ago = skip; ago < DTMF_PAST; ago++) n += past(d, ago) > power;
    return n;
}

/* Correlate the slot that has just been filled with one tone, and turn the result to the tone's phase. */
static void correlate(dtmf_state *d, uint32_t t, const int16_t *even, const int16_t *odd) {
    int32_t re = 0, im = 0; /* below 2^31: 2/pi x 20 x 2^15 x 2^12 */
    for (uint32_t i = 0; i < HALF; i++) {
        re += even[i] * WAVE[t][i][0];
        im += odd[i] * WAVE[t][i][1];
    }
    re >>= 15;
    im >>= 15;
    int32_t c = cid_cos(d->phase[t]), s = cid_cos(d->phase[t] - 0x40000000u);
    d->slot_re[d->slot][t] = (re * c - im * s) >> 14;
    d->slot_im[d->slot][t] = (re * s + im * c) >> 14;
    d->phase[t] += d->step[t] * DTMF_HOP;
}

void tones_slot(cid_state *s) {
    dtmf_state *d = &s->dtmf;
    const int16_t *x = d->recent + d->slot * DTMF_HOP;
    int16_t even[HALF], odd[HALF];
    uint64_t power = 0, treble = 0;
    int32_t slope = d->slope, last = d->last;
    for (uint32_t i = 0; i < DTMF_HOP; i++) {
        int32_t rise = x[i] - last, bend = (rise - slope) >> 1;
        treble += (uint32_t)(bend * bend);
        slope = rise;
        last = x[i];
    }
    d->slope = slope;
    d->last = last;
    for (uint32_t i = 0; i < HALF; i++) {
        int32_t a = x[HALF + i], b = x[HALF - 1 - i];
        even[i] = (int16_t)(a + b);
        odd[i] = (int16_t)(a - b);
        power += (uint32_t)(a * a) + (uint32_t)(b * b);
    }
    uint32_t first = s->standards & RW_STD_DTMF ? 0 : DTMF_TONES - 2; /* the alerting signal alone */
    for (uint32_t t = first; t < DTMF_TONES; t++) correlate(d, t, even, odd);
    d->treble[d->slot] = (uint32_t)(treble >> 7);
    d->slot = (d->slot + 1) % DTMF_SLOTS;
    d->past[d->past_at] = (uint32_t)(power >> 6);
    d->past_at = (d->past_at + 1) % DTMF_PAST;
    d->total = 0;
    for (uint32_t k = 0; k < DTMF_SLOTS; k++) d->total += past(d, k);
    for (uint32_t t = first; t < DTMF_TONES; t++) d->energy[t] = window_energy(d, t);
    if (s->standards & RW_STD_DTMF) keys_hop(s);
    if (s->standards & (RW_STD_BELL202 | RW_STD_V23)) alert_hop(s);
}
