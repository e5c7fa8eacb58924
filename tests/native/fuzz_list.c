/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes what reads and writes a list: the header and its tables, lookups, walks over a damaged file, and the encoder.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -Inative/include -Inative/src tests/native/fuzz_list.c \
 *         native/src/list*.c native/src/crc32.c -o fuzz_list && ./fuzz_list
 *
 * Without libFuzzer: `gcc -DRW_FUZZ_STANDALONE -fsanitize=address,undefined ...` makes a program that mutates lists of its
 * own for a number of rounds (first argument, default 20,000; second argument: the seed) and replays files given after that.
 */
#include <stdio.h>

#include "list_maker.h"
#include "list_private.h"

/* The input copied to exactly its size, so that a sanitizer sees any step outside. */
static uint8_t *exact_copy(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size ? size : 1);

    if (size)
        memcpy(copy, data, size);
    return copy;
}

static uint64_t memory[(sizeof(rw_list) + RW_LIST_TOP_MAX) / 8];
#define LIST ((rw_list *)(void *)memory)

/* What was asked for, in a copy of exactly that size. */
static uint8_t *fetch(const uint8_t *file, size_t size, uint32_t offset, uint32_t length, uint32_t most) {
    if (length == 0 || length > most || offset > size || length > size - offset)
        abort();
    return exact_copy(file + offset, length);
}

static void ask_all(const uint8_t *file, size_t size, uint64_t key) {
    rw_list_query query;
    int32_t result = rw_list_begin(LIST, &query, key);

    while (result == RW_LIST_READ) {
        uint8_t *bytes = fetch(file, size, query.offset, query.length, RW_LIST_READ_MAX);
        if (query.reads > 3)
            abort();
        result = rw_list_next(LIST, &query, bytes, query.length);
        free(bytes);
    }
    if (result > RW_LIST_LISTED || result < RW_ERR_FORMAT || (result == RW_LIST_LISTED && query.category >= 32))
        abort();
}

/* A walk ends, gives ascending keys and no more of them than the header says. */
static void walk_all(const uint8_t *file, size_t size) {
    static rw_list_walk walk;
    uint64_t last = 0;
    uint32_t n = 0;
    int32_t state = rw_list_walk_begin(LIST, &walk);

    while (state >= 0 && (state = rw_list_walk_next(LIST, &walk)) > 0 && n < 100000) {
        if (state == RW_LIST_READ) {
            uint8_t *bytes = fetch(file, size, walk.offset, walk.length, RW_LIST_WALK_READ);
            rw_list_walk_feed(&walk, bytes, walk.length);
            free(bytes);
        } else if (walk.key <= last || walk.key >= RW_LIST_KEY_LIMIT || walk.category >= 32 || ++n > rw_list_count(LIST)) {
            abort();
        } else {
            last = walk.key;
        }
    }
}

/* Any opened header may be written with: numbers from the input, until one does not fit. */
static void write_some(const uint8_t *data, size_t size) {
    size_t room = rw_list_encoder_size(LIST);
    rw_list_encoder *e = malloc(room);
    uint64_t key = 0;
    size_t i;

    if (rw_list_encoder_begin(e, room, LIST) == 0) {
        for (i = 0; i + 1 < size && i < 2000; i++) {
            key += 1u + ((uint64_t)data[i] << data[i + 1] % 40u >> 4);
            if (rw_list_encoder_add(e, key, data[i] % 4u) < 0)
                break;
            rw_list_encoder_taken(e);
        }
        if (i >= 2000 || i + 1 >= size)
            while (rw_list_encoder_end(e) == RW_LIST_READ)
                rw_list_encoder_taken(e);
    }
    free(e);
}

static void fuzz_opened(const uint8_t *file, size_t size, uint64_t key) {
    uint32_t offset, length, k;
    uint8_t *top;
    int32_t result;

    walk_all(file, size);
    write_some(file, size);
    rw_list_top(LIST, &offset, &length);
    top = length ? fetch(file, size, offset, length, RW_LIST_TOP_MAX) : exact_copy(file, 0);
    LIST->top_checksum = rw_crc32(0, top, length); /* opens the way in */
    result = rw_list_load_top(LIST, sizeof memory, top, length);
    free(top);
    if (result == 0)
        for (k = 0; k < 8; k++)
            ask_all(file, size, k < 4 ? key + k : LIST->base + (key >> (8 * k)));
}

