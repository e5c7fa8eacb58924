/* SPDX-License-Identifier: Apache-2.0 */
/* The caller-ID decoder: what it must hear, what it must not, and that the way a stream is cut makes no difference. */
#include <stdio.h>
#include <stdlib.h>

#include "check.h"
#include "cid_internal.h"
#include "cid_signals.h"
#include "ringwarden/message.h"

#define EVENTS_MAX 64

typedef struct {
    uint32_t n;
    rw_cid_event event[EVENTS_MAX];
} heard;

static signal line;
static heard found;

static const uint8_t CALL[] = {0x80, 0x14, 0x01, 8, '0', '3', '1', '5', '0', '9', '4', '1', 0x02, 8, '6', '2', '3', '4', '5', '6', '7', '8', 0};

static void drain(void *state, heard *h, uint32_t type) {
    rw_cid_event event;
    while (rw_cid_poll(state, &event))
        if ((!type || event.type == type) && h->n < EVENTS_MAX) h->event[h->n++] = event;
}

/* Everything of `type` (0: all) in `line`, fed in blocks of `block`. `flush` ends the stream. */
static void listen(const rw_cid_config *config, size_t block, uint32_t type, int flush, heard *h) {
    size_t size = (size_t)rw_cid_state_size(config);
    void *state = malloc(size);
    memset(h, 0, sizeof *h);
    CHECK(rw_cid_init(state, size, config) == 0);
    for (size_t i = 0; i < line.n;) {
        size_t n = line.n - i < block ? line.n - i : block;
        i += rw_cid_feed(state, line.sample + i, n);
        drain(state, h, type);
    }
    if (flush) rw_cid_flush(state);
    drain(state, h, type);
    free(state);
}

static void listen_auto(uint32_t flags, heard *h) {
    rw_cid_config config = {8000, RW_STD_AUTO, flags};
    listen(&config, 80, RW_CID_EVENT_MESSAGE, 1, h);
}

static void begin(uint32_t standard, double rate) {
    if (standard == RW_STD_BELL202)
        signal_begin(&line, rate, 1200, 2200);
    else
        signal_begin(&line, rate, 1300, 2100);
    signal_silence(&line, 0.1);
}

static int is_near(uint64_t a, double b, double reach) { return fabs((double)a - b) <= reach; }

static void test_arguments(void) {
    static uint64_t room[RW_CID_STATE_MAX / 8 + 1];
    rw_cid_config good = {8000, RW_STD_AUTO, 0}, bad_rate = {11025, 15, 0}, none = {8000, 0, 0}, more = {8000, 16, 0};
    rw_cid_config flag = {8000, 1, 2};
    int32_t size = rw_cid_state_size(&good);
    CHECK(size > 0 && size <= (int32_t)RW_CID_STATE_MAX);
    CHECK(rw_cid_state_size(&bad_rate) == RW_ERR_ARGUMENT);
    CHECK(rw_cid_state_size(&none) == RW_ERR_ARGUMENT);
    CHECK(rw_cid_state_size(&more) == RW_ERR_ARGUMENT);
    CHECK(rw_cid_state_size(&flag) == RW_ERR_ARGUMENT);
    CHECK(rw_cid_state_size(NULL) == RW_ERR_ARGUMENT);
    CHECK(rw_cid_init(room, (size_t)size - 1, &good) == RW_ERR_SIZE);
    CHECK(rw_cid_init((uint8_t *)room + 4, sizeof room - 8, &good) == RW_ERR_SIZE);
    CHECK(rw_cid_init(NULL, sizeof room, &good) == RW_ERR_ARGUMENT);
    CHECK(rw_cid_init(room, sizeof room, &bad_rate) == RW_ERR_ARGUMENT);
    CHECK(rw_cid_init(room, (size_t)size, &good) == 0);
    CHECK(rw_cid_feed(room, NULL, 0) == 0);
    CHECK(rw_cid_feed(room, NULL, 5) == 0);
    rw_cid_event event;
    CHECK(rw_cid_poll(room, &event) == 0);
    CHECK(rw_cid_poll(room, NULL) == 0);
}

