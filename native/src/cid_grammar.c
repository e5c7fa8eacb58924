/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FSK: what a byte costs at its place in a message (log-likelihood, 1/16).
 *
 * A search that knows what messages look like decodes 1 dB further down. Nothing that may occur is forbidden but in
 * NTT's parity: rare bytes cost a few bits of evidence. The length of a message is one byte like any other and may be
 * wrong; where a parameter ends, the message may end at any length that the length byte might have been.
 */
#include "cid_internal.h"

#include "message_shape.h"

#define N FSK_UNIT
#define LENGTH_DOUBT (15 * 8) /* gap, 1/8, up to which another length is thought possible */

enum { FORM_NONE, FORM_SDMF, FORM_VMWI, FORM_MDMF, FORM_NTT };
enum { AT_TYPE, AT_LENGTH, IN_BODY };
enum { NTT_TEXT, NTT_ESCAPE, NTT_CRC1, NTT_CRC2, NTT_DONE };

/* Doubt (1/8) that the message has this length. */
int32_t grammar_length_gap(const fsk_path *p, uint32_t length) {
    if (p->length == length) return 0;
    for (uint32_t i = 0; i < FSK_ALTS; i++)
        if (p->other_gap[i] < LENGTH_DOUBT && p->other_length[i] == length) return p->other_gap[i];
    return FSK_NEVER;
}

uint32_t grammar_longest(const fsk_path *p) {
    uint32_t most = p->length;
    for (uint32_t i = 0; i < FSK_ALTS; i++)
        if (p->other_gap[i] < LENGTH_DOUBT && p->other_length[i] > most) most = p->other_length[i];
    return most;
}

static int may_end(const fsk_path *p) {
    uint32_t n = (uint32_t)p->count;
    return n >= 4 && n - 2 < 256 && grammar_length_gap(p, n - 2) < LENGTH_DOUBT;
}

static int is_digit(uint8_t b) { return b >= '0' && b <= '9'; }

int grammar_is_dialled(uint8_t b) { return is_digit(b) || b == ' ' || b == '+' || b == '*' || b == '#' || b == '-'; }

static int is_plain(uint8_t b) { return b >= ' ' && b <= '~'; }

static int32_t type_cost(const fsk_path *p, uint8_t b) {
    int32_t cost = 8 * N;
    int first = p->count == 2;
    switch (b) {
        case 0x01:
        case 0x02:
            cost = 0;
            break;
        case 0x04:
        case 0x07:
        case 0x08:
            cost = first ? 3 * N : 0;
            break;
        case 0x03:
        case 0x05:
        case 0x06:
        case 0x0B:
        case 0x11:
            cost = 2 * N;
            break;
        default:
            break;
    }
    if (first && b != 0x01) cost += 2 * N;
    if (b > 0x01 && b <= 0x08 && !(p->seen & 2)) cost += 3 * N; /* number and name follow the date */
    if (b < 32 && p->seen >> b & 1) cost += 8 * N;
    return cost;
}

static int32_t length_cost(const fsk_path *p, uint8_t b) {
    if ((uint32_t)p->count + 1 + b > 2 + grammar_longest(p)) return FSK_NEVER;
    switch (p->type) {
        case 0x01:
            return b == 8 ? 0 : 9 * N;
        case 0x02:
        case 0x03:
            return b > 20 ? 8 * N : b == 0 ? 4 * N : 0;
        case 0x04:
        case 0x08:
        case 0x0B:
        case 0x11:
            return b == 1 ? 0 : 8 * N;
        default:
            return b > 50 ? 6 * N : 0;
    }
}

static int32_t body_cost(const fsk_path *p, uint8_t b) {
    switch (p->type) {
        case 0x01:
            return is_digit(b) ? 0 : is_plain(b) ? 9 * N : 20 * N;
        case 0x02:
        case 0x03:
        case 0x05:
            if (is_digit(b)) return 0;
            if (grammar_is_dialled(b) || b == 'P' || b == 'O') return 5 * N;
            return is_plain(b) ? 8 * N : 20 * N;
        case 0x04:
        case 0x08:
            return b == 'P' || b == 'O' ? 0 : 8 * N;
        case 0x07:
            if ((b >= 'A' && b <= 'Z') || b == ' ') return 0;
            if (b >= 'a' && b <= 'z') return N / 2;
            return is_digit(b) ? 2 * N : is_plain(b) ? N : b >= 0x80 ? 3 * N : 6 * N;
        default:
            return 0;
    }
}

