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

static uint64_t memory[(sizeof(rw_list) + RW_LIST_TOP_MAX) / 8];
#define LIST ((rw_list *)(void *)memory)

/* The bytes that were asked for, in a copy of exactly that size, so that a sanitizer sees any step outside; NULL: a wild read. */
static uint8_t *read_exactly(uint32_t offset, uint32_t length, uint32_t most) {
    uint8_t *bytes;

    if (length == 0 || length > most || offset > file.size || length > file.size - offset)
        return NULL;
    bytes = malloc(length);
    memcpy(bytes, file.bytes + offset, length);
    return bytes;
}

static int32_t ask(uint64_t key, uint32_t *category, uint32_t *reads) {
    rw_list_query query;
    int32_t result = rw_list_begin(LIST, &query, key);

    while (result == RW_LIST_READ) {
        uint8_t *bytes = read_exactly(query.offset, query.length, RW_LIST_READ_MAX);
        if (bytes == NULL || query.reads > 3)
            return -100; /* the library asked for what it must not ask for */
        result = rw_list_next(LIST, &query, bytes, query.length);
        free(bytes);
    }
    *category = query.category;
    *reads = query.reads;
    return result;
}

static int32_t open_file(void) {
    uint32_t n = file.size < RW_LIST_HEADER_MAX ? file.size : RW_LIST_HEADER_MAX, offset, length;
    uint8_t *header = malloc(n ? n : 1);
    int32_t result;

    memcpy(header, file.bytes, n);
    result = rw_list_open(LIST, sizeof memory, header, n, file.size);
    free(header);
    if (result < 0)
        return result;
    rw_list_top(LIST, &offset, &length);
    header = length ? read_exactly(offset, length, RW_LIST_TOP_MAX) : NULL;
    if (length && header == NULL)
        return -100;
    result = rw_list_load_top(LIST, sizeof memory, header, length);
    free(header);
    return result;
}

/* Walk from a node on: how many numbers came that were not the next ones, or an error. */
static int32_t walk_all(uint32_t node, uint32_t first, uint32_t n) {
    static rw_list_walk walk;
    uint32_t at = first, wrong = 0;
    int32_t state = rw_list_walk_from(LIST, &walk, node);

    while (state >= 0 && (state = rw_list_walk_next(LIST, &walk)) > 0) {
        if (state == RW_LIST_READ) {
            uint8_t *bytes = read_exactly(walk.offset, walk.length, RW_LIST_WALK_READ);
            if (bytes == NULL)
                return -100;
            state = rw_list_walk_feed(&walk, bytes, walk.length);
            free(bytes);
        } else {
            wrong += at >= n || walk.key != keys[at] || walk.category != categories[at];
            at++;
        }
    }
    return state < 0 ? state : (int32_t)(wrong + (at != n));
}

static void test_crc(void) {
    CHECK(rw_crc32(0, (const uint8_t *)"123456789", 9) == 0xcbf43926u);
    CHECK(rw_crc32(rw_crc32(0, (const uint8_t *)"1234", 4), (const uint8_t *)"56789", 5) == 0xcbf43926u);
    CHECK(rw_crc32(0, NULL, 0) == 0);
}

