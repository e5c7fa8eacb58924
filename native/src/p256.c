/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ECDSA verification over NIST P-256. Numbers are eight 32-bit words, lowest first, and stay in Montgomery form (times 2^256)
 * while they are multiplied; one multiplication serves both the field and the group's order. Points are Jacobian, and every
 * exceptional case of the addition is dealt with: all inputs are public, branches may depend on them.
 */
#include <string.h>

#include "ringwarden/crypto.h"

#define WORDS 8

typedef uint32_t number[WORDS];

typedef struct {
    number modulus;
    number one;     /* 2^256 mod modulus: 1 in Montgomery form */
    number square;  /* 2^512 mod modulus: takes a number into Montgomery form */
    uint32_t inverse; /* -1 / modulus mod 2^32 */
} field;

typedef struct {
    number x, y, z; /* x/z^2, y/z^3; z = 0 is the point at infinity */
} point;

/* The field: 2^256 - 2^224 + 2^192 + 2^96 - 1. */
static const field P = {
    {0xffffffffu, 0xffffffffu, 0xffffffffu, 0x00000000u, 0x00000000u, 0x00000000u, 0x00000001u, 0xffffffffu},
    {0x00000001u, 0x00000000u, 0x00000000u, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xfffffffeu, 0x00000000u},
    {0x00000003u, 0x00000000u, 0xffffffffu, 0xfffffffbu, 0xfffffffeu, 0xffffffffu, 0xfffffffdu, 0x00000004u},
    0x00000001u,
};
/* The group's order. */
static const field N = {
    {0xfc632551u, 0xf3b9cac2u, 0xa7179e84u, 0xbce6faadu, 0xffffffffu, 0xffffffffu, 0x00000000u, 0xffffffffu},
    {0x039cdaafu, 0x0c46353du, 0x58e8617bu, 0x43190552u, 0x00000000u, 0x00000000u, 0xffffffffu, 0x00000000u},
    {0xbe79eea2u, 0x83244c95u, 0x49bd6fa6u, 0x4699799cu, 0x2b6bec59u, 0x2845b239u, 0xf3d95620u, 0x66e12d94u},
    0xee00bc4fu,
};
/* The curve's coefficient b and its generator, in Montgomery form. */
static const number B = {0x29c4bddfu, 0xd89cdf62u, 0x78843090u, 0xacf005cdu, 0xf7212ed6u, 0xe5a220abu, 0x04874834u, 0xdc30061du};
static const number GX = {0x18a9143cu, 0x79e730d4u, 0x5fedb601u, 0x75ba95fcu, 0x77622510u, 0x79fb732bu, 0xa53755c6u, 0x18905f76u};
static const number GY = {0xce95560au, 0xddf25357u, 0xba19e45cu, 0x8b4ab8e4u, 0xdd21f325u, 0xd2e88688u, 0x25885d85u, 0x8571ff18u};

static int is_zero(const uint32_t *a) {
    uint32_t any = 0;
    unsigned i;
    for (i = 0; i < WORDS; i++) {
        any |= a[i];
    }
    return any == 0;
}

static int less(const uint32_t *a, const uint32_t *b) {
    unsigned i;
    for (i = WORDS; i-- > 0;) {
        if (a[i] != b[i]) {
            return a[i] < b[i];
        }
    }
    return 0;
}

