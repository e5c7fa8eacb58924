/* SPDX-License-Identifier: Apache-2.0 */
/* Lists that are right are answered right; lists that are wrong in any way end in an error, never in a bad read. */
#include <stdio.h>

#include "check.h"
#include "list_maker.h"

static uint64_t seed = 1;

static uint64_t random64(void) {
    seed += 0x9e3779b97f4a7c15u;
    return maker_mix(seed);
}

static int by_key(const void *a, const void *b) {
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return x < y ? -1 : x > y;
}

#define KEYS_MAX 20000u
static uint64_t keys[KEYS_MAX];
static uint8_t categories[KEYS_MAX];
static maker_file file;

/* `n` distinct sorted keys from `from` on, spread over `span`. */
static uint32_t draw_keys(uint32_t n, uint64_t from, uint64_t span) {
    uint32_t i, kept = 0;

    for (i = 0; i < n; i++) {
        keys[i] = from + random64() % span;
        categories[i] = (uint8_t)(random64() & 3u);
    }
    qsort(keys, n, sizeof keys[0], by_key);
    for (i = 0; i < n; i++)
        if (kept == 0 || keys[kept - 1] != keys[i])
            keys[kept++] = keys[i];
    return kept;
}

static int is_member(uint64_t key, uint32_t n) {
    return bsearch(&key, keys, n, sizeof keys[0], by_key) != NULL;
}

/* A lookup over a copy of exactly the bytes that were asked for, so that a sanitizer sees any step outside. */
static int32_t ask(const rw_list *list, uint64_t key, uint32_t *category, uint32_t *reads) {
    rw_list_query query;
    int32_t result = rw_list_begin(list, &query, key);

    while (result == RW_LIST_READ) {
        uint8_t *bytes;
        if (query.length == 0 || query.length > RW_LIST_READ_MAX || query.reads > 4 || query.offset > file.size ||
            query.length > file.size - query.offset)
            return -100; /* the library asked for what it must not ask for */
        bytes = malloc(query.length);
        memcpy(bytes, file.bytes + query.offset, query.length);
        result = rw_list_next(list, &query, bytes, query.length);
        free(bytes);
    }
    *category = query.category;
    *reads = query.reads;
    return result;
}

static int32_t open_file(rw_list *list) {
    uint32_t n = file.size < RW_LIST_HEADER_SIZE ? file.size : RW_LIST_HEADER_SIZE;
    uint8_t *header = malloc(n ? n : 1);
    int32_t result;

    memcpy(header, file.bytes, n);
    result = rw_list_open(list, header, n, file.size);
    free(header);
    return result;
}

static void test_crc(void) {
    CHECK(rw_crc32(0, (const uint8_t *)"123456789", 9) == 0xcbf43926u);
    CHECK(rw_crc32(rw_crc32(0, (const uint8_t *)"1234", 4), (const uint8_t *)"56789", 5) == 0xcbf43926u);
    CHECK(rw_crc32(0, NULL, 0) == 0);
}

/* All members and as many strangers, for one shape of list. */
static void check_list(uint32_t n, uint64_t from, uint64_t span, maker_plan plan) {
    rw_list list;
    uint32_t i, category, reads, wrong = 0, most = 0, front_passed = 0, strangers = 0;

    plan.count = draw_keys(n, from, span);
    plan.keys = keys;
    plan.categories = categories;
    make_list(&plan, &file);
    CHECK(open_file(&list) == 0);
    CHECK(rw_list_count(&list) == plan.count);
    for (i = 0; i < plan.count; i++) {
        wrong += ask(&list, keys[i], &category, &reads) != RW_LIST_LISTED || category != categories[i];
        most = reads > most ? reads : most;
        category = 99;
        wrong += rw_list_lookup(&list, file.bytes, file.size, keys[i], &category) != 1 || category != categories[i];
    }
    CHECK(wrong == 0);
    for (i = 0; i < 2 * n; i++) {
        uint64_t key = i % 2 ? from + random64() % span : keys[i / 2 % (plan.count ? plan.count : 1)] + 1 - i % 4;
        if (is_member(key, plan.count))
            continue;
        strangers++;
        wrong += ask(&list, key, &category, &reads) != RW_LIST_ABSENT;
        most = reads > most ? reads : most;
        front_passed += reads > 1;
    }
    CHECK(wrong == 0);
    CHECK(most <= 2u + plan.levels);
    if (plan.line_shift && strangers > 1000)
        CHECK(front_passed < strangers / 20); /* 2.4 % at 8 bits a number */
}