/* All members and as many strangers, for one shape of list. */
static void check_list(uint32_t n, maker_plan plan) {
    uint32_t i, category, reads, wrong = 0, most = 0, front_passed = 0, strangers = 0;

    plan.count = n;
    plan.keys = keys;
    plan.categories = categories;
    make_list(&plan, &file);
    CHECK(open_file() == 0);
    CHECK(rw_list_count(LIST) == n);
    for (i = 0; i < n; i++) {
        wrong += ask(keys[i], &category, &reads) != RW_LIST_LISTED || category != categories[i];
        most = reads > most ? reads : most;
        category = 99;
        wrong += rw_list_lookup(LIST, file.bytes, file.size, keys[i], &category) != 1 || category != categories[i];
    }
    CHECK(wrong == 0);
    for (i = 0; i < 2 * n; i++) {
        uint64_t key = i % 2 ? keys[0] + random64() % (keys[n - 1] - keys[0] + 1) : keys[i / 2] + 1 - i % 4;
        if (is_member(key, n))
            continue;
        strangers++;
        wrong += ask(key, &category, &reads) != RW_LIST_ABSENT;
        most = reads > most ? reads : most;
        front_passed += reads > 1;
    }
    CHECK(wrong == 0);
    CHECK(most <= 3);
    if (plan.line_shift && !plan.run_min && strangers > 1000 && LIST->nodes != 2) /* the maker gives each node the same room */
        CHECK(front_passed < strangers / 20); /* 2.4 % at 8 bits a number */
    CHECK(walk_all(0, 0, n) == 0);
    if (LIST->nodes > 2) { /* the last node, from the top */
        rw_list_entry entry;
        rw_list_entry_get(LIST, rw_list_top_bytes(LIST), (LIST->nodes - 1u) * rw_list_entry_bits(LIST), &entry);
        for (i = 0; keys[i] != entry.key; i++)
            continue;
        CHECK(walk_all(LIST->nodes - 1u, i, n) == 0);
    }
}

static const maker_plan SHAPES[] = {
    /* line, items, blocks, runs, contexts, same, fixed */
    {NULL, NULL, 0, 6, 128, 16, 0, 1, 0, 0}, {NULL, NULL, 0, 5, 100, 100, 0, 3, 1, 0}, {NULL, NULL, 0, 6, 64, 20, 0, 2, 0, 1},
    {NULL, NULL, 0, 0, 200, 8, 0, 4, 0, 0},  {NULL, NULL, 0, 6, 32, 4, 3, 2, 1, 0},    {NULL, NULL, 0, 5, 16, 2, 8, 1, 0, 1},
};

static void test_shapes(void) {
    uint32_t i;

    for (i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        check_list(draw_keys(1, 8613800138000u, 1), SHAPES[i]);
        check_list(draw_keys(2, 1, 999999999999999u), SHAPES[i]);
        check_list(draw_keys(1500, 8613000000000u, 1000000000u), SHAPES[i]);
        check_list(draw_keys(6000, 861000, 20000), SHAPES[i]);
        check_list(draw_keys(4000, 1, 999999999999999u), SHAPES[i]);
    }
}

/* Campaigns: neighbours in a row, every third number, pairs, with categories that stay or change. */
static uint32_t draw_campaigns(uint32_t n) {
    uint32_t kept = 0, i;
    uint64_t key = 8613000000000u;

    while (kept < n) {
        uint32_t length = 1u + (uint32_t)(random64() % (random64() & 1 ? 3 : 900));
        uint64_t step = 1u + random64() % 3u * (random64() & 1);
        uint8_t category = (uint8_t)(random64() & 3u);
        key += 1u + random64() % 100000u;
        for (i = 0; i < length && kept < n; i++, key += step) {
            keys[kept] = key;
            categories[kept++] = (uint8_t)(length % 5 ? category : (category + i) & 3u);
        }
    }
    return n;
}

static void test_runs(void) {
    uint32_t i, round;

    for (round = 0; round < 3; round++)
        for (i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++)
            check_list(draw_campaigns(6000), SHAPES[i]);
    for (i = 0; i < 20000; i++) { /* one run over many blocks */
        keys[i] = 8613000000000u + 7u * i;
        categories[i] = 2;
    }
    check_list(20000, SHAPES[4]);
    check_list(20000, SHAPES[5]);
}

