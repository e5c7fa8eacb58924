/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, signatures and messages of any bytes: nothing is overrun, and what verifies does so every time. */
#include <stdlib.h>
#include <string.h>

#include "ringwarden/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    uint8_t *key;
    uint8_t digest[64];
    rw_sha512 sha;

    if (size < 160) {
        return 0;
    }
    key = malloc(160); /* on the heap, so that a byte too far is seen */
    if (key == NULL) {
        return 0;
    }
    memcpy(key, data, 160);
    if (rw_p256_verify(key, key + 64, key + 128) != rw_p256_verify(key, key + 64, key + 128) ||
        rw_ed25519_verify(key, key + 96, data + 160, size - 160) != rw_ed25519_verify(key, key + 96, data + 160, size - 160)) {
        abort();
    }
    rw_sha512_init(&sha);
    rw_sha512_update(&sha, data, size);
    rw_sha512_final(&sha, digest);
    free(key);
    return 0;
}