static int32_t ntt_cost(const fsk_path *p, uint8_t b) {
    static const uint8_t HEAD[5] = {0x90, 0x81, 0, 0x90, 0x82};
    if (p->kind == NTT_CRC1 || p->kind == NTT_CRC2) return 0;
    uint32_t ones = b ^ (uint32_t)b >> 4;
    if (0x6996 >> (ones & 15) & 1) return FSK_NEVER;
    if (p->count < 5 && p->count != 2 && b != HEAD[p->count]) return FSK_NEVER;
    return p->kind == NTT_DONE ? FSK_NEVER : 0;
}

int32_t grammar_cost(const cid_state *s, const fsk_path *p, uint8_t b) {
    (void)s;
    if (p->form == FORM_NTT) return ntt_cost(p, b);
    if (p->count == 1) {
        if (p->form == FORM_VMWI) return b == 3 ? 0 : 8 * N;
        return b < 3 ? FSK_NEVER : b > 200 ? 8 * N : b > 80 ? 3 * N : 0;
    }
    if ((uint32_t)p->count > 2 + grammar_longest(p)) return FSK_NEVER;
    if (p->form == FORM_MDMF) {
        if (p->kind == AT_TYPE) return may_end(p) ? 0 : type_cost(p, b);
        return p->kind == AT_LENGTH ? length_cost(p, b) : body_cost(p, b);
    }
    if (may_end(p)) return 0;
    if (p->form == FORM_VMWI) return b == 0x42 || b == 0x6F ? 0 : 6 * N;
    if (p->count < 10) return is_digit(b) ? 0 : is_plain(b) ? 9 * N : 20 * N;
    return is_digit(b) ? 0 : b == 'P' || b == 'O' ? 3 * N : is_plain(b) ? 8 * N : 20 * N;
}

/* Bytes that the rest of the message hangs on. They are not changed for the sake of a checksum. */
int grammar_is_structure(const fsk_path *p) {
    if (p->count == 0) return 1;
    if (p->form == FORM_NTT) return p->count < 5 || p->kind == NTT_ESCAPE;
    return p->form == FORM_MDMF && p->count > 1 && ((p->kind == AT_TYPE && !may_end(p)) || p->kind == AT_LENGTH);
}

/* But types of parameters that hold digits stand for each other: date, number, dialable number. */
int grammar_may_swap(const fsk_path *p, uint8_t b) {
    return p->form == FORM_MDMF && p->count > 1 && p->kind == AT_TYPE && b >= 1 && b <= 3;
}

static void ntt_step(fsk_path *p, uint8_t b) {
    switch (p->kind) {
        case NTT_ESCAPE:
            p->kind = b == 0x03 ? NTT_CRC1 : NTT_TEXT;
            break;
        case NTT_CRC1:
            p->kind = NTT_CRC2;
            break;
        case NTT_CRC2:
            p->kind = NTT_DONE;
            p->ended = 1;
            break;
        default:
            p->kind = b == 0x90 && p->count > 4 ? NTT_ESCAPE : NTT_TEXT;
    }
}

/* Move on over `byte`; p->count is still the number of characters before it. */
void grammar_step(const cid_state *s, fsk_path *p, uint8_t b) {
    (void)s;
    p->byte = b;
    p->ended = 0;
    if (p->count == 0) {
        uint32_t shape = rw_message_form(b);
        p->form = shape == RW_SHAPE_SDMF ? FORM_SDMF : shape == RW_SHAPE_VMWI ? FORM_VMWI : FORM_MDMF;
        if (b == 0x90) p->form = FORM_NTT;
        return;
    }
    if (p->form == FORM_NTT) {
        ntt_step(p, b);
        return;
    }
    if (p->count == 1) {
        p->length = b;
        p->kind = AT_TYPE;
        return;
    }
    if (p->form != FORM_MDMF) {
        p->ended = may_end(p) != 0;
        return;
    }
    switch (p->kind) {
        case AT_TYPE:
            p->ended = may_end(p) != 0;
            p->type = b;
            if (b < 32) p->seen |= 1u << b;
            p->kind = AT_LENGTH;
            break;
        case AT_LENGTH:
            p->left = b;
            p->kind = b ? IN_BODY : AT_TYPE;
            break;
        default:
            if (--p->left == 0) p->kind = AT_TYPE;
    }
}

/* Do both expect the same from here on? */
int grammar_same(const fsk_path *a, const fsk_path *b) {
    return a->form == b->form && a->kind == b->kind && a->type == b->type && a->left == b->left && a->ended == b->ended;
}