static void test_edges(void) {
    rw_list_query query;
    uint32_t category = 0;
    maker_plan plan = {keys, categories, 2, 6, 128, 16, 0, 1, 0, 0};
    uint8_t header[RW_LIST_HEADER_MAX];

    keys[0] = 1;
    keys[1] = 999999999999999u;
    categories[0] = 2;
    categories[1] = 3;
    make_list(&plan, &file);
    CHECK(open_file() == 0);
    CHECK(rw_list_lookup(LIST, file.bytes, file.size, 1, &category) == 1 && category == 2);
    CHECK(rw_list_lookup(LIST, file.bytes, file.size, 999999999999999u, &category) == 1 && category == 3);
    CHECK(rw_list_lookup(LIST, file.bytes, file.size, 0, &category) == RW_LIST_ABSENT);
    CHECK(rw_list_lookup(LIST, file.bytes, file.size, 1000000000000000u, &category) == RW_LIST_ABSENT);
    CHECK(rw_list_lookup(LIST, file.bytes, file.size, UINT64_MAX, &category) == RW_LIST_ABSENT);

    CHECK(rw_list_open(NULL, sizeof memory, file.bytes, file.size, file.size) == RW_ERR_ARGUMENT);
    CHECK(rw_list_open(LIST, sizeof memory, NULL, 256, file.size) == RW_ERR_ARGUMENT);
    CHECK(rw_list_open(LIST, sizeof(rw_list) - 1, file.bytes, file.size, file.size) == RW_ERR_ARGUMENT);
    CHECK(rw_list_open(LIST, sizeof memory, file.bytes, 7, file.size + 1) == RW_ERR_LENGTH);
    CHECK(rw_list_begin(LIST, &query, 1) == RW_ERR_ARGUMENT); /* nothing was opened */
    CHECK(open_file() == 0);
    CHECK(rw_list_begin(LIST, &query, 1) == RW_LIST_READ);
    CHECK(rw_list_next(LIST, &query, file.bytes, query.length - 1) == RW_ERR_ARGUMENT);
    CHECK(rw_list_next(LIST, &query, file.bytes + query.offset, query.length) == RW_LIST_READ);
    CHECK(rw_list_next(LIST, &query, file.bytes + query.offset, query.length) == RW_LIST_LISTED);
    CHECK(rw_list_next(LIST, &query, file.bytes + query.offset, query.length) == RW_ERR_ARGUMENT);
    CHECK(rw_list_lookup(LIST, file.bytes, 100, 1, &category) == RW_ERR_LENGTH);

    plan.count = draw_keys(5000, 8613000000000u, 1000000000u); /* a list with a top, which was not loaded */
    plan.blocks = 2;
    make_list(&plan, &file);
    memcpy(header, file.bytes, file.header);
    CHECK(rw_list_header_length(header, 16, file.size) == (int32_t)file.header);
    CHECK(rw_list_memory(header, file.header) > (int32_t)sizeof(rw_list));
    CHECK(rw_list_open(LIST, sizeof(rw_list), header, file.header, file.size) == 0);
    CHECK(rw_list_begin(LIST, &query, keys[0]) == RW_ERR_ARGUMENT);
    CHECK(walk_all(0, 0, plan.count) == 0);

    plan.count = 0;
    make_list(&plan, &file);
    CHECK(open_file() == 0);
    CHECK(rw_list_count(LIST) == 0);
    CHECK(rw_list_lookup(LIST, file.bytes, file.size, 1, &category) == RW_LIST_ABSENT);
    CHECK(walk_all(0, 0, 0) == 0);
}

