/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a caller-ID message says: SDMF and MDMF (GR-30-CORE, EN 300 659-3) and DTMF (EN 300 659-1 annex B) into fields.
 * Works on the bytes of an event; the bytes are hostile and every length in them is checked.
 */
#ifndef RINGWARDEN_MESSAGE_H
#define RINGWARDEN_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "ringwarden/error.h"

/*
 * Layout is fixed (no padding) so that bindings may unpack it as bytes: 256 bytes. Texts are NUL-terminated, as sent. What has
 * no field here (charges, durations, operators' own parameters ...) is read with rw_message_parameter.
 */
typedef struct {
    uint8_t message_type;   /* 0x04 SDMF, 0x80 MDMF call setup, 0x06/0x82 message waiting, 0x40 NTT; 'D' for DTMF */
    uint8_t call_type;      /* parameter 0x11: 1 voice, 2 ring back when free, 3 name delivery, 0x81 message waiting; or 0 */
    uint8_t number_absence; /* 'P' private, 'O' unavailable, or 0 */
    uint8_t name_absence;   /* 'P', 'O', or 0 */
    uint8_t long_distance;  /* 1 when the call qualifier (parameter 0x06) says so */
    uint8_t unknown;        /* parameters that were not understood (they stay readable with rw_message_parameter) */
    uint8_t message_waiting;/* 0 unknown, 1 off, 2 on (visual message indicator) */
    uint8_t messages;       /* parameter 0x13: messages that wait in the network, 0 none or not said */
    char datetime[9];       /* MMDDhhmm, or "" */
    char number[41];        /* digits as sent, or "" */
    char dialable[41];      /* Bell 202: parameter 0x03, dialable directory number of the caller, or "" */
    char redirecting[41];   /* parameter 0x1A redirecting number, else 0x12 first called line, or "" */
    char name[66];          /* bytes as sent, unsanitised, or "" */
    char called[41];        /* V.23: parameter 0x03, called line identity; NTT: 0x09, dialled number; or "" */
    uint8_t forward_type;   /* parameter 0x15 (EN 300 659-3): 1 busy, 2 no reply, 3 always ...; or 0 */
    uint8_t caller_type;    /* parameter 0x16 (EN 300 659-3): 1 voice, 4 mobile, 9 operator, 15 payphone ...; or 0 */
    uint8_t redirect_reason;/* parameter 0x05 (GR-30-CORE), as sent, or 0 */
    char padding[6];
} rw_message;

/*
 * Parse `data` (type, length, body, checksum; or ASCII digits when `standard` is RW_STD_DTMF) into *message.
 * 0; RW_ERR_LENGTH when lengths do not add up; RW_ERR_FORMAT when the type is unknown or a DTMF string is malformed.
 * 0x03 is the caller's number in GR-30-CORE and the called one in EN 300 659-3: `standard` decides.
 * The checksum is the decoder's business and is not looked at.
 */
int32_t rw_message_parse(uint32_t standard, const uint8_t *data, size_t length, rw_message *message);

/*
 * Walk the parameters of a message: *cursor starts at 0; 1 and type/value/value_length set, 0 at the end, RW_ERR_LENGTH
 * when a parameter overruns, RW_ERR_FORMAT when messages of this type have no parameters. No byte of `value` is judged.
 */
int32_t rw_message_parameter(const uint8_t *data, size_t length, size_t *cursor, uint8_t *type, const uint8_t **value,
                             size_t *value_length);

#endif
