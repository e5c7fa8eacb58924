/* SPDX-License-Identifier: Apache-2.0 */
/* Keys and the alerting signal: what the sanitizers should see - extremes, any place in the windows - and the edges. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "cid_internal.h"
#include "cid_signals.h"

static signal line;
static rw_cid_event last;

/* How many events of `type` are in `line`; the newest of them in `last`. */
static uint32_t count(uint32_t rate, uint32_t standards, uint32_t flags, uint32_t type) {
    static uint64_t room[RW_CID_STATE_MAX / 8];
    rw_cid_config config = {rate, standards, flags};
    rw_cid_event event;
    uint32_t n = 0;
    size_t i = 0;
    CHECK(rw_cid_init(room, sizeof room, &config) == 0);
    for (int done = 0; !done;) {
        i += rw_cid_feed(room, line.sample + i, line.n - i);
        if (i == line.n) {
            rw_cid_flush(room);
            done = 1;
        }
        while (rw_cid_poll(room, &event)) {
            if (event.type != type) continue;
            last = event;
            n++;
        }
    }
    return n;
}

static void begin(uint32_t rate, double silence) {
    signal_begin(&line, rate, 1200, 2200);
    signal_silence(&line, silence);
}

/* Square waves of every tone and of pairs of them, from rail to rail: sums, squares and shares must fit. */
static void test_extremes(void) {
    static const double hz[] = {50, 100, 697, 770, 852, 941, 1209, 1336, 1477, 1633, 2000, 2130, 2750, 3999};
    for (uint32_t i = 0; i < sizeof hz / sizeof hz[0]; i++) {
        for (uint32_t k = i; k < sizeof hz / sizeof hz[0]; k += 3) {
            begin(8000, 0);
            for (uint32_t n = 0; n < 1200; n++) {
                double x = sin(2 * SIGNAL_PI * hz[i] * n / 8000) + sin(2 * SIGNAL_PI * hz[k] * n / 8000);
                line.sample[line.n++] = (int16_t)(x >= 0 ? 32767 : -32768);
            }
            CHECK(count(8000, RW_STD_DTMF, RW_CID_REPORT_BAD, RW_CID_EVENT_MESSAGE) == 0);
        }
    }
    begin(8000, 0);
    for (uint32_t n = 0; n < 2000; n++) line.sample[line.n++] = (int16_t)(n / 400 % 2 ? -32768 : 32767);
    CHECK(count(8000, RW_STD_AUTO, RW_CID_REPORT_BAD, RW_CID_EVENT_MESSAGE) == 0);
}

/* The shortest tones that count, beginning anywhere in the decoder's windows. */
static void test_places(void) {
    for (uint32_t shift = 0; shift < 40; shift += 3) {
        begin(8000, 0.1);
        signal_silence(&line, shift / 8000.0);
        signal_keys(&line, "D12#", 0.040, 0.040);
        CHECK(count(8000, RW_STD_DTMF, 0, RW_CID_EVENT_MESSAGE) == 0); /* two digits are no number */
        begin(8000, 0.1);
        signal_silence(&line, shift / 8000.0);
        signal_keys(&line, "D110#", 0.040, 0.040);
        CHECK(count(8000, RW_STD_DTMF, 0, RW_CID_EVENT_MESSAGE) == 1 && last.length == 5);
        begin(8000, 0.1);
        signal_silence(&line, shift / 8000.0);
        signal_keys(&line, "D110#", 0.020, 0.060);
        CHECK(count(8000, RW_STD_DTMF, 0, RW_CID_EVENT_MESSAGE) == 0);
        begin(8000, 0.1);
        signal_silence(&line, shift / 8000.0);
        signal_dual(&line, 2130, 2750, 0.075);
        signal_silence(&line, 0.05);
        CHECK(count(8000, RW_STD_V23, 0, RW_CID_EVENT_TONE_ALERT) == 1);
        CHECK(last.start + 80 > 800 + shift && last.start < 800 + shift + 80);
    }
}

/* A string without its start passes when the line was quiet before it, and not when something loud was there. */
static void test_before_and_after(void) {
    for (int loud = 0; loud < 2; loud++) {
        begin(8000, 0.3);
        if (loud) signal_dual(&line, 500, 1800, 0.06);
        signal_silence(&line, 0.06);
        signal_keys(&line, "5550123C", 0.06, 0.06);
        CHECK(count(8000, RW_STD_DTMF, 0, RW_CID_EVENT_MESSAGE) == (loud ? 0u : 1u));
        begin(8000, 0.3);
        signal_keys(&line, "A5550123", 0.06, 0.06);
        if (loud) signal_dual(&line, 500, 1800, 0.06);
        signal_silence(&line, 0.4);
        CHECK(count(8000, RW_STD_DTMF, 0, RW_CID_EVENT_MESSAGE) == (loud ? 0u : 1u));
    }
}

/* The same key twice is two keys, a dip inside one is not; a tone that goes on for seconds is one key. */
static void test_repeats(void) {
    begin(8000, 0.2);
    signal_keys(&line, "A1111111C", 0.05, 0.03);
    CHECK(count(8000, RW_STD_DTMF, 0, RW_CID_EVENT_MESSAGE) == 1 && last.length == 9);
    begin(8000, 0.2);
    signal_keys(&line, "A", 0.07, 0.07);
    signal_keys(&line, "1", 0.07, 0.003);
    signal_keys(&line, "1", 0.07, 0.07);
    signal_keys(&line, "23C", 0.07, 0.07);
    CHECK(count(8000, RW_STD_DTMF, 0, RW_CID_EVENT_MESSAGE) == 1);
    CHECK(last.length == 5 && !memcmp(last.data, "A123C", 5));
    begin(8000, 0.2);
    signal_keys(&line, "5", 4.0, 0.3);
    CHECK(count(8000, RW_STD_DTMF, RW_CID_REPORT_BAD, RW_CID_EVENT_MESSAGE) == 0);
}

int main(void) {
    test_extremes();
    test_places();
    test_before_and_after();
    test_repeats();
    printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