/* What the encoder does not take. */
static void test_encoder_refusals(void) {
    maker_plan plan = {keys, categories, 3, 0, 128, 16, 0, 1, 0, 0};
    static uint64_t room[4096];
    rw_list_encoder *e = (rw_list_encoder *)(void *)room;

    keys[0] = 100, keys[1] = 105, keys[2] = 111;
    make_list(&plan, &file);
    CHECK(open_file() == 0);
    CHECK(rw_list_encoder_size(LIST) <= sizeof room);
    CHECK(rw_list_encoder_begin(e, rw_list_encoder_size(LIST) - 1, LIST) == RW_ERR_SIZE);
    CHECK(rw_list_encoder_begin(e, sizeof room, LIST) == 0);
    CHECK(rw_list_encoder_add(e, 100, 1) == 0);
    CHECK(rw_list_encoder_add(e, 100, 1) == RW_ERR_ARGUMENT);
    CHECK(rw_list_encoder_add(e, 99, 1) == RW_ERR_ARGUMENT);
    CHECK(rw_list_encoder_add(e, 1000000000000000u, 1) == RW_ERR_ARGUMENT);
    CHECK(rw_list_encoder_add(e, 106, 32) == RW_ERR_ARGUMENT);
    CHECK(rw_list_encoder_add(e, 106, 9) == RW_ERR_FORMAT); /* no code for this category */
    CHECK(rw_list_encoder_begin(e, sizeof room, LIST) == 0);
    CHECK(rw_list_encoder_add(e, 100, 1) == 0);
    CHECK(rw_list_encoder_add(e, 101, 1) == RW_ERR_FORMAT); /* nor for this gap */
}

/* One changed header byte, sealed again with a right checksum unless it says otherwise. */
static void test_refusals(void) {
    static const struct {
        uint32_t at;
        uint8_t value;
        int seal;
        int32_t expected;
    } cases[] = {
        {0, 0x88, 1, RW_ERR_MAGIC},    {3, 'X', 1, RW_ERR_MAGIC},      {8, 1, 1, RW_ERR_VERSION},
        {8, 3, 1, RW_ERR_VERSION},     {9, 1, 1, RW_ERR_VERSION},      {11, 5, 0, RW_ERR_FORMAT},
        {12, 0, 1, RW_ERR_LENGTH},     {15, 0x80, 1, RW_ERR_LENGTH},   {20, 'D', 0, RW_ERR_CHECKSUM},
        {20, 'D', 1, 0},               {22, 1, 1, RW_ERR_VERSION},     {22, 3, 1, RW_ERR_VERSION},
        {23, 0, 1, RW_ERR_LENGTH},     {23, 255, 1, RW_ERR_FORMAT},    {31, 1, 1, RW_ERR_FORMAT},
        {32, 0, 1, RW_ERR_FORMAT},     {33, 5, 1, RW_ERR_FORMAT},      {34, 1, 1, RW_ERR_FORMAT},
        {36, 0, 1, RW_ERR_FORMAT},     {37, 2, 1, RW_ERR_FORMAT},      {38, 0, 1, RW_ERR_FORMAT},
        {39, 9, 1, RW_ERR_FORMAT},     {44, 4, 1, RW_ERR_FORMAT},      {44, 7, 1, RW_ERR_FORMAT},
        {45, 0, 1, RW_ERR_FORMAT},     {45, 8, 1, RW_ERR_FORMAT},      {46, 51, 1, RW_ERR_FORMAT},
        {47, 33, 1, RW_ERR_FORMAT},    {48, 33, 1, RW_ERR_FORMAT},     {49, 32, 1, RW_ERR_FORMAT},
        {49, 5, 1, RW_ERR_FORMAT},     {50, 0, 1, RW_ERR_FORMAT},      {50, 5, 1, RW_ERR_FORMAT},
        {51, 9, 1, RW_ERR_FORMAT},     {52, 12, 1, RW_ERR_FORMAT},     {53, 50, 1, RW_ERR_FORMAT},
        {54, 50, 1, RW_ERR_FORMAT},    {56, 200, 1, RW_ERR_FORMAT},    {57, 127, 1, RW_ERR_FORMAT},
        {58, 31, 1, RW_ERR_FORMAT},    {59, 255, 1, RW_ERR_FORMAT},    {60, 0, 1, RW_ERR_FORMAT},
        {61, 1, 1, RW_ERR_FORMAT},     {62, 0, 1, RW_ERR_FORMAT},      {63, 9, 1, RW_ERR_FORMAT},
        {64, 78, 1, 0},                {64, 1, 1, RW_ERR_FORMAT},      {66, 1, 1, RW_ERR_FORMAT},
        {68, 21, 1, RW_ERR_LENGTH},    {71, 0xff, 1, RW_ERR_LENGTH},   {72, 9, 1, 0},
        {76, 9, 1, RW_ERR_FORMAT},     {84, 1, 1, RW_ERR_CHECKSUM},    {88, 9, 1, RW_ERR_FORMAT},
        {112, 9, 1, RW_ERR_FORMAT},    {125, 0, 1, RW_ERR_FORMAT},     {129, 0x12, 1, RW_ERR_FORMAT},
    };
    maker_plan plan = {keys, categories, 0, 6, 64, 4, 0, 2, 0, 0};
    uint32_t i;

    plan.count = draw_keys(3000, 8613000000000u, 100000000u);
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t result;
        make_list(&plan, &file);
        file.bytes[cases[i].at] = cases[i].value;
        if (cases[i].seal)
            maker_seal(&file);
        result = open_file();
        if (result != cases[i].expected)
            printf("case %u (%u): %d, expected %d\n", i, cases[i].at, result, cases[i].expected);
        CHECK(result == cases[i].expected);
    }
}

