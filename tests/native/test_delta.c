/* SPDX-License-Identifier: Apache-2.0 */
/* Applying a delta: the sample pair, in every amount of memory, cut short at every byte, and what a caller may do wrong. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "delta_sample.h"
#include "ringwarden/delta.h"
#include "ringwarden/list.h"

typedef struct {
    void *state;
    uint8_t target[sizeof SAMPLE_TARGET];
    uint32_t fed;      /* bytes of the delta */
    uint32_t available; /* of them in all */
    uint32_t longest;  /* piece that was read or written */
    uint32_t writes;
    uint32_t outside; /* requests that no file can meet */
} box;

static int inside(box *b, const rw_delta_request *request, size_t size) {
    const int good = request->length != 0 && request->length <= size && request->offset <= size - request->length;
    b->outside += !good;
    b->longest = request->length > b->longest ? request->length : b->longest;
    return good;
}

static int32_t answer(box *b, int32_t kind, const rw_delta_request *request) {
    switch (kind) {
    case RW_DELTA_READ_DELTA: {
        const uint32_t left = b->available - b->fed;
        const uint32_t length = request->length < left ? request->length : left;
        const uint8_t *const bytes = SAMPLE_DELTA + b->fed;
        b->fed += length;
        return rw_delta_feed(b->state, bytes, length);
    }
    case RW_DELTA_READ_BASE:
        return inside(b, request, sizeof SAMPLE_BASE) ? rw_delta_feed(b->state, SAMPLE_BASE + request->offset, request->length) : 1;
    case RW_DELTA_READ_TARGET:
        return inside(b, request, sizeof SAMPLE_TARGET) ? rw_delta_feed(b->state, b->target + request->offset, request->length) : 1;
    default:
        b->writes++;
        if (!inside(b, request, sizeof SAMPLE_TARGET)) {
            return 1;
        }
        memcpy(b->target + request->offset, (const uint8_t *)b->state + request->where, request->length);
        return 0;
    }
}

/* With so much memory and so many bytes of the delta: RW_DELTA_DONE or the error. */
static int32_t apply(box *b, size_t memory, uint32_t available) {
    rw_delta_request request;
    memset(b, 0, sizeof *b);
    b->available = available;
    b->state = malloc(memory);
    int32_t status = rw_delta_init(b->state, memory);
    while (status == 0) {
        const int32_t kind = rw_delta_next(b->state, &request);
        if (kind <= RW_DELTA_DONE) {
            status = kind;
            break;
        }
        status = answer(b, kind, &request);
    }
    free(b->state);
    return status;
}

static void test_sample(void) {
    box b;
    CHECK(apply(&b, RW_DELTA_MEMORY, sizeof SAMPLE_DELTA) == RW_DELTA_DONE);
    CHECK(memcmp(b.target, SAMPLE_TARGET, sizeof SAMPLE_TARGET) == 0);
    CHECK(b.outside == 0 && b.fed == sizeof SAMPLE_DELTA && b.longest <= 4096);
}

/* From nothing to plenty: it says that there is too little, or it works. No step outside is the sanitizers' to see. */
static void test_memory(void) {
    size_t enough = 0;
    int wrong = 0;
    box b;
    for (size_t memory = 0; memory <= 9000; memory += 40) {
        const int32_t status = apply(&b, memory, sizeof SAMPLE_DELTA);
        if (status == RW_DELTA_DONE) {
            enough = enough == 0 ? memory : enough;
            wrong += memcmp(b.target, SAMPLE_TARGET, sizeof SAMPLE_TARGET) != 0;
        } else {
            wrong += status != RW_ERR_SIZE || enough != 0;
        }
    }
    CHECK(wrong == 0 && enough != 0 && enough <= RW_DELTA_MEMORY);
}

static void test_cut(void) {
    box b;
    int wrong = 0;
    for (uint32_t length = 0; length < sizeof SAMPLE_DELTA; length++) {
        wrong += apply(&b, RW_DELTA_MEMORY, length) != RW_ERR_LENGTH;
    }
    CHECK(wrong == 0);
}

static void test_misuse(void) {
    uint64_t memory[RW_DELTA_MEMORY / 8u];
    rw_delta_request request, again;
    CHECK(rw_delta_init(NULL, sizeof memory) == RW_ERR_ARGUMENT);
    CHECK(rw_delta_init((uint8_t *)memory + 1, sizeof memory - 8) == RW_ERR_ARGUMENT);
    CHECK(rw_delta_init(memory, 64) == RW_ERR_SIZE);
    memset(memory, 0, sizeof memory);
    CHECK(rw_delta_next(memory, &request) == RW_ERR_ARGUMENT);
    CHECK(rw_delta_feed(memory, SAMPLE_DELTA, 1) == RW_ERR_ARGUMENT);
    CHECK(rw_delta_init(memory, sizeof memory) == 0);
    CHECK(rw_delta_next(memory, NULL) == RW_ERR_ARGUMENT);
    CHECK(rw_delta_next(memory, &request) == RW_DELTA_READ_DELTA && request.length == RW_DELTA_HEADER_SIZE);
    CHECK(rw_delta_next(memory, &again) == RW_DELTA_READ_DELTA && again.length == request.length);
    CHECK(rw_delta_feed(memory, NULL, request.length) == RW_ERR_ARGUMENT);
    CHECK(rw_delta_feed(memory, SAMPLE_DELTA, request.length) == 0);
    CHECK(rw_delta_feed(memory, SAMPLE_DELTA, 1) == RW_ERR_ARGUMENT); /* nothing was asked for */
    CHECK(rw_delta_next(memory, &request) == RW_DELTA_READ_DELTA);
    CHECK(rw_delta_feed(memory, SAMPLE_DELTA, request.length + 1u) == RW_ERR_LENGTH);
    CHECK(rw_delta_next(memory, &request) == RW_ERR_LENGTH); /* and so it stays */
    CHECK(rw_delta_feed(memory, SAMPLE_DELTA, request.length) == RW_ERR_LENGTH);
}

static int32_t first(uint32_t at, uint8_t value, int sealed) {
    uint64_t memory[RW_DELTA_MEMORY / 8u];
    uint8_t header[RW_DELTA_HEADER_SIZE];
    rw_delta_request request;
    memcpy(header, SAMPLE_DELTA, sizeof header);
    header[at] = value;
    if (sealed) {
        const uint32_t sum = rw_crc32(0, header, sizeof header - 4u);
        for (uint32_t i = 0; i < 4; i++) {
            header[sizeof header - 4u + i] = (uint8_t)(sum >> (8u * i));
        }
    }
    int32_t status = rw_delta_init(memory, sizeof memory);
    status = status == 0 ? rw_delta_next(memory, &request) : status;
    status = status == RW_DELTA_READ_DELTA ? rw_delta_feed(memory, header, sizeof header) : status;
    return status == 0 ? rw_delta_next(memory, &request) : status;
}

static void test_header(void) {
    CHECK(first(0, 0x89, 0) == RW_DELTA_READ_DELTA);
    CHECK(first(3, 'L', 0) == RW_ERR_MAGIC);
    CHECK(first(8, 2, 0) == RW_ERR_VERSION);
    CHECK(first(24, 255, 0) == RW_ERR_CHECKSUM);
    CHECK(first(11, 0x40, 1) == RW_ERR_FORMAT); /* a header that no list has */
    CHECK(SAMPLE_DELTA[12] < 104 && first(13, 0, 1) == RW_ERR_LENGTH); /* shorter than its own header */
}

int main(void) {
    test_sample();
    test_memory();
    test_cut();
    test_misuse();
    test_header();
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
