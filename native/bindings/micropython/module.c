/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The C library on MicroPython: the native module `_ringwarden`. Same names and meaning as native/bindings/cffi/_ringwarden:
 * TypeError for what is no buffer (or a read-only one where the call writes), ValueError for a buffer that is too small,
 * misaligned or was never initialised and for a number out of range, a negative number for what the library refuses.
 */
#include "py/dynruntime.h"

#include "flat.h"

/* A number from 0 to 2^62 - 1, whole on 32-bit machines too, where a small int ends at 2^30. */
static uint64_t number(mp_obj_t value) {
    const mp_obj_t high = mp_binary_op(MP_BINARY_OP_RSHIFT, value, MP_OBJ_NEW_SMALL_INT(32));
    if (!mp_obj_is_small_int(high) || MP_OBJ_SMALL_INT_VALUE(high) < 0 || MP_OBJ_SMALL_INT_VALUE(high) >= (1 << 30)) {
        mp_raise_ValueError("number out of range");
    }
    return (uint64_t)MP_OBJ_SMALL_INT_VALUE(high) << 32 | (uint32_t)mp_obj_get_int(value);
}

static uint32_t number32(mp_obj_t value) {
    const uint64_t wide = number(value);
    if (wide > UINT32_MAX) {
        mp_raise_ValueError("number out of range");
    }
    return (uint32_t)wide;
}

static mp_buffer_info_t buffer(mp_obj_t object, mp_uint_t access) {
    mp_buffer_info_t info;
    if (mp_obj_get_type(object) == &mp_type_str) { /* MicroPython would take it, CPython does not */
        mp_raise_msg(&mp_type_TypeError, "not a buffer");
    }
    mp_get_buffer_raise(object, &info, access);
    return info;
}

static mp_obj_t checked(int64_t status) {
    if (status == RW_FLAT_BUFFER) {
        mp_raise_ValueError("buffer too small, misaligned or not initialised");
    }
    return status < 0 ? mp_obj_new_int((mp_int_t)status) : mp_obj_new_int_from_uint((mp_uint_t)status);
}

static mp_obj_t cid_state_size(mp_obj_t rate, mp_obj_t standards, mp_obj_t flags) {
    return checked(rw_flat_cid_state_size(number32(rate), number32(standards), number32(flags)));
}
static MP_DEFINE_CONST_FUN_OBJ_3(cid_state_size_obj, cid_state_size);

static mp_obj_t cid_init(size_t n, const mp_obj_t *args) {
    (void)n;
    const mp_buffer_info_t state = buffer(args[0], MP_BUFFER_RW);
    return checked(rw_flat_cid_init(state.buf, state.len, number32(args[1]), number32(args[2]), number32(args[3])));
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(cid_init_obj, 4, 4, cid_init);

static mp_obj_t cid_feed(mp_obj_t state_in, mp_obj_t samples_in, mp_obj_t first) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_RW);
    const mp_buffer_info_t samples = buffer(samples_in, MP_BUFFER_READ);
    return checked(rw_flat_cid_feed(state.buf, state.len, samples.buf, samples.len, number32(first)));
}
static MP_DEFINE_CONST_FUN_OBJ_3(cid_feed_obj, cid_feed);

static mp_obj_t cid_poll(mp_obj_t state_in, mp_obj_t event_in) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_RW);
    const mp_buffer_info_t event = buffer(event_in, MP_BUFFER_WRITE);
    return checked(rw_flat_cid_poll(state.buf, state.len, event.buf, event.len));
}
static MP_DEFINE_CONST_FUN_OBJ_2(cid_poll_obj, cid_poll);

static mp_obj_t cid_flush(mp_obj_t state_in) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_RW);
    return checked(rw_flat_cid_flush(state.buf, state.len));
}
static MP_DEFINE_CONST_FUN_OBJ_1(cid_flush_obj, cid_flush);

static mp_obj_t message_parse(mp_obj_t standard, mp_obj_t data_in, mp_obj_t out_in) {
    const mp_buffer_info_t data = buffer(data_in, MP_BUFFER_READ);
    const mp_buffer_info_t out = buffer(out_in, MP_BUFFER_WRITE);
    return checked(rw_flat_message_parse(number32(standard), data.buf, data.len, out.buf, out.len));
}
static MP_DEFINE_CONST_FUN_OBJ_3(message_parse_obj, message_parse);

static mp_obj_t message_parameter(mp_obj_t data_in, mp_obj_t cursor) {
    const mp_buffer_info_t data = buffer(data_in, MP_BUFFER_READ);
    return checked(rw_flat_message_parameter(data.buf, data.len, number32(cursor)));
}
static MP_DEFINE_CONST_FUN_OBJ_2(message_parameter_obj, message_parameter);