static void test_truncation(void) {
    maker_plan plan = {keys, categories, 0, 5, 64, 4, 0, 1, 0, 0};
    uint32_t whole, n, wrong = 0;

    plan.count = draw_keys(500, 8613000000000u, 100000000u);
    make_list(&plan, &file);
    whole = file.size;
    for (n = 0; n < whole; n++) {
        file.size = n;
        wrong += open_file() != RW_ERR_LENGTH;
    }
    CHECK(wrong == 0);
    file.size = whole + 1;
    CHECK(open_file() == RW_ERR_LENGTH);
    CHECK(rw_list_open(LIST, sizeof memory, file.bytes, 70, whole) == RW_ERR_SIZE);
}

/* Broken bytes behind a right header: any clean answer will do, a wild read or an endless chain will not. */
static void test_damage(void) {
    uint32_t round, i, category, reads, wild = 0, errors = 0;

    for (round = 0; round < 240; round++) {
        maker_plan plan = SHAPES[round % 6];
        plan.keys = keys;
        plan.categories = categories;
        plan.count = round & 1 ? draw_keys(4000, 8613000000000u, 10000000000u) : draw_campaigns(4000);
        make_list(&plan, &file);
        for (i = 0; i < 100; i++)
            file.bytes[file.header + random64() % (file.size - file.header)] = (uint8_t)random64();
        if (round % 3 == 0)
            for (i = 0; i < 3; i++)
                file.bytes[20 + random64() % (file.header - 20)] = (uint8_t)random64();
        if (LIST->nodes > 1 || round % 2) { /* the top is checked by its sum: make that right again */
            uint32_t entry, at = file.header;
            for (entry = 0; entry < file.bytes[23] && 64 + 12 * entry + 12 < file.header; entry++) {
                uint32_t length = get32(file.bytes + 64 + 12 * entry + 4);
                if (length <= file.size - at && file.bytes[64 + 12 * entry] == 7)
                    put(file.bytes + 64 + 12 * entry + 8, rw_crc32(0, file.bytes + at, length), 4);
                at += length <= file.size - at ? length : 0;
            }
        }
        maker_seal(&file);
        if (open_file() < 0)
            continue;
        for (i = 0; i < 200; i++) {
            int32_t result = ask(keys[random64() % plan.count], &category, &reads);
            wild += result < RW_ERR_FORMAT || result > RW_LIST_LISTED;
            errors += result < 0;
        }
        wild += walk_all(0, 0, plan.count) == -100;
    }
    CHECK(wild == 0);
    CHECK(errors > 0);
}

int main(void) {
    test_crc();
    test_shapes();
    test_runs();
    test_edges();
    test_encoder_refusals();
    test_refusals();
    test_truncation();
    test_damage();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
