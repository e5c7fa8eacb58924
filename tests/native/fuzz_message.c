/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the message parser: any bytes under any standard end in a result or an error, with every text terminated. */
#include <stdlib.h>
#include <string.h>

#include "message_shape.h"
#include "ringwarden/cid.h"
#include "ringwarden/message.h"

static void require(int condition) {
    if (!condition) abort();
}

static int is_terminated(const char *text, size_t room) { return memchr(text, 0, room) != NULL; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *copy = malloc(size ? size : 1);
    if (size) memcpy(copy, data, size);
    for (uint32_t standard = 0; standard <= 16; standard++) {
        rw_message m;
        int32_t result = rw_message_parse(standard, copy, size, &m);
        require(result <= 0);
        if (result) continue;
        require(is_terminated(m.number, sizeof m.number) && is_terminated(m.name, sizeof m.name));
        require(is_terminated(m.datetime, sizeof m.datetime) && is_terminated(m.dialable, sizeof m.dialable));
        require(is_terminated(m.redirecting, sizeof m.redirecting) && is_terminated(m.called, sizeof m.called));
    }
    size_t cursor = 0, length;
    uint8_t type;
    const uint8_t *value;
    uint32_t steps = 0;
    int32_t more;
    while ((more = rw_message_parameter(copy, size, &cursor, &type, &value, &length)) == 1) {
        require(value >= copy && value + length <= copy + size && value[-2] == type && value[-1] == length);
        require(++steps <= 256);
    }
    /* Parser and walk agree on what has parameters and whether they add up. */
    rw_message m;
    if (!more) require(rw_message_parse(RW_STD_V23, copy, size, &m) == 0);
    if (rw_message_plausible(copy, size)) require(rw_message_parse(RW_STD_V23, copy, size, &m) == 0);
    free(copy);
    return 0;
}
