/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the application of a delta to a list: the input changes bytes of both, checksums are made right again, and whatever
 * is written must lie in the target and be written once.
 *
 *     clang -g -O1 -fsanitize=fuzzer,address,undefined -Inative/include -Inative/src -Itests/native tests/native/fuzz_delta.c \
 *         native/src/delta*.c native/src/list*.c native/src/crc32.c -o fuzz_delta && ./fuzz_delta
 */
#include <stdlib.h>
#include <string.h>

#include "delta_sample.h"
#include "ringwarden/delta.h"
#include "ringwarden/list.h"

#define TARGET_MAX 65536u
#define MEMORY 16384u

static uint32_t get(const uint8_t *p, uint32_t width) {
    uint32_t value = 0;
    while (width-- != 0) {
        value = value << 8 | p[width];
    }
    return value;
}

static void put(uint8_t *p, uint32_t value) {
    for (int i = 0; i < 4; i++, value >>= 8) {
        p[i] = (uint8_t)value;
    }
}

typedef struct {
    uint8_t *bytes;
    uint32_t length;
    uint32_t at;
} input;

static input copy(const uint8_t *bytes, uint32_t length) {
    input out = {malloc(length), length, 0};
    memcpy(out.bytes, bytes, length);
    return out;
}

/* The sum of a list's header, and the sums of a delta, as if whoever damaged them had computed them anew. */
static void seal(input *base, input *delta, int sums) {
    const uint32_t header = get(base->bytes + 10, 2);
    if (header >= 16u && header <= base->length) {
        put(base->bytes + header - 4, rw_crc32(0, base->bytes, header - 4u));
    }
    if (sums) {
        put(delta->bytes + 12, delta->length);
        put(delta->bytes + 16, base->length);
        put(delta->bytes + 96, rw_crc32(0, delta->bytes, 96));
        put(delta->bytes + delta->length - 4, rw_crc32(0, delta->bytes + 100, delta->length - 104u));
    }
}

static uint8_t target[TARGET_MAX];
static uint8_t written[TARGET_MAX];
static uint8_t *memory; /* of exactly the size that the library was told */

static int32_t feed(input *from, uint32_t offset, uint32_t length) {
    if (length == 0 || length > from->length || offset > from->length - length) {
        return rw_delta_feed(memory, from->bytes, 0); /* the file has ended */
    }
    uint8_t *const exact = malloc(length);
    memcpy(exact, from->bytes + offset, length);
    const int32_t status = rw_delta_feed(memory, exact, length);
    free(exact);
    return status;
}

static void keep(const rw_delta_request *request, uint32_t length) {
    if (request->length == 0 || request->length > length || request->offset > length - request->length) {
        abort();
    }
    for (uint32_t i = request->offset; i < request->offset + request->length; i++) {
        if (written[i]++ != 0) {
            abort();
        }
    }
    memcpy(target + request->offset, memory + request->where, request->length);
}

static void all_written(uint32_t length) {
    for (uint32_t i = 0; i < length; i++) {
        if (written[i] != 1) {
            abort();
        }
    }
}

static int32_t apply(input *base, input *delta, size_t size, uint32_t length) {
    rw_delta_request request = {0, 0, 0};
    int32_t status = rw_delta_init(memory, size);
    if (status == RW_ERR_SIZE) {
        return status;
    }
    while (status >= 0) {
        status = rw_delta_next(memory, &request);
        if (status == RW_DELTA_DONE) {
            all_written(length);
            return status;
        }
        if (status == RW_DELTA_WRITE) {
            keep(&request, length);
        } else if (status == RW_DELTA_READ_BASE) {
            status = feed(base, request.offset, request.length);
        } else if (status == RW_DELTA_READ_TARGET) {
            input back = {target, length, 0};
            status = feed(&back, request.offset, request.length);
        } else if (status == RW_DELTA_READ_DELTA) {
            status = feed(delta, delta->at, request.length);
            delta->at += request.length;
        } else if (status >= 0) {
            abort();
        }
    }
    if (status < RW_ERR_FORMAT || rw_delta_next(memory, &request) != status) {
        abort();
    }
    return status;
}

static int32_t run(input *base, input *delta, size_t size) {
    const uint32_t length = delta->length >= 24u ? get(delta->bytes + 20, 4) : 0;
    if (length > TARGET_MAX) {
        return RW_ERR_LENGTH;
    }
    memset(written, 0, length);
    memory = malloc(size);
    const int32_t status = apply(base, delta, size, length);
    free(memory);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte says what is sealed and how much memory there is; the others are changes: where (16 bits), and the new byte. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1) {
        return 0;
    }
    input base = copy(SAMPLE_BASE, sizeof SAMPLE_BASE);
    input delta = copy(SAMPLE_DELTA, sizeof SAMPLE_DELTA);
    for (size_t i = 1; i + 3 <= size; i += 3) {
        const uint32_t at = get(data + i, 2);
        if (at & 0x8000u) {
            base.bytes[(at & 0x7fffu) % base.length] = data[i + 2];
        } else {
            delta.bytes[at % delta.length] = data[i + 2];
        }
    }
    seal(&base, &delta, data[0] & 1);
    const int32_t status = run(&base, &delta, data[0] & 2 ? 4096u + 32u * (data[0] >> 2) : MEMORY);
    if (size < 4 && data[0] == 1 && (status != RW_DELTA_DONE || memcmp(target, SAMPLE_TARGET, sizeof SAMPLE_TARGET) != 0)) {
        abort();
    }
    free(base.bytes);
    free(delta.bytes);
    return 0;
}
