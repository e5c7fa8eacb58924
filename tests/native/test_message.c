/* SPDX-License-Identifier: Apache-2.0 */
/* Caller-ID messages into fields: tables of what is right, what is odd, and what is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message_shape.h"
#include "ringwarden/cid.h"
#include "ringwarden/message.h"

static int passed, failed;

#define CHECK(condition, name)                                                          \
    do {                                                                                \
        if (condition) {                                                                \
            passed++;                                                                   \
        } else {                                                                        \
            failed++;                                                                   \
            printf("%s:%d: %s: failed: %s\n", __FILE__, __LINE__, name, #condition);    \
        }                                                                               \
    } while (0)

#define FSK(text) RW_STD_BELL202, text, sizeof(text) - 1
#define V23(text) RW_STD_V23, text, sizeof(text) - 1
#define NTT(text) RW_STD_NTT, text, sizeof(text) - 1
#define KEYS(text) RW_STD_DTMF, text, sizeof(text) - 1

/* The fields that a right message gives, 0 or "" where there is nothing. */
static const struct {
    uint32_t standard;
    const char *data;
    size_t length;
    const char *number, *name, *datetime, *dialable, *redirecting;
    uint8_t number_absence, name_absence, call_type, waiting, long_distance, unknown;
} GOOD[] = {
    {FSK("\x80\x20\x01\x08" "06070809" "\x02\x0a" "3214567890" "\x07\x08" "ABC Inc."), "3214567890", "ABC Inc.", "06070809", "", "", 0, 0, 0, 0, 0, 0},
    {FSK("\x80\x10\x01\x08" "06070809" "\x04\x01" "P" "\x08\x01" "O"), "", "", "06070809", "", "", 'P', 'O', 0, 0, 0, 0},
    {FSK("\x80\x06\x02\x01" "P" "\x07\x01" "O"), "", "", "", "", "", 'P', 'O', 0, 0, 0, 0},
    {FSK("\x80\x03\x04\x01" "S"), "", "", "", "", "", 'O', 0, 0, 0, 0, 0},
    {FSK("\x80\x08\x11\x01\x81\x03\x03" "555"), "", "", "", "555", "", 0, 0, 0x81, 0, 0, 0},
    {FSK("\x80\x0f\x02\x03" "110" "\x12\x03" "120" "\x1a\x03" "119"), "110", "", "", "", "119", 0, 0, 0, 0, 0, 0},
    {FSK("\x80\x0a\x1a\x03" "119" "\x12\x03" "120"), "", "", "", "", "119", 0, 0, 0, 0, 0, 0},
    {FSK("\x80\x03\x06\x01" "L"), "", "", "", "", "", 0, 0, 0, 0, 1, 0},
    {FSK("\x80\x0b\x02\x09" "555 12-34"), "5551234", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {FSK("\x80\x0a\x99\x01x\x02\x03" "110\x9a\x00"), "110", "", "", "", "", 0, 0, 0, 0, 0, 2},
    {FSK("\x80\x0a\x01\x08" "13010000"), "", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {FSK("\x80\x05\x07\x03" "a\x00" "b"), "", "ab", "", "", "", 0, 0, 0, 0, 0, 0},
    {FSK("\x82\x03\x0b\x01\xff"), "", "", "", "", "", 0, 0, 0, 2, 0, 0},
    {FSK("\x82\x03\x0b\x01\x00"), "", "", "", "", "", 0, 0, 0, 1, 0, 0},
    {FSK("\x06\x03\x42\x42\x42"), "", "", "", "", "", 0, 0, 0, 2, 0, 0},
    {FSK("\x06\x03\x6f\x6f\x6f"), "", "", "", "", "", 0, 0, 0, 1, 0, 0},
    {FSK("\x04\x12" "06070809" "3214567890"), "3214567890", "", "06070809", "", "", 0, 0, 0, 0, 0, 0},
    {FSK("\x04\x09" "06070809" "P"), "", "", "06070809", "", "", 'P', 0, 0, 0, 0, 0},
    {FSK("\x04\x08" "06070809"), "", "", "06070809", "", "", 'O', 0, 0, 0, 0, 0},
    {FSK("\x80\x00"), "", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {NTT("\x40\x0e\x02\x03" "110" "\x21\x02\x00\x01" "\x09\x03" "555"), "110", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {V23("\x80\x05\x03\x03" "555"), "", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {V23("\x81\x03\x0b\x01\xff"), "", "", "", "", "", 0, 0, 0, 2, 0, 0},
    {V23("\x84\x05\x02\x03" "110"), "110", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {V23("\x85\x05\x02\x03" "110"), "110", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {V23("\x86\x0b\x23\x06" "000130" "\x24\x01" "x"), "", "", "", "", "", 0, 0, 0, 0, 0, 1},
    {V23("\x89\x05\x02\x03" "110"), "110", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {NTT("\x40\x03\x04\x01" "C"), "", "", "", "", "", 'O', 0, 0, 0, 0, 0},
    {KEYS("A0123456789C"), "0123456789", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {KEYS("D13800138000C"), "13800138000", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {KEYS("D110#"), "110", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {KEYS("A12345678D87654321C"), "12345678", "", "", "", "87654321", 0, 0, 0, 0, 0, 0},
    {KEYS("AD87654321B10C"), "87654321", "", "", "", "", 'P', 0, 0, 0, 0, 0},
    {KEYS("A12345678"), "12345678", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {KEYS("*5551234#"), "5551234", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {KEYS("12345678#"), "12345678", "", "", "", "", 0, 0, 0, 0, 0, 0},
    {KEYS("D1#"), "", "", "", "", "", 'P', 0, 0, 0, 0, 0},
    {KEYS("D2#"), "", "", "", "", "", 'O', 0, 0, 0, 0, 0},
    {KEYS("D3#"), "", "", "", "", "", 'O', 0, 0, 0, 0, 0},
    {KEYS("B00C"), "", "", "", "", "", 'O', 0, 0, 0, 0, 0},
    {KEYS("B10C"), "", "", "", "", "", 'P', 0, 0, 0, 0, 0},
    {KEYS("AB10C"), "", "", "", "", "", 'P', 0, 0, 0, 0, 0},
};

static const struct {
    uint32_t standard;
    const char *data;
    size_t length;
    int32_t error;
} BAD[] = {
    {FSK(""), RW_ERR_LENGTH},
    {FSK("\x80"), RW_ERR_LENGTH},
    {FSK("\x80\x05\x01\x02"), RW_ERR_LENGTH},
    {FSK("\x80\x05\x02\x04" "123"), RW_ERR_LENGTH},
    {FSK("\x80\x01\x02"), RW_ERR_LENGTH},
    {FSK("\x80\x04\x02\x01" "1\x03"), RW_ERR_LENGTH},
    {FSK("\x04\x03" "123"), RW_ERR_LENGTH},
    {FSK("\x06\x00"), RW_ERR_LENGTH},
    {FSK("\x55\x03" "123"), RW_ERR_FORMAT},
    {16u, "\x80\x00", 2, RW_ERR_ARGUMENT},
    {KEYS(""), RW_ERR_LENGTH},
    {KEYS("A"), RW_ERR_LENGTH},
    {KEYS("AC"), RW_ERR_FORMAT},
    {KEYS("A12C"), RW_ERR_FORMAT},
    {KEYS("D9#"), RW_ERR_FORMAT},
    {KEYS("B77C"), RW_ERR_FORMAT},
    {KEYS("1234#"), RW_ERR_FORMAT},
    {KEYS("13800138000"), RW_ERR_FORMAT},
    {KEYS("C12345#"), RW_ERR_FORMAT},
    {KEYS("A123456789012345678901234567890C"), RW_ERR_FORMAT},
    {KEYS("A12345A67890C"), RW_ERR_FORMAT},
    {KEYS("A123*456C"), RW_ERR_FORMAT},
};

/* A copy of exactly that size, so that a sanitizer sees any step outside. */
static uint8_t *exact(const char *data, size_t length) {
    uint8_t *copy = malloc(length ? length : 1);
    memcpy(copy, data, length);
    return copy;
}

static void test_good(void) {
    for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
        char name[24];
        snprintf(name, sizeof name, "good %u", (unsigned)i);
        rw_message m;
        uint8_t *data = exact(GOOD[i].data, GOOD[i].length);
        CHECK(rw_message_parse(GOOD[i].standard, data, GOOD[i].length, &m) == 0, name);
        free(data);
        CHECK(!strcmp(m.number, GOOD[i].number), name);
        CHECK(!strcmp(m.name, GOOD[i].name), name);
        CHECK(!strcmp(m.datetime, GOOD[i].datetime), name);
        CHECK(!strcmp(m.dialable, GOOD[i].dialable), name);
        CHECK(!strcmp(m.redirecting, GOOD[i].redirecting), name);
        CHECK(m.number_absence == GOOD[i].number_absence && m.name_absence == GOOD[i].name_absence, name);
        CHECK(m.call_type == GOOD[i].call_type && m.message_waiting == GOOD[i].waiting, name);
        CHECK(m.long_distance == GOOD[i].long_distance && m.unknown == GOOD[i].unknown, name);
        CHECK(m.message_type == (GOOD[i].standard == RW_STD_DTMF ? 'D' : (uint8_t)GOOD[i].data[0]), name);
    }
}

static void test_bad(void) {
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        char name[24];
        snprintf(name, sizeof name, "bad %u", (unsigned)i);
        rw_message m, before;
        memset(&m, 0xA5, sizeof m);
        before = m;
        uint8_t *data = exact(BAD[i].data, BAD[i].length);
        CHECK(rw_message_parse(BAD[i].standard, data, BAD[i].length, &m) == BAD[i].error, name);
        CHECK(!memcmp(&m, &before, sizeof m), name); /* nothing half-written */
        free(data);
    }
    rw_message m;
    CHECK(rw_message_parse(RW_STD_V23, NULL, 3, &m) == RW_ERR_ARGUMENT, "null data");
    CHECK(rw_message_parse(RW_STD_V23, (const uint8_t *)"\x80", 1, NULL) == RW_ERR_ARGUMENT, "null message");
}

/* Texts longer than their fields are cut, never overrun. */
static void test_long(void) {
    uint8_t data[260];
    rw_message m;
    for (int type = 1; type < 0x20; type++) {
        memset(data, '7', sizeof data);
        data[0] = 0x80;
        data[1] = 255;
        data[2] = (uint8_t)type;
        data[3] = 253;
        CHECK(rw_message_parse(RW_STD_V23, data, 257, &m) == 0, "long");
        CHECK(strlen(m.number) <= 40 && strlen(m.dialable) <= 40 && strlen(m.redirecting) <= 40, "long");
        CHECK(strlen(m.name) <= 65 && strlen(m.datetime) <= 8, "long");
    }
}

/* What has a field of its own beside those of the table above. */
static const struct {
    uint32_t standard;
    const char *data;
    size_t length;
    const char *called, *dialable, *redirecting;
    uint8_t messages, forward_type, caller_type, redirect_reason;
} MORE[] = {
    {V23("\x80\x05\x03\x03" "555"), "555", "", "", 0, 0, 0, 0},
    {FSK("\x80\x05\x03\x03" "555"), "", "555", "", 0, 0, 0, 0},
    {NTT("\x40\x05\x09\x03" "555"), "555", "", "", 0, 0, 0, 0},
    {V23("\x80\x05\x09\x03" "555"), "", "", "", 0, 0, 0, 0},
    {V23("\x80\x03\x13\x01\x07"), "", "", "", 7, 0, 0, 0},
    {V23("\x80\x06\x15\x01\x03\x16\x01\x04"), "", "", "", 0, 3, 4, 0},
    {FSK("\x80\x03\x05\x01\x02"), "", "", "", 0, 0, 0, 2},
    {V23("\x80\x0a\x12\x03" "120" "\x1a\x03" "119"), "", "", "119", 0, 0, 0, 0},
    {V23("\x80\x08\x13\x00\x15\x00\x16\x00\x11\x00"), "", "", "", 0, 0, 0, 0},
};

static void test_more(void) {
    for (size_t i = 0; i < sizeof MORE / sizeof MORE[0]; i++) {
        char name[24];
        snprintf(name, sizeof name, "more %u", (unsigned)i);
        rw_message m;
        uint8_t *data = exact(MORE[i].data, MORE[i].length);
        CHECK(rw_message_parse(MORE[i].standard, data, MORE[i].length, &m) == 0, name);
        free(data);
        CHECK(!strcmp(m.called, MORE[i].called) && !strcmp(m.dialable, MORE[i].dialable), name);
        CHECK(!strcmp(m.redirecting, MORE[i].redirecting), name);
        CHECK(m.messages == MORE[i].messages && m.redirect_reason == MORE[i].redirect_reason, name);
        CHECK(m.forward_type == MORE[i].forward_type && m.caller_type == MORE[i].caller_type, name);
    }
}

/* Every type that a standard defines is understood; every other one is counted, and kept. */
static void test_types(void) {
    static const uint8_t defined[] = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0B, 0x0D, 0x0E, 0x0F, 0x10, 0x11, 0x12, 0x13,
                                      0x15, 0x16, 0x1A, 0x20, 0x21, 0x22, 0x23, 0x30, 0x31, 0x40, 0x50, 0x55, 0xE0};
    for (int type = 0; type < 256; type++) {
        uint8_t data[] = {0x80, 4, (uint8_t)type, 2, '1', '2'}, found = 0;
        const uint8_t *value = NULL;
        size_t cursor = 0, size = 0;
        rw_message m;
        CHECK(rw_message_parse(RW_STD_V23, data, sizeof data, &m) == 0, "types");
        CHECK(m.unknown == (memchr(defined, type, sizeof defined) ? 0 : 1), "types");
        CHECK(rw_message_parameter(data, sizeof data, &cursor, &found, &value, &size) == 1, "types");
        CHECK(found == type && size == 2 && value == data + 4, "types");
    }
}

/* Message types: which ones have parameters, and that all others are refused by parser and walk alike. */
static void test_message_types(void) {
    static const uint8_t parametric[] = {0x40, 0x80, 0x81, 0x82, 0x84, 0x85, 0x86, 0x89};
    for (int type = 0; type < 256; type++) {
        uint8_t data[] = {(uint8_t)type, 5, 0x02, 3, '1', '1', '0'}, found;
        const uint8_t *value;
        size_t cursor = 0, size;
        rw_message m;
        int has = memchr(parametric, type, sizeof parametric) != NULL;
        int32_t parsed = rw_message_parse(RW_STD_V23, data, sizeof data, &m);
        CHECK(rw_message_parameter(data, sizeof data, &cursor, &found, &value, &size) == (has ? 1 : RW_ERR_FORMAT), "message types");
        if (has)
            CHECK(parsed == 0 && !strcmp(m.number, "110"), "message types");
        else
            CHECK(parsed == (type == 0x04 ? RW_ERR_LENGTH : type == 0x06 ? 0 : RW_ERR_FORMAT), "message types");
    }
}

/* ---- damage ---- */

static uint32_t seed = 1;

static uint32_t draw(uint32_t below) {
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

/* A message as an exchange might send it, with its checksum; its length. */
static size_t make(uint8_t *data) {
    static const uint8_t types[] = {0x80, 0x82, 0x86, 0x89}, kinds[] = {0x02, 0x07, 0x03, 0x11, 0x0B, 0x12, 0x13, 0x1A, 0x50, 0x99, 0xE0};
    size_t n = 2;
    data[0] = draw(4) ? types[draw(4)] : 0x04;
    if (data[0] == 0x04) {
        memcpy(data + n, "06070809", 8);
        n += 8;
        for (uint32_t k = 3 + draw(12); k; k--) data[n++] = (uint8_t)('0' + draw(10));
    } else {
        memcpy(data + n, "\x01\x08" "06070809", 10);
        n += 10;
        for (uint32_t p = 1 + draw(5); p; p--) {
            data[n++] = kinds[draw(sizeof kinds)];
            uint32_t size = draw(16);
            data[n++] = (uint8_t)size;
            while (size--) data[n++] = (uint8_t)(draw(4) ? '0' + draw(10) : draw(256));
        }
    }
    data[1] = (uint8_t)(n - 2);
    uint8_t sum = 0;
    for (size_t i = 0; i < n; i++) sum = (uint8_t)(sum + data[i]);
    data[n] = (uint8_t)-sum;
    return n + 1;
}

static int sum_is_right(const uint8_t *data, size_t n) {
    uint8_t sum = 0;
    for (size_t i = 0; i < n; i++) sum = (uint8_t)(sum + data[i]);
    return sum == 0;
}

/*
 * Each flip of one bit changes the sum, so that no decoder takes it for right; each truncation is refused by the length. And
 * whatever the damage, the parser ends, writes nothing when it refuses, and the walk stays inside and accounts for each byte.
 */
static void test_damage(void) {
    uint8_t data[260];
    for (int round = 0; round < 120; round++) {
        size_t n = make(data);
        CHECK(sum_is_right(data, n), "damage");
        rw_message m, before;
        CHECK(rw_message_parse(RW_STD_V23, data, n, &m) == 0, "damage");
        for (size_t length = 0; length + 1 < n; length++) {
            uint8_t *cut = exact((const char *)data, length);
            memset(&m, 0xA5, sizeof m);
            before = m;
            CHECK(rw_message_parse(RW_STD_V23, cut, length, &m) == RW_ERR_LENGTH, "truncation");
            CHECK(!memcmp(&m, &before, sizeof m) && !rw_message_plausible(cut, length), "truncation");
            free(cut);
        }
        for (size_t bit = 0; bit < 8 * n; bit++) {
            uint8_t *bent = exact((const char *)data, n), type;
            bent[bit / 8] ^= (uint8_t)(1u << bit % 8);
            CHECK(!sum_is_right(bent, n), "flip");
            memset(&m, 0xA5, sizeof m);
            before = m;
            if (rw_message_parse(RW_STD_V23, bent, n, &m)) CHECK(!memcmp(&m, &before, sizeof m), "flip");
            size_t cursor = 0, size, seen = 2;
            const uint8_t *value;
            int32_t more;
            while ((more = rw_message_parameter(bent, n, &cursor, &type, &value, &size)) == 1) seen += 2 + size;
            CHECK(more < 0 || seen == bent[1] + 2u, "flip");
            free(bent);
        }
    }
}

static void test_walk(void) {
    static const uint8_t data[] = {0x80, 6, 0x02, 1, '1', 0x99, 1, '2', 0};
    size_t cursor = 0, length = 0;
    uint8_t type = 0;
    const uint8_t *value = NULL;
    CHECK(rw_message_parameter(data, sizeof data, &cursor, &type, &value, &length) == 1, "walk");
    CHECK(type == 0x02 && length == 1 && *value == '1', "walk");
    CHECK(rw_message_parameter(data, sizeof data, &cursor, &type, &value, &length) == 1, "walk");
    CHECK(type == 0x99 && length == 1 && *value == '2', "walk");
    CHECK(rw_message_parameter(data, sizeof data, &cursor, &type, &value, &length) == 0, "walk");
    CHECK(rw_message_parameter(data, sizeof data, &cursor, &type, &value, &length) == 0, "walk");
    cursor = 1;
    CHECK(rw_message_parameter(data, sizeof data, &cursor, &type, &value, &length) == RW_ERR_LENGTH, "walk");
    cursor = 400;
    CHECK(rw_message_parameter(data, sizeof data, &cursor, &type, &value, &length) == RW_ERR_LENGTH, "walk");
    CHECK(rw_message_parameter(data, sizeof data, NULL, &type, &value, &length) == RW_ERR_ARGUMENT, "walk");
}

/* What noise looks like must not pass for a message. */
static void test_plausible(void) {
    static const uint8_t good[] = {0x80, 5, 0x02, 3, '1', '1', '0'}, control[] = {0x80, 5, 0x02, 3, '1', 7, '0'};
    static const uint8_t unknown[] = {0x80, 5, 0xB2, 3, '1', '1', '0'}, date[] = {0x80, 10, 1, 8, '9', '9', '1', '1', '1', '1', '1', '1'};
    static const uint8_t single[] = {0x04, 11, '0', '6', '0', '7', '0', '8', '0', '9', '1', '1', '0'};
    CHECK(rw_message_plausible(good, sizeof good) == 1, "plausible");
    CHECK(rw_message_plausible(single, sizeof single) == 1, "plausible");
    CHECK(rw_message_plausible(control, sizeof control) == 0, "plausible");
    CHECK(rw_message_plausible(unknown, sizeof unknown) == 0, "plausible");
    CHECK(rw_message_plausible(date, sizeof date) == 0, "plausible");
    static const uint8_t reserved[] = {0x84, 8, 0x02, 3, '1', '1', '0', 0xB2, 1, 0};
    CHECK(rw_message_plausible(reserved, sizeof reserved) == 0, "plausible");
    CHECK(rw_message_plausible(good, 4) == 0, "plausible");
    CHECK(rw_message_plausible(good, 0) == 0, "plausible");
}

int main(void) {
    test_good();
    test_bad();
    test_more();
    test_types();
    test_message_types();
    test_long();
    test_damage();
    test_walk();
    test_plausible();
    printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