/* The file as it is, and once more with its header's length and checksum made right, which opens the way in. */
static void fuzz_file(const uint8_t *data, size_t size, uint64_t key) {
    uint8_t *file = exact_copy(data, size);
    int round;

    for (round = 0; round < 2; round++) {
        size_t n = size < RW_LIST_HEADER_MAX ? size : RW_LIST_HEADER_MAX;
        uint8_t *header = exact_copy(file, n);
        int32_t result = rw_list_open(LIST, sizeof memory, header, n, size);
        free(header);
        if (result == 0)
            fuzz_opened(file, size, key);
        if (size < 70 || get16(file + 10) > n || get16(file + 10) < 68)
            break;
        put(file + 12, size, 4);
        put(file + get16(file + 10) - 4, rw_crc32(0, file, get16(file + 10) - 4), 4);
    }
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size >= 8)
        fuzz_file(data + 8, size - 8, get64(data));
    return 0;
}

static uint64_t seed;

static uint64_t random64(void) {
    seed += 0x9e3779b97f4a7c15u;
    return maker_mix(seed);
}

/* A right list of random shape behind the eight bytes of the fuzzer's own key. */
static uint32_t fresh_input(uint8_t *out) {
    static uint64_t keys[4000];
    static uint8_t categories[4000];
    static maker_file file;
    maker_plan plan = {keys, categories, 0, 0, 0, 0, 0, 1, 0, 0};
    uint64_t key = random64() % 1000000000000u;
    uint32_t i, n = 1u + (uint32_t)(random64() % 700u);

    for (i = 0; i < n; i++) {
        keys[i] = key += 1u + (random64() & 0xffffffu) % (1u << random64() % 24u) * (random64() & 1);
        categories[i] = (uint8_t)(random64() & random64() & 3u);
    }
    plan.count = n;
    plan.line_shift = random64() & 1 ? 6 : 0;
    plan.items = 16u + (uint32_t)(random64() % 50u);
    plan.blocks = 1u + (uint32_t)(random64() % 8u);
    plan.run_min = random64() & 1 ? 3 : 0;
    plan.contexts = 1u + (uint32_t)(random64() % 3u);
    plan.same = random64() & 1;
    plan.fixed = random64() & 1;
    make_list(&plan, &file);
    put(out, keys[random64() % n], 8);
    memcpy(out + 8, file.bytes, file.size);
    return file.size + 8u;
}

#ifndef RW_FUZZ_STANDALONE

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int number);

/* Now and then a right list to go on from: bytes by chance never make one. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned int number) {
    static uint8_t input[MAKER_MAX + 16];

    seed = number;
    if (number % 8u == 0 || size < 80) {
        size = fresh_input(input);
        if (size > most)
            size = most;
        memcpy(data, input, size);
    }
    return LLVMFuzzerMutate(data, size, most);
}

#else

static void mutate(uint8_t *input, uint32_t *size) {
    uint32_t changes = (uint32_t)(random64() % 12u);

    while (changes--) {
        uint32_t near_start = random64() & 1 ? 300u : *size;
        uint32_t at = (uint32_t)(random64() % (near_start < *size ? near_start : *size));
        if (random64() & 1)
            input[at] = (uint8_t)random64();
        else
            input[at] ^= (uint8_t)(1u << (random64() & 7u));
    }
    if (random64() % 8u == 0)
        *size = 1u + (uint32_t)(random64() % *size);
}

static int replay(const char *path) {
    static uint8_t input[MAKER_MAX];
    FILE *stream = fopen(path, "rb");
    size_t size;

    if (stream == NULL) {
        fprintf(stderr, "%s cannot be read: check the path\n", path);
        return 2;
    }
    size = fread(input, 1, sizeof input, stream);
    fclose(stream);
    return LLVMFuzzerTestOneInput(input, size);
}

int main(int argc, char **argv) {
    static uint8_t input[MAKER_MAX + 16];
    long rounds = argc > 1 ? strtol(argv[1], NULL, 10) : 20000;
    long i;
    int argument;

    seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
    for (i = 0; i < rounds; i++) {
        uint32_t size = fresh_input(input);
        mutate(input, &size);
        LLVMFuzzerTestOneInput(input, size);
    }
    for (argument = 3; argument < argc; argument++)
        if (replay(argv[argument]) != 0)
            return 2;
    printf("%ld rounds\n", rounds);
    return 0;
}

#endif
