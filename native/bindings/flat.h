/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library as Python sees it: plain functions over flat buffers. Both bindings (cffi for CPython, the native module for
 * MicroPython) are thin shells around these, so that a call behaves the same on either interpreter.
 *
 * Every function returns a number from 0 up, a negative RW_ERR_* of the library, or RW_FLAT_BUFFER when a buffer that was
 * handed in cannot be used (too small, odd address, never initialised): the bindings raise ValueError for that one.
 *
 * A decoder's state begins with a header of this file, so that a buffer that is too small or was never initialised is
 * refused instead of overrun. Structures are copied in and out: a Python buffer need not be aligned for them.
 */
#ifndef RINGWARDEN_BINDINGS_FLAT_H
#define RINGWARDEN_BINDINGS_FLAT_H

#include <string.h>

#include "ringwarden/cid.h"
#include "ringwarden/crypto.h"
#include "ringwarden/delta.h"
#include "ringwarden/list.h"
#include "ringwarden/message.h"

#define RW_FLAT_BUFFER (-100)
#define RW_FLAT_KEY_LIMIT ((uint64_t)1 << 62) /* keys and sizes that both interpreters hand over whole are below this */
#define RW_FLAT_STATE_HEADER 16u              /* keeps the 8-byte alignment of what follows */
#define RW_FLAT_STATE_MAGIC 0x44435752u       /* "RWCD" */
#define RW_FLAT_DELTA_MAGIC 0x41445752u       /* "RWDA" */

/* The sizes that native.py unpacks. A compiler that lays the structures out otherwise stops here. */
typedef char rw_flat_event_is_312[sizeof(rw_cid_event) == 312 ? 1 : -1];
typedef char rw_flat_message_is_256[sizeof(rw_message) == 256 ? 1 : -1];
typedef char rw_flat_query_is_80[sizeof(rw_list_query) == 80 ? 1 : -1];
typedef char rw_flat_sha512_is_200[sizeof(rw_sha512) == 200 ? 1 : -1];

typedef struct {
    uint32_t magic;
    uint32_t size; /* of the decoder's own state, behind this header */
    uint32_t reserved[2];
} rw_flat_state;

/* Bytes of state to allocate for a decoder, or RW_ERR_ARGUMENT. */
static inline int32_t rw_flat_cid_state_size(uint32_t rate, uint32_t standards, uint32_t flags) {
    const rw_cid_config config = {rate, standards, flags};
    const int32_t size = rw_cid_state_size(&config);
    return size < 0 ? size : size + (int32_t)RW_FLAT_STATE_HEADER;
}

static inline int32_t rw_flat_cid_init(uint8_t *state, size_t size, uint32_t rate, uint32_t standards, uint32_t flags) {
    const rw_cid_config config = {rate, standards, flags};
    const int32_t needed = rw_cid_state_size(&config);
    if (needed < 0) {
        return needed;
    }
    if (size < RW_FLAT_STATE_HEADER + (size_t)needed || ((uintptr_t)state & 7u) != 0) {
        return RW_FLAT_BUFFER;
    }
    const rw_flat_state header = {RW_FLAT_STATE_MAGIC, (uint32_t)needed, {0, 0}};
    const int32_t status = rw_cid_init(state + RW_FLAT_STATE_HEADER, (size_t)needed, &config);
    if (status == 0) {
        memcpy(state, &header, sizeof header);
    }
    return status;
}

/* What stands behind the header, or NULL when `state` was not prepared as one of this kind. */
static inline void *rw_flat_prepared(uint8_t *state, size_t size, uint32_t magic) {
    rw_flat_state header;
    if (size < RW_FLAT_STATE_HEADER || ((uintptr_t)state & 7u) != 0) {
        return NULL;
    }
    memcpy(&header, state, sizeof header);
    if (header.magic != magic || header.size > size - RW_FLAT_STATE_HEADER) {
        return NULL;
    }
    return state + RW_FLAT_STATE_HEADER;
}

static inline void *rw_flat_decoder(uint8_t *state, size_t size) {
    return rw_flat_prepared(state, size, RW_FLAT_STATE_MAGIC);
}

/* Feed the samples from index `first` on (`bytes` is the size of the whole buffer): how many were taken. */
static inline int32_t rw_flat_cid_feed(uint8_t *state, size_t size, const uint8_t *samples, size_t bytes, size_t first) {
    void *const decoder = rw_flat_decoder(state, size);
    const size_t count = bytes / sizeof(int16_t);
    if (decoder == NULL || ((uintptr_t)samples & 1u) != 0 || bytes % sizeof(int16_t) != 0 || first > count) {
        return RW_FLAT_BUFFER;
    }
    const size_t rest = count - first;
    const size_t n = rest > 0x3fffffffu ? 0x3fffffffu : rest;
    /* The address is even (checked above): the detour over void keeps -Wcast-align quiet about it. */
    const int16_t *const line = (const int16_t *)(const void *)samples;
    return n == 0 ? 0 : (int32_t)rw_cid_feed(decoder, line + first, n);
}

