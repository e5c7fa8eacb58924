/* SPDX-License-Identifier: Apache-2.0 */
/* Ed25519 (RFC 8032) with Monocypher's curve arithmetic; that library's own EdDSA hashes with BLAKE2b, this one needs SHA-512. */
#include "monocypher.h"
#include "ringwarden/crypto.h"

int32_t rw_ed25519_check(const uint8_t *public_key, const uint8_t *signature, const uint8_t *hash) {
    uint8_t reduced[32];

    crypto_eddsa_reduce(reduced, hash);
    return crypto_eddsa_check_equation(signature, public_key, reduced) == 0;
}

int32_t rw_ed25519_verify(const uint8_t *public_key, const uint8_t *signature, const uint8_t *message, size_t length) {
    rw_sha512 sha;
    uint8_t hash[64];

    rw_sha512_init(&sha);
    rw_sha512_update(&sha, signature, 32); /* R */
    rw_sha512_update(&sha, public_key, 32);
    rw_sha512_update(&sha, message, length);
    rw_sha512_final(&sha, hash);
    return rw_ed25519_check(public_key, signature, hash);
}
