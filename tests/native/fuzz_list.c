/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes what reads a list: the header, an index node, a block, and whole lookups over a damaged file.
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

static void fuzz_block(const uint8_t *data, size_t size) {
    uint32_t length = (uint32_t)(size - 32 < RW_LIST_READ_MAX ? size - 32 : RW_LIST_READ_MAX);
    uint8_t *block = exact_copy(data + 32, length);
    uint32_t category = 0, child = 0;
    uint64_t first = get64(data + 16);
    int32_t result;

    if (rw_list_check_code(data, 1) == 0) {
        result = rw_list_block(block, length, first, get64(data + 24), data, &category);
        if (result != RW_LIST_ABSENT && result != RW_LIST_LISTED && result != RW_ERR_FORMAT)
            abort();
        if (category >= 32)
            abort();
    }
    result = rw_list_node(block, length, get64(data + 24), data[0] & 1, &child, &first);
    if (result != RW_LIST_ABSENT && result != RW_LIST_READ && result != RW_ERR_FORMAT)
        abort();
    free(block);
}

static void ask_all(const rw_list *list, const uint8_t *file, size_t size, uint64_t key) {
    rw_list_query query;
    int32_t result = rw_list_begin(list, &query, key);

    while (result == RW_LIST_READ) {
        uint8_t *bytes;
        if (query.length == 0 || query.length > RW_LIST_READ_MAX || query.reads > 4 || query.offset > size ||
            query.length > size - query.offset)
            abort();
        bytes = exact_copy(file + query.offset, query.length);
        result = rw_list_next(list, &query, bytes, query.length);
        free(bytes);
    }
    if (result > RW_LIST_LISTED || result < RW_ERR_FORMAT)
        abort();
}

/* The file as it is, and once more with its header's length and checksum made right, which opens the way in. */
static void fuzz_file(const uint8_t *data, size_t size, uint64_t key) {
    uint8_t *file = exact_copy(data, size);
    rw_list list;
    int round;

    for (round = 0; round < 2; round++) {
        size_t n = size < RW_LIST_HEADER_SIZE ? size : RW_LIST_HEADER_SIZE;
        uint8_t *header = exact_copy(file, n);
        int32_t result = rw_list_open(&list, header, n, size);
        free(header);
        if (result == 0) {
            uint64_t base = get64(file + 48 + 16u * file[23]);
            uint64_t k;
            for (k = 0; k < 8; k++)
                ask_all(&list, file, size, k < 4 ? key + k : base + (key >> (8 * k)));
        }
        if (size < 56 || get16(file + 10) > n || get16(file + 10) < 52)
            break;
        put(file + 12, size, 4);
        put(file + get16(file + 10) - 4, rw_crc32(0, file, get16(file + 10) - 4), 4);
    }
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size >= 9 && data[0] & 1)
        fuzz_file(data + 9, size - 9, get64(data + 1));
    else if (size >= 33)
        fuzz_block(data + 1, size - 1);
    return 0;
}

#ifdef RW_FUZZ_STANDALONE

static uint64_t seed;

static uint64_t random64(void) {
    seed += 0x9e3779b97f4a7c15u;
    return maker_mix(seed);
}

/* A right list of random shape behind the nine bytes of the fuzzer's own header. */
static uint32_t fresh_input(uint8_t *out) {
    static uint64_t keys[4000];
    static uint8_t categories[4000];
    static maker_file file;
    maker_plan plan = {keys, categories, 0, 0, 0, 60, 8};
    uint64_t key = random64() % 1000000000000u;
    uint32_t i, n = 1u + (uint32_t)(random64() % 700u);

    for (i = 0; i < n; i++) {
        keys[i] = key += 1u + (random64() & 0xffffffu) % (1u << random64() % 24u);
        categories[i] = (uint8_t)(random64() & 3u);
    }
    plan.count = n;
    plan.line_shift = random64() & 1 ? 6 : 0;
    plan.levels = (uint32_t)(random64() % 3u);
    make_list(&plan, &file);
    out[0] = 1;
    put(out + 1, keys[random64() % n], 8);
    memcpy(out + 9, file.bytes, file.size);
    return file.size + 9u;
}

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
        if (i % 3 == 0) { /* the block and the node alone */
            memmove(input + 1, input + 200u % size, size - 200u % size);
            input[0] = 0;
            if (i % 2)
                memcpy(input + 1, "\x22\x22\0\0\0\0\0\0\0\0\0\0\0\0\0\0", size > 17 ? 16 : 0);
            if (i % 4)
                memset(input + 17, 0, size > 33 ? 16 : 0);
        }
        LLVMFuzzerTestOneInput(input, size);
    }
    for (argument = 3; argument < argc; argument++)
        if (replay(argv[argument]) != 0)
            return 2;
    printf("%ld rounds\n", rounds);
    return 0;
}

#endif
