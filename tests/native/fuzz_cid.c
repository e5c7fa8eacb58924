/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzzes the decoder. The first byte chooses the configuration and how the rest is used: as samples, as the bytes of an FSK
 * burst, or as DTMF keys. Whatever it hears, its events must keep their contract, and two ways to cut the stream must agree.
 */
#include <stdlib.h>

#include "cid_signals.h"
#include "ringwarden/cid.h"
#include "ringwarden/message.h"

static signal line;

static void require(int condition) {
    if (!condition) abort();
}

static void check_event(const rw_cid_event *e, uint64_t limit) {
    rw_message message;
    require(e->type >= RW_CID_EVENT_CARRIER && e->type <= RW_CID_EVENT_TONE_ALERT);
    require(e->start <= limit && e->end <= limit && e->length <= RW_CID_DATA_MAX && e->quality <= 100);
    if (e->type != RW_CID_EVENT_MESSAGE) return;
    require(e->end > e->start && e->length > 0);
    rw_message_parse(e->standard, e->data, e->length, &message);
    if (!(e->flags & RW_CID_CHECKSUM_OK) || e->standard == RW_STD_DTMF || e->standard == RW_STD_NTT) return;
    uint8_t sum = 0;
    for (uint32_t i = 0; i < e->length; i++) sum = (uint8_t)(sum + e->data[i]);
    require(sum == 0 && e->data[1] + 3u == e->length);
}

/* A digest of all events when `line` is fed in blocks of `block`. */
static uint32_t run(const rw_cid_config *config, size_t block) {
    size_t size = (size_t)rw_cid_state_size(config);
    void *state = malloc(size);
    rw_cid_event event;
    uint32_t digest = 1;
    require(rw_cid_init(state, size, config) == 0);
    for (size_t i = 0; i <= line.n;) {
        if (i == line.n) {
            rw_cid_flush(state);
            i++;
        } else {
            i += rw_cid_feed(state, line.sample + i, line.n - i < block ? line.n - i : block);
        }
        while (rw_cid_poll(state, &event)) {
            const uint8_t *bytes = (const uint8_t *)&event;
            check_event(&event, line.n + config->sample_rate);
            for (size_t k = 0; k < sizeof event; k++) digest = (digest ^ bytes[k]) * 16777619u;
        }
    }
    free(state);
    return digest;
}

static void draw(const uint8_t *data, size_t size, int how) {
    static const char keys[] = "123A456B789C*0#D";
    if (how < 2) {
        for (size_t i = 0; i + 1 < size; i += 2) {
            int16_t x;
            memcpy(&x, data + i, 2);
            signal_put(&line, x / 32768.0);
        }
    } else if (how == 2) {
        signal_burst(&line, data, size < 300 ? size : 300, 1);
        signal_silence(&line, 0.06);
    } else {
        for (size_t i = 0; i < size && i < 60; i++) {
            char key[2] = {keys[data[i] & 15], 0};
            signal_keys(&line, key, 0.02 + (data[i] >> 4) * 0.005, 0.04);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2) return 0;
    uint8_t choice = data[0];
    rw_cid_config config = {choice & 1 ? 16000 : 8000, (choice >> 1 & 15u) ? (choice >> 1 & 15u) : 15u, choice >> 5 & 1};
    int v23 = choice & 32;
    signal_begin(&line, config.sample_rate, v23 ? 1300 : 1200, v23 ? 2100 : 2200);
    draw(data + 1, size - 1, choice >> 6);
    require(run(&config, 80) == run(&config, 1 + data[1]));
    return 0;
}