static void test_shapes(void) {
    static const maker_plan shapes[] = {
        {NULL, NULL, 0, 6, 0, 128, 0}, {NULL, NULL, 0, 5, 1, 128, 100}, {NULL, NULL, 0, 6, 2, 64, 20},
        {NULL, NULL, 0, 0, 1, 100, 50},
    };

    check_list(0, 1, 1000, shapes[0]);
    check_list(1, 8613800138000u, 1, shapes[0]);
    check_list(1500, 8613000000000u, 1000000000u, shapes[0]);
    check_list(10000, 8613000000000u, 1000000000u, shapes[1]);
    check_list(10000, 861000, 20000, shapes[1]);
    check_list(20000, 8613000000000u, 1000000000u, shapes[2]);
    check_list(5000, 1, 999999999999999u, shapes[3]);
    check_list(5000, 1, 999999999999999u, (maker_plan){NULL, NULL, 0, 6, 2, 64, 10});
}

static void test_edges(void) {
    rw_list list;
    rw_list_query query;
    uint32_t category = 0;
    maker_plan plan = {keys, categories, 2, 6, 0, 128, 0};

    keys[0] = 1;
    keys[1] = 999999999999999u;
    categories[0] = 2;
    categories[1] = 3;
    make_list(&plan, &file);
    CHECK(open_file(&list) == 0);
    CHECK(rw_list_lookup(&list, file.bytes, file.size, 1, &category) == 1 && category == 2);
    CHECK(rw_list_lookup(&list, file.bytes, file.size, 999999999999999u, &category) == 1 && category == 3);
    CHECK(rw_list_lookup(&list, file.bytes, file.size, 0, &category) == RW_LIST_ABSENT);
    CHECK(rw_list_lookup(&list, file.bytes, file.size, 1000000000000000u, &category) == RW_LIST_ABSENT);
    CHECK(rw_list_lookup(&list, file.bytes, file.size, UINT64_MAX, &category) == RW_LIST_ABSENT);

    CHECK(rw_list_open(NULL, file.bytes, 256, file.size) == RW_ERR_ARGUMENT);
    CHECK(rw_list_open(&list, NULL, 256, file.size) == RW_ERR_ARGUMENT);
    CHECK(rw_list_open(&list, file.bytes, 7, file.size + 1) == RW_ERR_LENGTH);
    CHECK(rw_list_begin(&list, &query, 1) == RW_ERR_ARGUMENT); /* nothing was opened */
    CHECK(open_file(&list) == 0);
    CHECK(rw_list_begin(&list, &query, 1) == RW_LIST_READ);
    CHECK(rw_list_next(&list, &query, file.bytes, query.length - 1) == RW_ERR_ARGUMENT);
    CHECK(rw_list_next(&list, &query, file.bytes + query.offset, query.length) == RW_LIST_READ);
    CHECK(rw_list_next(&list, &query, file.bytes + query.offset, query.length) == RW_LIST_LISTED);
    CHECK(rw_list_next(&list, &query, file.bytes + query.offset, query.length) == RW_ERR_ARGUMENT);
    CHECK(rw_list_lookup(&list, file.bytes, 300, 1, &category) == RW_ERR_LENGTH);
}

