/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays raw samples (int16, 8 kHz, standard input) to spandsp's caller-ID receiver: `spandsp_rx class|clip|jclip|dtmf`.
 * A line a message that spandsp delivers as good: sample at which it did, then fields as type:hex.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <spandsp.h>

static long heard_at;
static adsi_rx_state_t *receiver;

static void delivered(void *user_data, const uint8_t *message, int length) {
    (void)user_data;
    printf("%ld", heard_at);
    uint8_t type = 0;
    const uint8_t *body = NULL;
    int size = 0;
    int place = -1;
    while ((place = adsi_next_field(receiver, message, length, place, &type, &body, &size)) > 0) {
        printf(" %02x:", type);
        for (int i = 0; body != NULL && i < size; i++) {
            printf("%02x", body[i]);
        }
    }
    printf("\n");
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int standard;
    } standards[] = {{"class", ADSI_STANDARD_CLASS},
                     {"clip", ADSI_STANDARD_CLIP},
                     {"jclip", ADSI_STANDARD_JCLIP},
                     {"dtmf", ADSI_STANDARD_CLIP_DTMF}};
    int standard = 0;
    for (size_t i = 0; argc == 2 && i < sizeof standards / sizeof standards[0]; i++) {
        if (strcmp(argv[1], standards[i].name) == 0) {
            standard = standards[i].standard;
        }
    }
    receiver = standard ? adsi_rx_init(NULL, standard, delivered, NULL) : NULL;
    if (receiver == NULL) {
        fprintf(stderr, "usage: spandsp_rx class|clip|jclip|dtmf <samples.raw\n");
        return 2;
    }
    int16_t block[80];
    size_t n;
    while ((n = fread(block, sizeof block[0], sizeof block / sizeof block[0], stdin)) > 0) {
        heard_at += (long)n;
        adsi_rx(receiver, block, (int)n);
    }
    return 0;
}