/* A whole call, its times and its figures, under each standard and at both rates. */
static void test_call(uint32_t standard, uint32_t rate, double stop) {
    uint8_t data[sizeof CALL];
    memcpy(data, CALL, sizeof CALL);
    size_t n = with_checksum(data, sizeof CALL - 1);
    begin(standard, rate);
    double start = line.n;
    signal_burst(&line, data, n, stop);
    double end = line.n - (stop - 1) / 1200 * rate;
    signal_silence(&line, 0.05);
    rw_cid_config config = {rate, RW_STD_AUTO, 0};
    listen(&config, 80, 0, 1, &found);
    CHECK(found.n == 2);
    if (found.n != 2) return;
    const rw_cid_event *carrier = &found.event[0], *message = &found.event[1];
    CHECK(carrier->type == RW_CID_EVENT_CARRIER && carrier->standard == standard);
    CHECK(is_near(carrier->start, start, rate * 0.005));
    CHECK(message->type == RW_CID_EVENT_MESSAGE && message->standard == standard);
    CHECK(message->flags == RW_CID_CHECKSUM_OK);
    CHECK(message->length == n && !memcmp(message->data, data, n));
    CHECK(is_near(message->start, start, rate * 0.005));
    CHECK(is_near(message->end, end, rate * 0.001));
    CHECK(message->level_ddb > -160 && message->level_ddb < -140);
    CHECK(message->snr_ddb > 300);
    CHECK(message->quality >= 90 && message->quality <= 100);
    CHECK(abs(message->frequency_ppm) < 1500);
    CHECK(message->corrected == 0);
}

/* The verdict may not wait: everything is known 20 ms after the last bit, without flush. */
static void test_delay(uint32_t standard) {
    uint8_t data[sizeof CALL];
    memcpy(data, CALL, sizeof CALL);
    size_t n = with_checksum(data, sizeof CALL - 1);
    begin(standard, 8000);
    signal_burst(&line, data, n, 1);
    uint32_t end = line.n;
    signal_silence(&line, 0.020);
    CHECK(line.n - end == 160);
    rw_cid_config config = {8000, RW_STD_AUTO, 0};
    listen(&config, 1, RW_CID_EVENT_MESSAGE, 0, &found);
    CHECK(found.n == 1);
}

static void test_checksum(void) {
    uint8_t data[sizeof CALL];
    for (uint32_t which = 0; which < 3; which++) {
        memcpy(data, CALL, sizeof CALL);
        size_t n = with_checksum(data, sizeof CALL - 1);
        data[which == 0 ? n - 1 : which == 1 ? 15 : 5] ^= 1;
        begin(which & 1 ? RW_STD_V23 : RW_STD_BELL202, 8000);
        signal_burst(&line, data, n, 1);
        signal_bit(&line, 1, 10);
        signal_silence(&line, 0.2);
        listen_auto(0, &found);
        CHECK(found.n == 0);
        listen_auto(RW_CID_REPORT_BAD, &found);
        CHECK(found.n == 1);
        CHECK(found.event[0].flags == 0);
        CHECK(found.event[0].length == n && !memcmp(found.event[0].data, data, n));
    }
}

/* The line goes dead in the middle of a message. */
static void test_cut(void) {
    uint8_t data[sizeof CALL];
    memcpy(data, CALL, sizeof CALL);
    size_t n = with_checksum(data, sizeof CALL - 1);
    begin(RW_STD_BELL202, 8000);
    signal_burst(&line, data, n - 5, 1);
    signal_silence(&line, 0.2);
    listen_auto(0, &found);
    CHECK(found.n == 0);
    listen_auto(RW_CID_REPORT_BAD, &found);
    CHECK(found.n == 1 && !(found.event[0].flags & RW_CID_CHECKSUM_OK));
    CHECK(found.event[0].length >= n - 6 && found.event[0].length < n);
}

/* A right sum over lengths that do not add up is chance: it is not reported, and the parser refuses it too. */
static void test_hostile(void) {
    uint8_t data[8] = {0x80, 4, 0x02, 200, 'x', 'y'};
    size_t n = with_checksum(data, 6);
    rw_message message;
    begin(RW_STD_V23, 8000);
    signal_burst(&line, data, n, 1);
    signal_silence(&line, 0.1);
    listen_auto(0, &found);
    CHECK(found.n == 0);
    CHECK(rw_message_parse(RW_STD_V23, data, n, &message) == RW_ERR_LENGTH);
}

