/* SPDX-License-Identifier: Apache-2.0 */
/* NTT's frame: DLE SOH header DLE STX type length body DLE ETX CRC CRC; 7 bits and even parity but for the CRC. */
#include "cid_internal.h"

#include <string.h>

#include "message_shape.h"

enum { SOH = 0x01, STX = 0x02, ETX = 0x03, DLE = 0x10, NTT_TYPE = 0x40 };
#define SHORTEST 11u

/* CRC-16 of CCITT, low bit first, from zero; over everything after SOH, CRC included, it leaves zero. */
uint16_t ntt_crc(const uint8_t *byte, uint32_t n) {
    uint16_t crc = 0;
    for (uint32_t i = 0; i < n; i++) {
        crc = (uint16_t)(crc ^ byte[i]);
        for (int bit = 0; bit < 8; bit++) crc = (uint16_t)(crc & 1 ? (crc >> 1) ^ 0x8408 : crc >> 1);
    }
    return crc;
}

static int is_control(const uint8_t *byte, uint8_t code) { return (byte[0] & 0x7F) == DLE && (byte[1] & 0x7F) == code; }

/* Body of a frame, unstuffed and without parity, then the CRC: 1 when it is all well formed. */
int ntt_read(const uint8_t *byte, uint32_t n, rw_cid_event *e) {
    uint32_t i = 2;
    e->standard = RW_STD_NTT;
    e->length = 0;
    if (n < SHORTEST || !is_control(byte, SOH) || !is_control(byte + n - 4, ETX) || ntt_crc(byte + 2, n - 2)) return 0;
    while (i + 4 < n && !is_control(byte + i, STX)) i++;
    for (i += 2; i + 4 < n && e->length + 2 < RW_CID_DATA_MAX; i++) {
        uint8_t c = byte[i] & 0x7F;
        if (c == DLE && (byte[++i] & 0x7F) != DLE) return 0;
        e->data[e->length++] = c;
    }
    if (e->length < 4 || e->data[0] != NTT_TYPE || e->data[1] + 2u != e->length) return 0;
    if (!rw_message_plausible(e->data, e->length)) return 0;
    e->data[e->length++] = byte[n - 2];
    e->data[e->length++] = byte[n - 1];
    return 1;
}