static mp_obj_t list_header_length(mp_obj_t data_in, mp_obj_t file_size) {
    const mp_buffer_info_t data = buffer(data_in, MP_BUFFER_READ);
    return checked(rw_flat_list_header_length(data.buf, data.len, number(file_size)));
}
static MP_DEFINE_CONST_FUN_OBJ_2(list_header_length_obj, list_header_length);

static mp_obj_t list_memory(mp_obj_t header_in) {
    const mp_buffer_info_t header = buffer(header_in, MP_BUFFER_READ);
    return checked(rw_flat_list_memory(header.buf, header.len));
}
static MP_DEFINE_CONST_FUN_OBJ_1(list_memory_obj, list_memory);

static mp_obj_t list_open(mp_obj_t list_in, mp_obj_t header_in, mp_obj_t file_size) {
    const mp_buffer_info_t list = buffer(list_in, MP_BUFFER_WRITE);
    const mp_buffer_info_t header = buffer(header_in, MP_BUFFER_READ);
    return checked(rw_flat_list_open(list.buf, list.len, header.buf, header.len, number(file_size)));
}
static MP_DEFINE_CONST_FUN_OBJ_3(list_open_obj, list_open);

static mp_obj_t list_field(mp_obj_t list_in, mp_obj_t field) {
    const mp_buffer_info_t list = buffer(list_in, MP_BUFFER_RW);
    return checked(rw_flat_list_field(list.buf, list.len, number32(field)));
}
static MP_DEFINE_CONST_FUN_OBJ_2(list_field_obj, list_field);

static mp_obj_t list_load_top(mp_obj_t list_in, mp_obj_t data_in) {
    const mp_buffer_info_t list = buffer(list_in, MP_BUFFER_RW);
    const mp_buffer_info_t data = buffer(data_in, MP_BUFFER_READ);
    return checked(rw_flat_list_load_top(list.buf, list.len, data.buf, data.len));
}
static MP_DEFINE_CONST_FUN_OBJ_2(list_load_top_obj, list_load_top);

static mp_obj_t list_begin(mp_obj_t list_in, mp_obj_t query_in, mp_obj_t key) {
    const mp_buffer_info_t list = buffer(list_in, MP_BUFFER_RW);
    const mp_buffer_info_t query = buffer(query_in, MP_BUFFER_WRITE);
    return checked(rw_flat_list_begin(list.buf, list.len, query.buf, query.len, number(key)));
}
static MP_DEFINE_CONST_FUN_OBJ_3(list_begin_obj, list_begin);

static mp_obj_t list_next(size_t n, const mp_obj_t *args) {
    (void)n;
    const mp_buffer_info_t list = buffer(args[0], MP_BUFFER_RW);
    const mp_buffer_info_t query = buffer(args[1], MP_BUFFER_RW);
    const mp_buffer_info_t data = buffer(args[2], MP_BUFFER_READ);
    const uint32_t length = number32(args[3]);
    return checked(rw_flat_list_next(list.buf, list.len, query.buf, query.len, data.buf, data.len, length));
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(list_next_obj, 4, 4, list_next);

static mp_obj_t delta_init(mp_obj_t state_in) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_RW);
    return checked(rw_flat_delta_init(state.buf, state.len));
}
static MP_DEFINE_CONST_FUN_OBJ_1(delta_init_obj, delta_init);

static mp_obj_t delta_next(mp_obj_t state_in, mp_obj_t request_in) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_RW);
    const mp_buffer_info_t request = buffer(request_in, MP_BUFFER_WRITE);
    return checked(rw_flat_delta_next(state.buf, state.len, request.buf, request.len));
}
static MP_DEFINE_CONST_FUN_OBJ_2(delta_next_obj, delta_next);

static mp_obj_t delta_feed(mp_obj_t state_in, mp_obj_t data_in) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_RW);
    const mp_buffer_info_t data = buffer(data_in, MP_BUFFER_READ);
    return checked(rw_flat_delta_feed(state.buf, state.len, data.buf, data.len));
}
static MP_DEFINE_CONST_FUN_OBJ_2(delta_feed_obj, delta_feed);

static mp_obj_t crc32(mp_obj_t crc, mp_obj_t data_in) {
    const mp_buffer_info_t data = buffer(data_in, MP_BUFFER_READ);
    return checked(rw_crc32(number32(crc), data.buf, data.len));
}
static MP_DEFINE_CONST_FUN_OBJ_2(crc32_obj, crc32);

static mp_obj_t ed25519_check(mp_obj_t key_in, mp_obj_t signature_in, mp_obj_t hash_in) {
    const mp_buffer_info_t key = buffer(key_in, MP_BUFFER_READ);
    const mp_buffer_info_t signature = buffer(signature_in, MP_BUFFER_READ);
    const mp_buffer_info_t hash = buffer(hash_in, MP_BUFFER_READ);
    return checked(rw_flat_ed25519_check(key.buf, key.len, signature.buf, signature.len, hash.buf, hash.len));
}
static MP_DEFINE_CONST_FUN_OBJ_3(ed25519_check_obj, ed25519_check);

