/* SPDX-License-Identifier: Apache-2.0 */
/* Caller-ID signals for the C tests and fuzzers, in double arithmetic and apart from the decoder. */
#ifndef CID_SIGNALS_H
#define CID_SIGNALS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define SIGNAL_MAX 160000u
#define SIGNAL_PI 3.14159265358979323846

typedef struct {
    double rate, gain;      /* gain 1.0 is full scale */
    double phase, time;     /* of the FSK oscillator; seconds not yet turned into samples */
    double mark, space, baud;
    uint32_t n;
    int16_t sample[SIGNAL_MAX];
} signal;

static void signal_begin(signal *s, double rate, double mark, double space) {
    s->rate = rate;
    s->gain = 0.12; /* about -15 dBm0 */
    s->phase = s->time = 0;
    s->mark = mark;
    s->space = space;
    s->baud = 1200;
    s->n = 0;
}

static void signal_put(signal *s, double x) {
    if (s->n < SIGNAL_MAX) s->sample[s->n++] = (int16_t)(x > 1 ? 32767 : x < -1 ? -32767 : lrint(x * 32767));
}

static void signal_silence(signal *s, double seconds) {
    for (double k = 0; k < seconds * s->rate; k++) signal_put(s, 0);
}

static void signal_bit(signal *s, int bit, double bits) {
    double hz = bit ? s->mark : s->space;
    s->time += bits / s->baud;
    while (s->time > 0) {
        s->phase += 2 * SIGNAL_PI * hz / s->rate;
        s->time -= 1 / s->rate;
        signal_put(s, s->gain * sin(s->phase));
    }
    s->phase += 2 * SIGNAL_PI * hz * s->time; /* the next bit's tone begins inside this sample */
    s->phase -= 2 * SIGNAL_PI * (bit ? s->mark : s->space) * s->time;
}

static void signal_byte(signal *s, uint8_t byte, double stop) {
    signal_bit(s, 0, 1);
    for (int i = 0; i < 8; i++) signal_bit(s, (byte >> i) & 1, 1);
    signal_bit(s, 1, stop);
}

static void signal_burst(signal *s, const uint8_t *data, size_t n, double stop) {
    for (int i = 0; i < 300; i++) signal_bit(s, i & 1, 1);
    signal_bit(s, 1, 180);
    for (size_t i = 0; i < n; i++) signal_byte(s, data[i], stop);
    s->time = 0;
}

static void signal_dual(signal *s, double one, double two, double seconds) {
    for (double k = 0; k < seconds * s->rate; k++)
        signal_put(s, s->gain * (sin(2 * SIGNAL_PI * one * k / s->rate) + sin(2 * SIGNAL_PI * two * k / s->rate)));
}

static void signal_keys(signal *s, const char *keys, double tone, double pause) {
    static const double row[4] = {697, 770, 852, 941}, column[4] = {1209, 1336, 1477, 1633};
    static const char letters[] = "123A456B789C*0#D";
    for (; *keys; keys++) {
        const char *at = strchr(letters, *keys);
        if (!at) continue;
        signal_dual(s, row[(at - letters) / 4], column[(at - letters) % 4], tone);
        signal_silence(s, pause);
    }
}

static uint32_t signal_seed = 1;

static double signal_random(void) { /* -1..1 */
    signal_seed = signal_seed * 1664525u + 1013904223u;
    return (double)(int32_t)signal_seed / 2147483648.0;
}

static void signal_noise(signal *s, double seconds) {
    for (double k = 0; k < seconds * s->rate; k++) signal_put(s, s->gain * (signal_random() + signal_random()));
}

/* Append the checksum of `n` bytes; the length that results. */
static size_t with_checksum(uint8_t *data, size_t n) {
    uint8_t sum = 0;
    for (size_t i = 0; i < n; i++) sum = (uint8_t)(sum + data[i]);
    data[n] = (uint8_t)-sum;
    return n + 1;
}

#endif