/* 1 and the event's 312 bytes in `event`, or 0 when there is none. */
static inline int32_t rw_flat_cid_poll(uint8_t *state, size_t size, uint8_t *event, size_t event_size) {
    void *const decoder = rw_flat_decoder(state, size);
    rw_cid_event out;
    if (decoder == NULL || event_size < sizeof out) {
        return RW_FLAT_BUFFER;
    }
    memset(&out, 0, sizeof out);
    const int32_t found = rw_cid_poll(decoder, &out);
    if (found > 0) {
        memcpy(event, &out, sizeof out);
    }
    return found;
}

static inline int32_t rw_flat_cid_flush(uint8_t *state, size_t size) {
    void *const decoder = rw_flat_decoder(state, size);
    if (decoder == NULL) {
        return RW_FLAT_BUFFER;
    }
    rw_cid_flush(decoder);
    return 0;
}

/* The message's 256 bytes into `out` when it returns 0; otherwise `out` is left as it was. */
static inline int32_t rw_flat_message_parse(uint32_t standard, const uint8_t *data, size_t length, uint8_t *out, size_t out_size) {
    rw_message message;
    if (out_size < sizeof message) {
        return RW_FLAT_BUFFER;
    }
    memset(&message, 0, sizeof message);
    const int32_t status = rw_message_parse(standard, data, length, &message);
    if (status == 0) {
        memcpy(out, &message, sizeof message);
    }
    return status;
}

/*
 * Step over one parameter of a message: `cursor` is 0 at first, then what the last call returned; 0 at the end. The parameter
 * that was stepped over ends where the new cursor stands: type, length and value begin at `cursor` (2 when that is 0).
 */
static inline int32_t rw_flat_message_parameter(const uint8_t *data, size_t length, size_t cursor) {
    uint8_t type;
    const uint8_t *value;
    size_t size;
    const int32_t status = rw_message_parameter(data, length, &cursor, &type, &value, &size);
    return status > 0 ? (int32_t)cursor : status;
}

/* Length of the header of the list that begins with these bytes (16 at least), or a negative error. */
static inline int32_t rw_flat_list_header_length(const uint8_t *bytes, size_t size, uint64_t file_size) {
    return rw_list_header_length(bytes, size, file_size);
}

/* Bytes of memory to allocate for an opened list with this header, or a negative error. */
static inline int32_t rw_flat_list_memory(const uint8_t *header, size_t size) {
    return rw_list_memory(header, size);
}

static inline int32_t rw_flat_list_open(uint8_t *list, size_t list_size, const uint8_t *header, size_t length, uint64_t file_size) {
    if (list_size < sizeof(rw_list) || ((uintptr_t)list & 7u) != 0) {
        return RW_FLAT_BUFFER;
    }
    return rw_list_open((rw_list *)(void *)list, list_size, header, length, file_size);
}

/* The opened list in a buffer, or NULL when there is none. */
static inline rw_list *rw_flat_list(uint8_t *list, size_t list_size) {
    rw_list *const opened = (rw_list *)(void *)list;
    if (list_size < sizeof(rw_list) || ((uintptr_t)list & 7u) != 0 || !rw_list_is_open(opened, list_size)) {
        return NULL;
    }
    return opened;
}

#define RW_FLAT_LIST_COUNT 0u
#define RW_FLAT_LIST_TOP_OFFSET 1u
#define RW_FLAT_LIST_TOP_LENGTH 2u
#define RW_FLAT_LIST_RULES_OFFSET 3u
#define RW_FLAT_LIST_RULES_LENGTH 4u

/* A number of an opened list: how many it holds, where the top of its index and its rules stand. All are 32 bits wide. */
static inline int64_t rw_flat_list_field(uint8_t *list, size_t list_size, uint32_t field) {
    const rw_list *const opened = rw_flat_list(list, list_size);
    if (opened == NULL) {
        return RW_FLAT_BUFFER;
    }
    switch (field) {
    case RW_FLAT_LIST_COUNT:
        return (int64_t)rw_list_count(opened);
    case RW_FLAT_LIST_TOP_OFFSET:
        return opened->top_offset;
    case RW_FLAT_LIST_TOP_LENGTH:
        return opened->top_length;
    case RW_FLAT_LIST_RULES_OFFSET:
        return opened->rules_offset;
    case RW_FLAT_LIST_RULES_LENGTH:
        return opened->rules_length;
    default:
        return RW_ERR_ARGUMENT;
    }
}

static inline int32_t rw_flat_list_load_top(uint8_t *list, size_t list_size, const uint8_t *bytes, size_t length) {
    rw_list *const opened = rw_flat_list(list, list_size);
    return opened == NULL ? RW_FLAT_BUFFER : rw_list_load_top(opened, list_size, bytes, length);
}

