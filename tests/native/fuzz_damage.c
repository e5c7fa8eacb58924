/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes what damage does to a message. The input is made into a message that an exchange could send; it is modulated with
 * one bit flipped, cut short, or whole. What the decoder then calls right must be that message; a whole one must be heard.
 */
#include <stdlib.h>

#include "cid_signals.h"
#include "ringwarden/cid.h"
#include "ringwarden/message.h"

static signal line;

static void require(int condition) {
    if (!condition) abort();
}

/* Parameters from the fuzzer's bytes: a number always, then whatever fits. The length with checksum. */
static size_t make(uint8_t *message, const uint8_t *data, size_t size) {
    static const uint8_t kinds[] = {0x01, 0x03, 0x07, 0x08, 0x0B, 0x11, 0x12, 0x13, 0x15, 0x16, 0x1A, 0x20, 0x50, 0x99, 0xE0, 0x02};
    size_t n = 2, at = 0;
    message[0] = 0x80;
    message[n++] = 0x02;
    message[n++] = 7;
    for (int i = 0; i < 7; i++) message[n++] = (uint8_t)('0' + (at < size ? data[at++] % 10 : 0));
    for (int known = 1; known && at + 1 < size && n < 60;) {
        uint8_t kind = kinds[data[at] & 15], length = data[at] >> 4;
        at++;
        known = kind != 0x99; /* a plausible message has few that nobody knows */
        if (kind == 0x01 || kind == 0x02 || kind == 0x08) continue; /* these have rules of their own */
        message[n++] = kind;
        message[n++] = length;
        for (int i = 0; i < length; i++) message[n++] = at < size ? data[at++] : (uint8_t)' ';
    }
    message[1] = (uint8_t)(n - 2);
    return with_checksum(message, n);
}

/* Messages in `line` that are called right and are, or are not, the one that was made. */
static void listen(const rw_cid_config *config, const uint8_t *message, size_t n, uint32_t *right, uint32_t *wrong) {
    size_t size = (size_t)rw_cid_state_size(config), i = 0;
    void *state = malloc(size);
    rw_cid_event event;
    require(rw_cid_init(state, size, config) == 0);
    *right = *wrong = 0;
    for (int done = 0; !done;) {
        i += rw_cid_feed(state, line.sample + i, line.n - i);
        if (i == line.n) {
            rw_cid_flush(state);
            done = 1;
        }
        while (rw_cid_poll(state, &event)) {
            if (event.type != RW_CID_EVENT_MESSAGE || !(event.flags & RW_CID_CHECKSUM_OK)) continue;
            if (event.length == n && !memcmp(event.data, message, n))
                ++*right;
            else
                ++*wrong;
        }
    }
    free(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 8) return 0;
    uint8_t message[160], sent[160];
    size_t n = make(message, data + 3, size - 3), length = n;
    memcpy(sent, message, n);
    uint32_t how = data[0] % 3, right, wrong;
    if (how == 1) sent[data[1] % n] ^= (uint8_t)(1u << data[2] % 8);
    if (how == 2) length = data[1] % n;
    int v23 = data[0] & 0x40;
    rw_cid_config config = {data[0] & 0x80 ? 16000 : 8000, RW_STD_AUTO, 0};
    signal_begin(&line, config.sample_rate, v23 ? 1300 : 1200, v23 ? 2100 : 2200);
    signal_silence(&line, 0.03);
    signal_burst(&line, sent, length, data[0] & 0x20 ? 1.4 : 1);
    signal_silence(&line, 0.06);
    listen(&config, message, n, &right, &wrong);
    require(!wrong && right <= 1);
    require(right == (how == 0) || how == 1); /* a decoder may mend a single bit, and need not */
    return 0;
}