static int same_events(const heard *a, const heard *b) {
    return a->n == b->n && !memcmp(a->event, b->event, a->n * sizeof a->event[0]);
}

static void test_blocks(void) {
    static const size_t sizes[] = {1, 7, 160, 997, SIGNAL_MAX};
    static heard other;
    uint8_t data[sizeof CALL];
    memcpy(data, CALL, sizeof CALL);
    size_t n = with_checksum(data, sizeof CALL - 1);
    begin(RW_STD_BELL202, 8000);
    signal_noise(&line, 0.1);
    signal_burst(&line, data, n, 1.4);
    signal_noise(&line, 0.1);
    signal_keys(&line, "A12345C", 0.05, 0.05);
    signal_dual(&line, 2130, 2750, 0.09);
    signal_silence(&line, 0.1);
    rw_cid_config config = {8000, RW_STD_AUTO, RW_CID_REPORT_BAD};
    listen(&config, 80, 0, 1, &found);
    CHECK(found.n >= 4);
    for (uint32_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        listen(&config, sizes[i], 0, 1, &other);
        CHECK(same_events(&found, &other));
    }
}

/* Nobody polls: the decoder stops taking samples before it loses an event. */
static void test_queue(void) {
    static uint64_t room[RW_CID_STATE_MAX / 8];
    rw_cid_config config = {8000, RW_STD_DTMF, 0};
    begin(RW_STD_V23, 8000);
    for (int i = 0; i < 12; i++) signal_keys(&line, "D123C", 0.045, 0.04);
    CHECK(rw_cid_init(room, sizeof room, &config) == 0);
    size_t taken = rw_cid_feed(room, line.sample, line.n);
    CHECK(taken < line.n);
    CHECK(rw_cid_feed(room, line.sample + taken, line.n - taken) == 0);
    memset(&found, 0, sizeof found);
    drain(room, &found, RW_CID_EVENT_MESSAGE);
    while (taken < line.n) {
        taken += rw_cid_feed(room, line.sample + taken, line.n - taken);
        drain(room, &found, RW_CID_EVENT_MESSAGE);
    }
    CHECK(found.n == 12);
}

static void test_dtmf(const char *keys, double tone, double pause, const char *expected) {
    begin(RW_STD_V23, 8000);
    double start = line.n;
    signal_keys(&line, keys, tone, pause);
    double end = line.n - pause * 8000;
    signal_silence(&line, 0.4);
    listen_auto(0, &found);
    CHECK(found.n == (expected ? 1u : 0u));
    if (!expected || !found.n) return;
    const rw_cid_event *e = &found.event[0];
    CHECK(e->standard == RW_STD_DTMF && e->flags == (RW_CID_CHECKSUM_OK | RW_CID_NO_CHECKSUM));
    CHECK(e->length == strlen(expected) && !memcmp(e->data, expected, e->length));
    CHECK(is_near(e->start, start, 80));
    CHECK(is_near(e->end, end, 80));
}

static void test_dtmf_end(void) {
    begin(RW_STD_V23, 8000);
    signal_keys(&line, "A13800138000", 0.07, 0.07);
    rw_cid_config config = {8000, RW_STD_AUTO, 0};
    listen(&config, 80, RW_CID_EVENT_MESSAGE, 0, &found);
    CHECK(found.n == 0); /* more may come */
    listen(&config, 80, RW_CID_EVENT_MESSAGE, 1, &found);
    CHECK(found.n == 1);
    signal_keys(&line, "C", 0.07, 0.0);
    signal_silence(&line, 0.020);
    listen(&config, 1, RW_CID_EVENT_MESSAGE, 0, &found);
    CHECK(found.n == 1); /* 20 ms after the end digit */
}