static inline int32_t rw_flat_list_begin(uint8_t *list, size_t list_size, uint8_t *query, size_t query_size, uint64_t key) {
    const rw_list *const opened = rw_flat_list(list, list_size);
    rw_list_query asked;
    if (opened == NULL || query_size < sizeof asked) {
        return RW_FLAT_BUFFER;
    }
    memset(&asked, 0, sizeof asked);
    const int32_t status = rw_list_begin(opened, &asked, key);
    memcpy(query, &asked, sizeof asked);
    return status;
}

static inline int32_t rw_flat_list_next(uint8_t *list, size_t list_size, uint8_t *query, size_t query_size,
                                        const uint8_t *bytes, size_t bytes_size, size_t length) {
    const rw_list *const opened = rw_flat_list(list, list_size);
    rw_list_query asked;
    if (opened == NULL || query_size < sizeof asked || bytes_size < length) {
        return RW_FLAT_BUFFER;
    }
    memcpy(&asked, query, sizeof asked);
    const int32_t status = rw_list_next(opened, &asked, bytes, length);
    memcpy(query, &asked, sizeof asked);
    return status;
}

/* Prepare the whole of `state` for applying a delta. */
static inline int32_t rw_flat_delta_init(uint8_t *state, size_t size) {
    if (size < RW_FLAT_STATE_HEADER || size > 0x7fffffffu || ((uintptr_t)state & 7u) != 0) {
        return RW_FLAT_BUFFER;
    }
    const rw_flat_state header = {RW_FLAT_DELTA_MAGIC, (uint32_t)(size - RW_FLAT_STATE_HEADER), {0, 0}};
    const int32_t status = rw_delta_init(state + RW_FLAT_STATE_HEADER, size - RW_FLAT_STATE_HEADER);
    if (status == 0) {
        memcpy(state, &header, sizeof header);
    }
    return status;
}

/* An RW_DELTA_*, with the 12 bytes of an rw_delta_request in `request`; `where` counts from the beginning of `state`. */
static inline int32_t rw_flat_delta_next(uint8_t *state, size_t size, uint8_t *request, size_t request_size) {
    void *const delta = rw_flat_prepared(state, size, RW_FLAT_DELTA_MAGIC);
    rw_delta_request wanted = {0, 0, 0};
    if (delta == NULL || request_size < sizeof wanted) {
        return RW_FLAT_BUFFER;
    }
    const int32_t status = rw_delta_next(delta, &wanted);
    wanted.where += RW_FLAT_STATE_HEADER;
    memcpy(request, &wanted, sizeof wanted);
    return status;
}

static inline int32_t rw_flat_delta_feed(uint8_t *state, size_t size, const uint8_t *bytes, size_t length) {
    void *const delta = rw_flat_prepared(state, size, RW_FLAT_DELTA_MAGIC);
    return delta == NULL ? RW_FLAT_BUFFER : rw_delta_feed(delta, bytes, length);
}

/* 1 or 0. Keys, signatures and digests have exactly one size. */
static inline int32_t rw_flat_ed25519_check(const uint8_t *key, size_t key_size, const uint8_t *signature,
                                            size_t signature_size, const uint8_t *hash, size_t hash_size) {
    return key_size == 32 && signature_size == 64 && hash_size == 64 ? rw_ed25519_check(key, signature, hash)
                                                                     : RW_FLAT_BUFFER;
}

static inline int32_t rw_flat_p256_verify(const uint8_t *key, size_t key_size, const uint8_t *signature,
                                          size_t signature_size, const uint8_t *digest, size_t digest_size) {
    return key_size == 64 && signature_size == 64 && digest_size == 32 ? rw_p256_verify(key, signature, digest)
                                                                       : RW_FLAT_BUFFER;
}

/* A running SHA-512 is 200 bytes; one whose bytes were never initialised hashes rubbish, and overruns nothing. */
static inline int32_t rw_flat_sha512_init(uint8_t *state, size_t size) {
    rw_sha512 sha;
    if (size < sizeof sha) {
        return RW_FLAT_BUFFER;
    }
    memset(&sha, 0, sizeof sha);
    rw_sha512_init(&sha);
    memcpy(state, &sha, sizeof sha);
    return 0;
}

static inline int32_t rw_flat_sha512_update(uint8_t *state, size_t size, const uint8_t *bytes, size_t length) {
    rw_sha512 sha;
    if (size < sizeof sha) {
        return RW_FLAT_BUFFER;
    }
    memcpy(&sha, state, sizeof sha);
    rw_sha512_update(&sha, bytes, length);
    memcpy(state, &sha, sizeof sha);
    return 0;
}

/* Writes 64 bytes of digest; the state goes on as if this had not been called. */
static inline int32_t rw_flat_sha512_final(const uint8_t *state, size_t size, uint8_t *digest, size_t digest_size) {
    rw_sha512 sha;
    if (size < sizeof sha || digest_size < 64) {
        return RW_FLAT_BUFFER;
    }
    memcpy(&sha, state, sizeof sha);
    rw_sha512_final(&sha, digest);
    return 0;
}

#endif
