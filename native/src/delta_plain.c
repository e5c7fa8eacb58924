/* SPDX-License-Identifier: Apache-2.0 */
#include "delta_plain.h"

void delta_plain_init(delta_plain *plain) {
    delta_models_init(plain->same, 4);
    delta_models_init(&plain->jump, 1);
    delta_models_init(plain->literal, 256);
    plain->history = 0;
    plain->piece_at = 0;
    plain->piece_length = 0;
    plain->out_length = 0;
}

void delta_plain_region(delta_plain *plain, uint32_t at, uint32_t end, uint32_t pointer) {
    plain->out_at = at;
    plain->out_length = 0;
    plain->end = end;
    plain->pointer = pointer;
}

static int at_hand(const delta_plain *plain) {
    return plain->pointer >= plain->piece_at && plain->pointer - plain->piece_at < plain->piece_length;
}

/* One item takes a flag, and a literal (9 modelled bits, 13 bytes at most) or a jump with another flag (7 bytes). */
int32_t delta_plain_byte(delta_plain *plain, delta_source *source, uint32_t base_length, rw_delta_request *request) {
    if (plain->pointer < base_length && !at_hand(plain)) {
        const uint32_t left = base_length - plain->pointer;
        plain->piece_at = plain->pointer;
        plain->piece_length = left < PLAIN_PIECE ? left : PLAIN_PIECE;
        request->offset = plain->piece_at;
        request->length = plain->piece_length;
        return RW_DELTA_READ_BASE;
    }
    const uint32_t same = delta_bit(source, &plain->same[plain->history]);
    plain->history = (plain->history << 1 | same) & 3u;
    uint32_t byte;
    if (same != 0) {
        if (plain->pointer >= base_length) {
            return RW_ERR_FORMAT;
        }
        byte = plain->piece[plain->pointer - plain->piece_at];
    } else if (delta_bit(source, &plain->jump) != 0) {
        plain->pointer = (uint32_t)delta_plain_bits(source, 32);
        return plain->pointer < base_length ? 0 : RW_ERR_FORMAT;
    } else {
        byte = delta_tree(source, plain->literal, 8);
    }
    plain->out[plain->out_length++] = (uint8_t)byte;
    if (plain->pointer < base_length) {
        plain->pointer++;
    }
    return 1;
}