static mp_obj_t p256_verify(mp_obj_t key_in, mp_obj_t signature_in, mp_obj_t digest_in) {
    const mp_buffer_info_t key = buffer(key_in, MP_BUFFER_READ);
    const mp_buffer_info_t signature = buffer(signature_in, MP_BUFFER_READ);
    const mp_buffer_info_t digest = buffer(digest_in, MP_BUFFER_READ);
    return checked(rw_flat_p256_verify(key.buf, key.len, signature.buf, signature.len, digest.buf, digest.len));
}
static MP_DEFINE_CONST_FUN_OBJ_3(p256_verify_obj, p256_verify);

static mp_obj_t sha512_init(mp_obj_t state_in) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_WRITE);
    return checked(rw_flat_sha512_init(state.buf, state.len));
}
static MP_DEFINE_CONST_FUN_OBJ_1(sha512_init_obj, sha512_init);

static mp_obj_t sha512_update(mp_obj_t state_in, mp_obj_t data_in) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_RW);
    const mp_buffer_info_t data = buffer(data_in, MP_BUFFER_READ);
    return checked(rw_flat_sha512_update(state.buf, state.len, data.buf, data.len));
}
static MP_DEFINE_CONST_FUN_OBJ_2(sha512_update_obj, sha512_update);

static mp_obj_t sha512_final(mp_obj_t state_in, mp_obj_t digest_in) {
    const mp_buffer_info_t state = buffer(state_in, MP_BUFFER_READ);
    const mp_buffer_info_t digest = buffer(digest_in, MP_BUFFER_WRITE);
    return checked(rw_flat_sha512_final(state.buf, state.len, digest.buf, digest.len));
}
static MP_DEFINE_CONST_FUN_OBJ_2(sha512_final_obj, sha512_final);

mp_obj_t mpy_init(mp_obj_fun_bc_t *self, size_t n_args, size_t n_kw, mp_obj_t *args) {
    (void)n_args;
    (void)n_kw;
    (void)args;
    MP_DYNRUNTIME_INIT_ENTRY
    mp_store_global(MP_QSTR_cid_state_size, MP_OBJ_FROM_PTR(&cid_state_size_obj));
    mp_store_global(MP_QSTR_cid_init, MP_OBJ_FROM_PTR(&cid_init_obj));
    mp_store_global(MP_QSTR_cid_feed, MP_OBJ_FROM_PTR(&cid_feed_obj));
    mp_store_global(MP_QSTR_cid_poll, MP_OBJ_FROM_PTR(&cid_poll_obj));
    mp_store_global(MP_QSTR_cid_flush, MP_OBJ_FROM_PTR(&cid_flush_obj));
    mp_store_global(MP_QSTR_message_parse, MP_OBJ_FROM_PTR(&message_parse_obj));
    mp_store_global(MP_QSTR_message_parameter, MP_OBJ_FROM_PTR(&message_parameter_obj));
    mp_store_global(MP_QSTR_list_header_length, MP_OBJ_FROM_PTR(&list_header_length_obj));
    mp_store_global(MP_QSTR_list_memory, MP_OBJ_FROM_PTR(&list_memory_obj));
    mp_store_global(MP_QSTR_list_open, MP_OBJ_FROM_PTR(&list_open_obj));
    mp_store_global(MP_QSTR_list_field, MP_OBJ_FROM_PTR(&list_field_obj));
    mp_store_global(MP_QSTR_list_load_top, MP_OBJ_FROM_PTR(&list_load_top_obj));
    mp_store_global(MP_QSTR_list_begin, MP_OBJ_FROM_PTR(&list_begin_obj));
    mp_store_global(MP_QSTR_list_next, MP_OBJ_FROM_PTR(&list_next_obj));
    mp_store_global(MP_QSTR_delta_init, MP_OBJ_FROM_PTR(&delta_init_obj));
    mp_store_global(MP_QSTR_delta_next, MP_OBJ_FROM_PTR(&delta_next_obj));
    mp_store_global(MP_QSTR_delta_feed, MP_OBJ_FROM_PTR(&delta_feed_obj));
    mp_store_global(MP_QSTR_crc32, MP_OBJ_FROM_PTR(&crc32_obj));
    mp_store_global(MP_QSTR_ed25519_check, MP_OBJ_FROM_PTR(&ed25519_check_obj));
    mp_store_global(MP_QSTR_p256_verify, MP_OBJ_FROM_PTR(&p256_verify_obj));
    mp_store_global(MP_QSTR_sha512_init, MP_OBJ_FROM_PTR(&sha512_init_obj));
    mp_store_global(MP_QSTR_sha512_update, MP_OBJ_FROM_PTR(&sha512_update_obj));
    mp_store_global(MP_QSTR_sha512_final, MP_OBJ_FROM_PTR(&sha512_final_obj));
    MP_DYNRUNTIME_INIT_EXIT
}