/* One changed header byte, sealed again with a right checksum unless it says otherwise. */
static void test_refusals(void) {
    static const struct {
        uint32_t at;
        uint8_t value;
        int seal;
        int32_t expected;
    } cases[] = {
        {0, 0x88, 1, RW_ERR_MAGIC},    {3, 'X', 1, RW_ERR_MAGIC},      {8, 2, 1, RW_ERR_VERSION},
        {8, 0, 1, RW_ERR_VERSION},     {9, 1, 1, RW_ERR_VERSION},      {11, 2, 0, RW_ERR_FORMAT},
        {12, 0, 1, RW_ERR_LENGTH},     {15, 0x80, 1, RW_ERR_LENGTH},   {20, 'D', 0, RW_ERR_CHECKSUM},
        {20, 'D', 1, 0},               {22, 2, 1, RW_ERR_VERSION},     {22, 0, 1, RW_ERR_VERSION},
        {23, 0, 1, RW_ERR_LENGTH},     {23, 255, 1, RW_ERR_FORMAT},    {24, 0, 1, RW_ERR_FORMAT},
        {24, 7, 1, RW_ERR_FORMAT},     {25, 0, 1, RW_ERR_FORMAT},      {25, 8, 1, RW_ERR_FORMAT},
        {27, 11, 1, RW_ERR_FORMAT},    {27, 7, 1, RW_ERR_FORMAT},      {28, 3, 1, RW_ERR_FORMAT},
        {28, 0, 1, RW_ERR_FORMAT},     {29, 11, 1, RW_ERR_FORMAT},     {30, 121, 1, RW_ERR_FORMAT},
        {30, 0, 1, RW_ERR_FORMAT},     {32, 0x12, 1, RW_ERR_FORMAT},   {32, 0x11, 1, RW_ERR_FORMAT},
        {48, 78, 1, 0},                {48, 1, 1, RW_ERR_FORMAT},      {52, 1, 1, RW_ERR_LENGTH},
        {56, 21, 1, RW_ERR_LENGTH},    {59, 0xff, 1, RW_ERR_LENGTH},   {64, 9, 1, 0},
        {80, 9, 1, RW_ERR_FORMAT},     {96, 9, 1, RW_ERR_FORMAT},      {255, 0, 0, RW_ERR_CHECKSUM},
    };
    maker_plan plan = {keys, categories, 0, 6, 1, 128, 100};
    rw_list list;
    uint32_t i;

    plan.count = draw_keys(3000, 8613000000000u, 100000000u);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t result;
        make_list(&plan, &file);
        if (cases[i].at == 255)
            file.bytes[255] ^= 1;
        else
            file.bytes[cases[i].at] = cases[i].value;
        if (cases[i].seal)
            maker_seal(&file);
        result = open_file(&list);
        if (result != cases[i].expected)
            printf("case %u: %d, expected %d\n", i, result, cases[i].expected);
        CHECK(result == cases[i].expected);
    }
}

static void test_truncation(void) {
    maker_plan plan = {keys, categories, 0, 5, 1, 128, 100};
    uint32_t whole, n, wrong = 0;
    rw_list list;

    plan.count = draw_keys(500, 8613000000000u, 100000000u);
    make_list(&plan, &file);
    whole = file.size;
    for (n = 0; n < whole; n++) {
        file.size = n;
        wrong += open_file(&list) != RW_ERR_LENGTH;
    }
    CHECK(wrong == 0);
    file.size = whole + 1;
    CHECK(open_file(&list) == RW_ERR_LENGTH);
    CHECK(rw_list_open(&list, file.bytes, 100, whole) == RW_ERR_SIZE);
}

/* Broken bytes behind a right header: any clean answer will do, a wild read or an endless chain will not. */
static void test_damage(void) {
    maker_plan plan = {keys, categories, 0, 0, 2, 64, 12};
    uint32_t round, i, category, reads, wild = 0, errors = 0;
    rw_list list;

    plan.count = draw_keys(8000, 8613000000000u, 10000000000u);
    for (round = 0; round < 300; round++) {
        make_list(&plan, &file);
        for (i = 0; i < 400; i++)
            file.bytes[256 + random64() % (file.size - 256)] = (uint8_t)random64();
        if (round % 3 == 0)
            for (i = 0; i < 3; i++)
                file.bytes[20 + random64() % 236] = (uint8_t)random64();
        maker_seal(&file);
        if (open_file(&list) < 0)
            continue;
        for (i = 0; i < 300; i++) {
            int32_t result = ask(&list, keys[random64() % plan.count], &category, &reads);
            wild += result < RW_ERR_FORMAT || result > RW_LIST_LISTED;
            errors += result < 0;
        }
    }
    CHECK(wild == 0);
    CHECK(errors > 0);
}

int main(void) {
    test_crc();
    test_shapes();
    test_edges();
    test_refusals();
    test_truncation();
    test_damage();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
