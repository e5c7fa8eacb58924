/* SPDX-License-Identifier: Apache-2.0 */
/* Integer helpers of the caller-ID decoder. */
#include "cid_internal.h"

const int16_t cid_cos80[80] = {
    16384,  16333,  16182,  15931,  15582,  15137,  14598,  13970,  13255,  12458,  11585,  10641,  9630,   8561,
    7438,   6270,   5063,   3825,   2563,   1285,   0,      -1285,  -2563,  -3825,  -5063,  -6270,  -7438,  -8561,
    -9630,  -10641, -11585, -12458, -13255, -13970, -14598, -15137, -15582, -15931, -16182, -16333, -16384, -16333,
    -16182, -15931, -15582, -15137, -14598, -13970, -13255, -12458, -11585, -10641, -9630,  -8561,  -7438,  -6270,
    -5063,  -3825,  -2563,  -1285,  0,      1285,   2563,   3825,   5063,   6270,   7438,   8561,   9630,   10641,
    11585,  12458,  13255,  13970,  14598,  15137,  15582,  15931,  16182,  16333};

/* A quarter of a cosine in 64 steps, Q14. */
static const int16_t QUARTER[65] = {
    16384, 16379, 16364, 16340, 16305, 16261, 16207, 16143, 16069, 15986, 15893, 15791, 15679, 15557, 15426, 15286, 15137,
    14978, 14811, 14635, 14449, 14256, 14053, 13842, 13623, 13395, 13160, 12916, 12665, 12406, 12140, 11866, 11585, 11297,
    11003, 10702, 10394, 10080, 9760,  9434,  9102,  8765,  8423,  8076,  7723,  7366,  7005,  6639,  6270,  5897,  5520,
    5139,  4756,  4370,  3981,  3590,  3196,  2801,  2404,  2006,  1606,  1205,  804,   402,   0};

int32_t cid_cos(uint32_t phase) {
    uint32_t step = phase >> 24; /* 256 steps a turn */
    if (step <= 64) return QUARTER[step];
    if (step <= 128) return -QUARTER[128 - step];
    if (step <= 192) return -QUARTER[step - 128];
    return QUARTER[256 - step];
}

int32_t cid_magnitude(int32_t re, int32_t im) {
    int32_t a = re < 0 ? -re : re, b = im < 0 ? -im : im;
    if (a < b) {
        int32_t t = a;
        a = b;
        b = t;
    }
    /* Projections on four directions in the first half quadrant (5.6, 16.9, 28.1, 39.4 degrees); the longest is
       within 0.5 % of the length. */
    int32_t best = 128 * a + 13 * b;
    int32_t p = 123 * a + 37 * b;
    if (p > best) best = p;
    p = 113 * a + 60 * b;
    if (p > best) best = p;
    p = 99 * a + 81 * b;
    if (p > best) best = p;
    return best >> 7;
}

/* arctan(2^-i) in 1/65536 of a turn, in 1/16 of that unit */
static const int32_t ARCTAN[14] = {131072, 77376, 40884, 20753, 10417, 5213, 2607, 1304, 652, 326, 163, 81, 41, 20};

int32_t cid_angle(int64_t re, int64_t im) {
    while (re > 0x0FFFFFFF || re < -0x0FFFFFFF || im > 0x0FFFFFFF || im < -0x0FFFFFFF) {
        re /= 2;
        im /= 2;
    }
    if (re == 0 && im == 0) return 0;
    int32_t x = (int32_t)re, y = (int32_t)im, turn = 0;
    while (x < 0x04000000 && x > -0x04000000 && y < 0x04000000 && y > -0x04000000) {
        x *= 2;
        y *= 2;
    }
    if (x < 0) {
        turn = y < 0 ? -524288 : 524288; /* half a turn */
        x = -x;
        y = -y;
    }
    for (int i = 0; i < 14; i++) {
        int32_t dx = x / (1 << i), dy = y / (1 << i);
        if (y > 0) {
            x += dy;
            y -= dx;
            turn += ARCTAN[i];
        } else {
            x -= dy;
            y += dx;
            turn -= ARCTAN[i];
        }
    }
    turn /= 16;
    return turn > 32767 ? turn - 65536 : turn < -32768 ? turn + 65536 : turn;
}

/* log2(a) in 1/256, of a > 0 */
static int32_t log2_q8(uint64_t a) {
    int32_t whole = 31, part = 0;
    while (a >> 32) {
        a >>= 1;
        whole++;
    }
    uint32_t m = (uint32_t)a;
    while (!(m >> 31)) {
        m <<= 1;
        whole--;
    }
    for (int i = 0; i < 8; i++) { /* square the mantissa: each overflow is the next bit of the logarithm */
        uint64_t square = (uint64_t)m * m;
        part *= 2;
        if (square >> 63) {
            m = (uint32_t)(square >> 32);
            part++;
        } else {
            m = (uint32_t)(square >> 31);
        }
    }
    return whole * 256 + part;
}

int32_t cid_ddb_ratio(uint64_t a, uint64_t b) {
    if (!a) a = 1;
    if (!b) b = 1;
    return (log2_q8(a) - log2_q8(b)) * 3010 / 25600; /* 100 log10(2) = 30.10 */
}

int64_t cid_length(int64_t re, int64_t im) {
    int32_t shift = 0;
    if (re < 0) re = -re;
    if (im < 0) im = -im;
    while (re >= 1 << 30 || im >= 1 << 30) {
        re >>= 1;
        im >>= 1;
        shift++;
    }
    uint64_t square = (uint64_t)(re * re + im * im), root = 0;
    for (uint64_t bit = 1ull << 30; bit; bit >>= 1)
        if ((root + bit) * (root + bit) <= square) root += bit;
    return (int64_t)(root << shift);
}
