/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signatures are verified here, never made: everything that goes in is public, so nothing need hide in time or memory.
 * Verifiers answer 1 for a valid signature, 0 for anything else; every byte may be hostile.
 */
#ifndef RINGWARDEN_CRYPTO_H
#define RINGWARDEN_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

/*
 * Ed25519 (RFC 8032, 5.1.7): `public_key` 32 bytes, `signature` 64 bytes. No prehash. S must be below the group's order;
 * the equation is checked without the cofactor, as most verifiers do.
 */
int32_t rw_ed25519_verify(const uint8_t *public_key, const uint8_t *signature, const uint8_t *message, size_t length);

/* The same for a message that comes in pieces: `hash` is SHA-512 of the signature's first half, the key and the message. */
int32_t rw_ed25519_check(const uint8_t *public_key, const uint8_t *signature, const uint8_t *hash);

/*
 * ECDSA over NIST P-256 (FIPS 186-5, 6.4.2; SEC 1, 4.1.4) of a 32-byte digest: `public_key` is x and y, `signature` is r and
 * s, each number 32 bytes with the highest byte first. A point that is not on the curve verifies nothing.
 */
int32_t rw_p256_verify(const uint8_t *public_key, const uint8_t *signature, const uint8_t *digest);

/* SHA-512 (FIPS 180-4) as a stream. */
typedef struct {
    uint64_t state[8];
    uint64_t length; /* bytes taken so far */
    uint8_t block[128];
} rw_sha512;

void rw_sha512_init(rw_sha512 *sha);
void rw_sha512_update(rw_sha512 *sha, const uint8_t *bytes, size_t length);

/* Writes 64 bytes; `sha` must be initialised before it is used again. */
void rw_sha512_final(rw_sha512 *sha, uint8_t *digest);

#endif