static uint32_t add_words(uint32_t *sum, const uint32_t *a, const uint32_t *b) {
    uint64_t carry = 0;
    unsigned i;
    for (i = 0; i < WORDS; i++) {
        carry += (uint64_t)a[i] + b[i];
        sum[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return (uint32_t)carry;
}

static uint32_t subtract_words(uint32_t *difference, const uint32_t *a, const uint32_t *b) {
    uint64_t borrow = 0;
    unsigned i;
    for (i = 0; i < WORDS; i++) {
        const uint64_t step = (uint64_t)a[i] - b[i] - borrow;
        difference[i] = (uint32_t)step;
        borrow = step >> 63;
    }
    return (uint32_t)borrow;
}

static void add(const field *f, uint32_t *sum, const uint32_t *a, const uint32_t *b) {
    if (add_words(sum, a, b) != 0 || !less(sum, f->modulus)) {
        (void)subtract_words(sum, sum, f->modulus);
    }
}

static void subtract(const field *f, uint32_t *difference, const uint32_t *a, const uint32_t *b) {
    if (subtract_words(difference, a, b) != 0) {
        (void)add_words(difference, difference, f->modulus);
    }
}

/* a * b / 2^256 mod modulus, for a and b below it. */
static void multiply(const field *f, uint32_t *product, const uint32_t *a, const uint32_t *b) {
    uint32_t t[WORDS + 1] = {0};
    uint32_t top = 0; /* the bit above t */
    unsigned i, j;

    for (i = 0; i < WORDS; i++) {
        uint64_t carry = 0;
        for (j = 0; j < WORDS; j++) {
            carry += (uint64_t)a[i] * b[j] + t[j];
            t[j] = (uint32_t)carry;
            carry >>= 32;
        }
        carry += t[WORDS];
        t[WORDS] = (uint32_t)carry;
        top = (uint32_t)(carry >> 32);

        const uint32_t quotient = t[0] * f->inverse;
        carry = ((uint64_t)quotient * f->modulus[0] + t[0]) >> 32;
        for (j = 1; j < WORDS; j++) {
            carry += (uint64_t)quotient * f->modulus[j] + t[j];
            t[j - 1] = (uint32_t)carry;
            carry >>= 32;
        }
        carry += t[WORDS];
        t[WORDS - 1] = (uint32_t)carry;
        t[WORDS] = (uint32_t)(carry >> 32) + top;
    }
    if (t[WORDS] != 0 || !less(t, f->modulus)) {
        (void)subtract_words(t, t, f->modulus);
    }
    memcpy(product, t, sizeof(number));
}

/* 1 / a mod modulus by Fermat: a to the power of modulus - 2; both moduli are odd and above 2. */
static void invert(const field *f, uint32_t *inverse, const uint32_t *a) {
    number power;
    unsigned i;

    memcpy(power, f->one, sizeof power);
    for (i = 256; i-- > 0;) {
        const uint32_t word = f->modulus[i >> 5] - (i < 32 ? 2u : 0u);
        multiply(f, power, power, power);
        if ((word >> (i & 31u) & 1u) != 0) {
            multiply(f, power, power, a);
        }
    }
    memcpy(inverse, power, sizeof power);
}

static void load(uint32_t *to, const uint8_t *bytes) {
    unsigned i;
    for (i = 0; i < WORDS; i++) {
        const uint8_t *b = bytes + 4u * (WORDS - 1u - i);
        to[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
}

/* y^2 = x^3 - 3x + b, for coordinates in Montgomery form. */
static int on_curve(const uint32_t *x, const uint32_t *y) {
    number left, right, three;

    add(&P, three, P.one, P.one);
    add(&P, three, three, P.one);
    multiply(&P, right, x, x);
    subtract(&P, right, right, three);
    multiply(&P, right, right, x);
    add(&P, right, right, B);
    multiply(&P, left, y, y);
    return memcmp(left, right, sizeof left) == 0;
}

/* The curve's coefficient -3 makes 3x^2 + az^4 into 3(x + z^2)(x - z^2). */
static void twice(point *sum, const point *a) {
    number zz, yy, slope, t, four;

    multiply(&P, zz, a->z, a->z);
    multiply(&P, yy, a->y, a->y);
    add(&P, slope, a->x, zz);
    subtract(&P, t, a->x, zz);
    multiply(&P, slope, slope, t);
    add(&P, t, slope, slope);
    add(&P, slope, slope, t);
    multiply(&P, four, a->x, yy); /* x y^2, then four times that */
    add(&P, four, four, four);
    add(&P, four, four, four);
    multiply(&P, sum->z, a->y, a->z);
    add(&P, sum->z, sum->z, sum->z);
    multiply(&P, sum->x, slope, slope);
    subtract(&P, sum->x, sum->x, four);
    subtract(&P, sum->x, sum->x, four);
    subtract(&P, t, four, sum->x);
    multiply(&P, t, t, slope);
    multiply(&P, yy, yy, yy);
    add(&P, yy, yy, yy);
    add(&P, yy, yy, yy);
    add(&P, yy, yy, yy);
    subtract(&P, sum->y, t, yy);
}

static void plus(point *sum, const point *a, const point *b) {
    number aa, bb, u, s, h, r, hh;

    if (is_zero(a->z) || is_zero(b->z)) {
        const point copy = is_zero(a->z) ? *b : *a;
        *sum = copy;
        return;
    }
    multiply(&P, aa, a->z, a->z);
    multiply(&P, bb, b->z, b->z);
    multiply(&P, u, a->x, bb);
    multiply(&P, h, b->x, aa);
    subtract(&P, h, h, u);
    multiply(&P, s, a->y, b->z);
    multiply(&P, s, s, bb);
    multiply(&P, r, b->y, a->z);
    multiply(&P, r, r, aa);
    subtract(&P, r, r, s);
    if (is_zero(h)) { /* the same x: the same point, or one and its negative */
        if (is_zero(r)) {
            const point copy = *a;
            twice(sum, &copy);
        } else {
            memset(sum, 0, sizeof *sum);
        }
        return;
    }
    multiply(&P, sum->z, a->z, b->z);
    multiply(&P, sum->z, sum->z, h);
    multiply(&P, hh, h, h);
    multiply(&P, u, u, hh);
    multiply(&P, hh, hh, h);
    multiply(&P, sum->x, r, r);
    subtract(&P, sum->x, sum->x, hh);
    subtract(&P, sum->x, sum->x, u);
    subtract(&P, sum->x, sum->x, u);
    subtract(&P, u, u, sum->x);
    multiply(&P, u, u, r);
    multiply(&P, s, s, hh);
    subtract(&P, sum->y, u, s);
}

/* one G + two Q, the bits of both scalars walked together (Shamir's trick). */
static void combine(point *sum, const uint32_t *one, const uint32_t *two, const point *q) {
    point table[4];
    unsigned i;

    memset(table, 0, sizeof table);
    memcpy(table[1].x, GX, sizeof GX);
    memcpy(table[1].y, GY, sizeof GY);
    memcpy(table[1].z, P.one, sizeof P.one);
    table[2] = *q;
    plus(&table[3], &table[1], &table[2]);
    *sum = table[0];
    for (i = 256; i-- > 0;) {
        const uint32_t which = (one[i >> 5] >> (i & 31u) & 1u) | (two[i >> 5] >> (i & 31u) & 1u) << 1;
        const point before = *sum;
        twice(sum, &before);
        if (which != 0) {
            const point doubled = *sum;
            plus(sum, &doubled, &table[which]);
        }
    }
}

/* Whether a point's x, taken as a whole number, is r modulo the group's order. */
static int has_x(const point *a, const uint32_t *r) {
    number zz, candidate, wanted;

    multiply(&P, zz, a->z, a->z);
    memcpy(candidate, r, sizeof candidate);
    for (;;) { /* x is below the field's modulus, which leaves r and at most r + order */
        multiply(&P, wanted, candidate, P.square);
        multiply(&P, wanted, wanted, zz);
        if (memcmp(wanted, a->x, sizeof wanted) == 0) {
            return 1;
        }
        if (memcmp(candidate, r, sizeof candidate) != 0 || add_words(candidate, r, N.modulus) != 0 ||
            !less(candidate, P.modulus)) {
            return 0;
        }
    }
}

int32_t rw_p256_verify(const uint8_t *public_key, const uint8_t *signature, const uint8_t *digest) {
    number r, s, e, one, two;
    point q, sum;

    load(q.x, public_key);
    load(q.y, public_key + 32);
    load(r, signature);
    load(s, signature + 32);
    load(e, digest);
    if (!less(q.x, P.modulus) || !less(q.y, P.modulus) || is_zero(r) || is_zero(s) || !less(r, N.modulus) ||
        !less(s, N.modulus)) {
        return 0;
    }
    multiply(&P, q.x, q.x, P.square);
    multiply(&P, q.y, q.y, P.square);
    memcpy(q.z, P.one, sizeof P.one);
    if (!on_curve(q.x, q.y)) {
        return 0;
    }
    if (!less(e, N.modulus)) {
        (void)subtract_words(e, e, N.modulus);
    }
    multiply(&N, s, s, N.square);
    invert(&N, s, s); /* Montgomery form, so that a product with a plain number is plain */
    multiply(&N, one, e, s);
    multiply(&N, two, r, s);
    combine(&sum, one, two, &q);
    return !is_zero(sum.z) && has_x(&sum, r);
}
