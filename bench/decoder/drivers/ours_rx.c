/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plays a file of raw samples (int16) to our decoder, `ours_rx RATE STANDARDS FILE`, and prints how many messages it
 * heard. Nothing else is done, so that counted instructions are the decoder's: the file is read whole, beforehand.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "ringwarden/cid.h"

static uint64_t state[RW_CID_STATE_MAX / sizeof(uint64_t)];

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: ours_rx RATE STANDARDS FILE\n");
        return 2;
    }
    const rw_cid_config config = {(uint32_t)strtoul(argv[1], NULL, 10), (uint32_t)strtoul(argv[2], NULL, 10), 0};
    FILE *file = fopen(argv[3], "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        fprintf(stderr, "cannot read %s\n", argv[3]);
        return 2;
    }
    const long bytes = ftell(file);
    rewind(file);
    int16_t *samples = malloc((size_t)bytes + 2u);
    if (bytes < 0 || samples == NULL || fread(samples, 1, (size_t)bytes, file) != (size_t)bytes ||
        rw_cid_init(state, sizeof state, &config) != 0) {
        fprintf(stderr, "cannot play %s\n", argv[3]);
        return 2;
    }
    fclose(file);
    unsigned messages = 0;
    rw_cid_event event;
    size_t place = 0;
    const size_t total = (size_t)bytes / sizeof samples[0];
    while (place < total) {
        const size_t block = total - place < 80u ? total - place : 80u;
        place += rw_cid_feed(state, samples + place, block);
        while (rw_cid_poll(state, &event)) {
            messages += event.type == RW_CID_EVENT_MESSAGE;
        }
    }
    printf("%u\n", messages);
    free(samples);
    return 0;
}