/* A key that is lost in a string makes another number: it must not pass. */
static void test_dtmf_hole(void) {
    begin(RW_STD_V23, 8000);
    signal_keys(&line, "A1380", 0.07, 0.07);
    signal_silence(&line, 0.14);
    signal_keys(&line, "38000C", 0.07, 0.07);
    signal_silence(&line, 0.4);
    listen_auto(0, &found);
    CHECK(found.n == 0);
}

static void test_alert(void) {
    begin(RW_STD_V23, 8000);
    double start = line.n;
    signal_dual(&line, 2130, 2750, 0.080);
    signal_silence(&line, 0.1);
    rw_cid_config config = {8000, RW_STD_AUTO, 0};
    listen(&config, 80, 0, 1, &found);
    CHECK(found.n == 1 && found.event[0].type == RW_CID_EVENT_TONE_ALERT);
    CHECK(is_near(found.event[0].start, start, 80));
    CHECK(is_near(found.event[0].end, start + 640, 80));
}

static uint8_t even(uint8_t c) {
    uint8_t ones = 0;
    for (int i = 0; i < 7; i++) ones = (uint8_t)(ones + ((c >> i) & 1));
    return (uint8_t)(c | (ones & 1 ? 0x80 : 0));
}

/* CRC-16 by long division, bits in the order in which they are sent. */
static uint16_t long_division(const uint8_t *data, size_t n) {
    uint16_t rest = 0;
    for (size_t i = 0; i < 8 * n; i++) {
        int bit = (data[i / 8] >> (i % 8)) & 1, top = rest >> 15;
        rest = (uint16_t)(rest << 1);
        if (bit ^ top) rest ^= 0x1021;
    }
    uint16_t reversed = 0;
    for (int i = 0; i < 16; i++)
        if (rest & (1 << i)) reversed = (uint16_t)(reversed | 0x8000 >> i);
    return reversed;
}

static void test_ntt(void) {
    static const uint8_t plain[] = {0x10, 0x01, 0x07, 0x10, 0x02, 0x40, 14, 0x02, 10, '0', '3', '1', '2', '3', '4', '5', '6', '7', '8', 0x21, 0, 0x10, 0x03};
    uint8_t frame[40];
    size_t n = 0;
    for (size_t i = 0; i < sizeof plain; i++) frame[n++] = even(plain[i]);
    uint16_t crc = long_division(frame + 2, n - 2);
    frame[n++] = (uint8_t)crc;
    frame[n++] = (uint8_t)(crc >> 8);
    for (int damaged = 0; damaged < 2; damaged++) {
        if (damaged) frame[11] ^= 0x81; /* parity stays even */
        begin(RW_STD_V23, 8000);
        signal_bit(&line, 1, 100);
        for (size_t i = 0; i < n; i++) signal_byte(&line, frame[i], 1);
        signal_silence(&line, 0.1);
        rw_message message;
        listen_auto(0, &found);
        CHECK(found.n == (damaged ? 0u : 1u));
        if (damaged || !found.n) continue;
        CHECK(found.event[0].standard == RW_STD_NTT && found.event[0].length == 18);
        CHECK(!rw_message_parse(RW_STD_NTT, found.event[0].data, found.event[0].length, &message));
        CHECK(!strcmp(message.number, "0312345678"));
    }
}

/* One standard asked for: the other's bursts are not reported under a wrong name. */
static void test_other_standard(void) {
    uint8_t data[sizeof CALL];
    memcpy(data, CALL, sizeof CALL);
    size_t n = with_checksum(data, sizeof CALL - 1);
    begin(RW_STD_BELL202, 8000);
    signal_burst(&line, data, n, 1);
    signal_silence(&line, 0.1);
    rw_cid_config v23 = {8000, RW_STD_V23, 0}, bell = {8000, RW_STD_BELL202, 0}, dtmf = {8000, RW_STD_DTMF, 0};
    listen(&v23, 80, RW_CID_EVENT_MESSAGE, 1, &found);
    CHECK(found.n == 0);
    listen(&dtmf, 80, RW_CID_EVENT_MESSAGE, 1, &found);
    CHECK(found.n == 0);
    listen(&bell, 80, RW_CID_EVENT_MESSAGE, 1, &found);
    CHECK(found.n == 1);
}

static void test_two_in_a_row(void) {
    uint8_t data[sizeof CALL];
    memcpy(data, CALL, sizeof CALL);
    size_t n = with_checksum(data, sizeof CALL - 1);
    begin(RW_STD_BELL202, 8000);
    for (int i = 0; i < 2; i++) {
        signal_burst(&line, data, n, 1);
        signal_silence(&line, 0.3);
    }
    listen_auto(0, &found);
    CHECK(found.n == 2);
    CHECK(found.n == 2 && found.event[1].start > found.event[0].end);
}

static void test_nothing(void) {
    rw_cid_config config = {8000, RW_STD_AUTO, RW_CID_REPORT_BAD};
    begin(RW_STD_BELL202, 8000);
    signal_noise(&line, 4);
    line.gain = 0.9;
    signal_noise(&line, 2);
    signal_silence(&line, 2);
    signal_dual(&line, 350, 440, 2);
    listen(&config, 80, 0, 1, &found);
    CHECK(found.n == 0);
}

/* The loudest input there is: nothing inside may overflow (the sanitizers watch). */
static void test_extremes(void) {
    static const uint32_t periods[] = {2, 3, 4, 6, 7, 8, 11};
    rw_cid_config config = {16000, RW_STD_AUTO, RW_CID_REPORT_BAD};
    for (uint32_t p = 0; p < sizeof periods / sizeof periods[0]; p++) {
        begin(RW_STD_BELL202, 16000);
        for (uint32_t i = 0; i < 6000; i++) line.sample[line.n++] = (int16_t)(i % periods[p] < periods[p] / 2 ? 32767 : -32768);
        listen(&config, 333, RW_CID_EVENT_MESSAGE, 1, &found);
        CHECK(found.n == 0);
    }
}

static void test_arithmetic(void) {
    for (int degrees = 0; degrees < 360; degrees += 7) {
        double turn = degrees * SIGNAL_PI / 180, re = 2e6 * cos(turn), im = 2e6 * sin(turn);
        int32_t units = (int32_t)lrint(degrees * 65536 / 360.0);
        int32_t off = cid_angle((int64_t)re, (int64_t)im) - units;
        off = ((off + 32768) & 65535) - 32768;
        CHECK(abs(off) <= 8);
        CHECK(fabs(cid_magnitude((int32_t)re, (int32_t)im) / 2e6 - 1) < 0.006);
        CHECK(fabs((double)cid_length((int64_t)(re * 1e9), (int64_t)(im * 1e9)) / 2e15 - 1) < 1e-6);
    }
    CHECK(cid_angle(0, 0) == 0);
    CHECK(cid_ddb_ratio(1000, 1) == 300 || cid_ddb_ratio(1000, 1) == 299);
    CHECK(cid_ddb_ratio(0, 0) == 0);
    CHECK(cid_ddb_ratio(1, 1000000000000ull) <= -1199);
}

int main(void) {
    test_arguments();
    test_arithmetic();
    for (uint32_t rate = 8000; rate <= 16000; rate += 8000) {
        test_call(RW_STD_BELL202, rate, 1);
        test_call(RW_STD_V23, rate, 1.4);
    }
    test_delay(RW_STD_BELL202);
    test_delay(RW_STD_V23);
    test_checksum();
    test_cut();
    test_hostile();
    test_blocks();
    test_queue();
    test_dtmf("D13800138000C", 0.070, 0.070, "D13800138000C");
    test_dtmf("A02087654321#", 0.040, 0.040, "A02087654321#");
    test_dtmf("D1#", 0.060, 0.060, "D1#");
    test_dtmf("B00C", 0.060, 0.060, "B00C");
    test_dtmf("A12345678", 0.070, 0.070, "A12345678");
    test_dtmf("13800138000", 0.070, 0.070, NULL); /* somebody dials */
    test_dtmf("A02087654321C", 0.020, 0.060, NULL);
    test_dtmf("7", 0.100, 0.060, NULL);
    test_dtmf_end();
    test_dtmf_hole();
    test_alert();
    test_ntt();
    test_other_standard();
    test_two_in_a_row();
    test_nothing();
    test_extremes();
    printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
