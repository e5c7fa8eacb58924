/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caller-ID messages into fields: GR-30-CORE (SDMF, MDMF), EN 300 659-3 clause 5 (parameters), NTT (type 0x40).
 * The bytes come from the line: nothing in them is trusted, every length is checked against the message's own.
 */
#include "ringwarden/message.h"

#include <string.h>

#include "message_dtmf.h"
#include "message_shape.h"
#include "ringwarden/cid.h"

typedef char assert_message_is_256_bytes[sizeof(rw_message) == 256 ? 1 : -1];

/* Message types */
enum {
    TYPE_SDMF = 0x04,           /* calling number delivery */
    TYPE_SDMF_WAITING = 0x06,   /* message waiting, single data message */
    TYPE_NTT = 0x40,            /* NTT number display */
    TYPE_MDMF = 0x80,           /* call set-up */
    TYPE_MDMF_NOTICE = 0x81,    /* reserved, and seen for messages waiting */
    TYPE_MDMF_WAITING = 0x82,   /* message waiting */
    TYPE_MDMF_RESERVED1 = 0x84, /* reserved by EN 300 659-3 */
    TYPE_MDMF_RESERVED2 = 0x85,
    TYPE_MDMF_CHARGE = 0x86,    /* advice of charge */
    TYPE_MDMF_SMS = 0x89        /* short message service */
};

/* Parameters that have a field of their own */
enum {
    PARAM_DATETIME = 0x01,
    PARAM_NUMBER = 0x02,
    PARAM_DIALABLE = 0x03, /* GR-30: dialable directory number; EN 300 659-3: called line identity */
    PARAM_NUMBER_ABSENCE = 0x04,
    PARAM_REDIRECT_REASON = 0x05,
    PARAM_QUALIFIER = 0x06,
    PARAM_NAME = 0x07,
    PARAM_NAME_ABSENCE = 0x08,
    PARAM_DIALLED = 0x09, /* NTT */
    PARAM_INDICATOR = 0x0B,
    PARAM_CALL_TYPE = 0x11,
    PARAM_FIRST_CALLED = 0x12,
    PARAM_MESSAGES = 0x13,
    PARAM_FORWARD_TYPE = 0x15,
    PARAM_CALLER_TYPE = 0x16,
    PARAM_REDIRECTING = 0x1A
};

/* A bit for each parameter type below 0x58 that GR-30-CORE, EN 300 659-3 (table 2) or NTT define. */
static const uint8_t KNOWN[11] = {
    0xFE, /* 01 date, 02 number, 03 dialable or called, 04 absence, 05 redirection, 06 qualifier, 07 name */
    0xEB, /* 08 name absence, 09 dialled number (NTT), 0B indicator, 0D message identity, 0E its caller, 0F its date */
    0x6F, /* 10 complementary caller, 11 call type, 12 first called, 13 messages, 15 kind of forwarding, 16 of caller */
    0x04, /* 1A redirecting number */
    0x0F, /* 20 charge, 21 additional charge, 23 duration; NTT: 21 kind of number, 22 kind of dialled number */
    0,
    0x03, /* 30 network provider, 31 carrier */
    0,
    0x01, /* 40 selection of terminal function */
    0,
    0x21, /* 50 display information, 55 service information */
};

static int is_known(uint8_t type) {
    if (type < 8 * sizeof KNOWN) return (KNOWN[type >> 3] >> (type & 7)) & 1;
    return type == 0xE0; /* extension for network operator use */
}

static int is_reserved(uint8_t message_type) {
    return message_type == TYPE_MDMF_NOTICE || message_type == TYPE_MDMF_RESERVED1 || message_type == TYPE_MDMF_RESERVED2;
}

uint32_t rw_message_form(uint8_t type) {
    switch (type) {
        case TYPE_SDMF:
            return RW_SHAPE_SDMF;
        case TYPE_SDMF_WAITING:
            return RW_SHAPE_VMWI;
        case TYPE_NTT:
        case TYPE_MDMF:
        case TYPE_MDMF_NOTICE:
        case TYPE_MDMF_WAITING:
        case TYPE_MDMF_RESERVED1:
        case TYPE_MDMF_RESERVED2:
        case TYPE_MDMF_CHARGE:
        case TYPE_MDMF_SMS:
            return RW_SHAPE_MDMF;
        default:
            return 0;
    }
}

static int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

/* MMDDhhmm with every field in its range. */
static int is_datetime(const uint8_t *text, size_t length) {
    static const uint8_t low[4] = {1, 1, 0, 0}, high[4] = {12, 31, 23, 59};
    if (length < 8) return 0;
    for (size_t i = 0; i < 4; i++) {
        if (!is_digit(text[2 * i]) || !is_digit(text[2 * i + 1])) return 0;
        int value = (text[2 * i] - '0') * 10 + text[2 * i + 1] - '0';
        if (value < low[i] || value > high[i]) return 0;
    }
    return 1;
}

int32_t rw_message_parameter(const uint8_t *data, size_t length, size_t *cursor, uint8_t *type, const uint8_t **value,
                             size_t *value_length) {
    if (!data || !cursor || !type || !value || !value_length) return RW_ERR_ARGUMENT;
    if (length < 2 || (size_t)data[1] + 2 > length) return RW_ERR_LENGTH;
    if (rw_message_form(data[0]) != RW_SHAPE_MDMF) return RW_ERR_FORMAT;
    size_t end = (size_t)data[1] + 2;
    size_t at = *cursor ? *cursor : 2;
    if (at == end) return 0;
    if (at < 2 || at > end || end - at < 2) return RW_ERR_LENGTH;
    size_t size = data[at + 1];
    if (size > end - at - 2) return RW_ERR_LENGTH;
    *type = data[at];
    *value = data + at + 2;
    *value_length = size;
    *cursor = at + 2 + size;
    return 1;
}

/* Dates are digits. A digit with one bit turned is a letter from p to y: a number that mixes the two was misread. */
static int is_sound_value(uint8_t type, const uint8_t *value, size_t size) {
    size_t digits = 0, turned = 0;
    for (size_t i = 0; i < size; i++) {
        digits += (size_t)is_digit(value[i]);
        turned += value[i] >= 'p' && value[i] <= 'y';
    }
    if (type == PARAM_DATETIME) return digits == size;
    return type != PARAM_NUMBER || !digits || !turned;
}

/* Dates are dates; numbers and reasons are printable. */
static int plausible_value(uint8_t type, const uint8_t *value, size_t size) {
    if (type == PARAM_DATETIME) return size >= 8 && is_datetime(value, size);
    if (type != PARAM_NUMBER && type != PARAM_NUMBER_ABSENCE && type != PARAM_NAME_ABSENCE) return 1;
    for (size_t i = 0; i < size; i++)
        if (value[i] < ' ' || value[i] > '~') return 0;
    return is_sound_value(type, value, size);
}

/* Do the parameters fill the body, each with a value that `check` likes, and (unless 0) more of them known than not? */
static int all_parameters(const uint8_t *data, size_t length, int (*check)(uint8_t, const uint8_t *, size_t), int usual) {
    size_t cursor = 0, size;
    uint8_t type;
    const uint8_t *value;
    int32_t more;
    int known = 0, unknown = 0;
    while ((more = rw_message_parameter(data, length, &cursor, &type, &value, &size)) == 1) {
        if (!is_known(type))
            unknown++;
        else if (!check(type, value, size))
            return 0;
        else
            known++;
    }
    if (more != 0) return 0;
    return !usual || (known > unknown && !(is_reserved(data[0]) && unknown));
}

int32_t rw_message_sound(const uint8_t *data, size_t length) {
    if (length < 2 || (size_t)data[1] + 2 > length) return 0;
    if (rw_message_form(data[0]) == RW_SHAPE_MDMF) return all_parameters(data, length, is_sound_value, 0);
    return rw_message_plausible(data, length);
}

int32_t rw_message_plausible(const uint8_t *data, size_t length) {
    if (length < 2 || (size_t)data[1] + 2 > length) return 0;
    const uint8_t *body = data + 2;
    size_t size = data[1];
    switch (rw_message_form(data[0])) {
        case RW_SHAPE_SDMF:
            if (size < 9 || !is_datetime(body, size)) return 0;
            for (size_t i = 8; i < size; i++)
                if (body[i] < ' ' || body[i] > '~') return 0;
            return 1;
        case RW_SHAPE_VMWI:
            return size == 3 && body[0] == body[1] && body[1] == body[2] && (body[0] == 0x42 || body[0] == 0x6F);
        case RW_SHAPE_MDMF:
            return all_parameters(data, length, plausible_value, 1);
        default:
            return 0;
    }
}

/* Copy at most `room` - 1 bytes that are not NUL, and end with one. */
static void copy_text(char *to, size_t room, const uint8_t *from, size_t length) {
    size_t n = 0;
    for (size_t i = 0; i < length && n + 1 < room; i++)
        if (from[i]) to[n++] = (char)from[i];
    to[n] = 0;
}

/* As copy_text, without the spaces, hyphens and control bytes that some exchanges pad numbers with. */
static void copy_number(char *to, size_t room, const uint8_t *from, size_t length) {
    size_t n = 0;
    for (size_t i = 0; i < length && n + 1 < room; i++)
        if (from[i] > ' ' && from[i] < 0x7F && from[i] != '-') to[n++] = (char)from[i];
    to[n] = 0;
}

/* The reasons that the contract knows: private is private; all else that keeps a number away is "unavailable". */
static uint8_t absence(const uint8_t *value, size_t size) {
    if (!size) return 0;
    return value[0] == 'P' ? 'P' : 'O';
}

static int says_absent(const uint8_t *value, size_t size) { return size == 1 && (value[0] == 'P' || value[0] == 'O'); }

static void take_number(rw_message *m, const uint8_t *value, size_t size) {
    if (says_absent(value, size))
        m->number_absence = value[0];
    else if (!m->number[0])
        copy_number(m->number, sizeof m->number, value, size);
}

static void take_name(rw_message *m, const uint8_t *value, size_t size) {
    if (says_absent(value, size))
        m->name_absence = value[0];
    else if (!m->name[0])
        copy_text(m->name, sizeof m->name, value, size);
}

/* Parameters of one byte. */
static void take_code(rw_message *m, uint8_t type, uint8_t code) {
    switch (type) {
        case PARAM_REDIRECT_REASON:
            m->redirect_reason = code;
            break;
        case PARAM_INDICATOR:
            m->message_waiting = code ? 2 : 1;
            break;
        case PARAM_CALL_TYPE:
            m->call_type = code;
            break;
        case PARAM_MESSAGES:
            m->messages = code;
            break;
        case PARAM_FORWARD_TYPE:
            m->forward_type = code;
            break;
        case PARAM_CALLER_TYPE:
            m->caller_type = code;
            break;
        default:
            break;
    }
}

static void take_parameter(rw_message *m, uint32_t standard, uint8_t type, const uint8_t *value, size_t size) {
    switch (type) {
        case PARAM_DATETIME:
            if (!m->datetime[0] && is_datetime(value, size)) copy_text(m->datetime, sizeof m->datetime, value, 8);
            break;
        case PARAM_NUMBER:
            take_number(m, value, size);
            break;
        case PARAM_DIALABLE:
            if (standard == RW_STD_BELL202 && !m->dialable[0])
                copy_number(m->dialable, sizeof m->dialable, value, size);
            else if (standard == RW_STD_V23 && !m->called[0])
                copy_number(m->called, sizeof m->called, value, size);
            break;
        case PARAM_DIALLED:
            if (standard == RW_STD_NTT && !m->called[0]) copy_number(m->called, sizeof m->called, value, size);
            break;
        case PARAM_NUMBER_ABSENCE:
            m->number_absence = absence(value, size);
            break;
        case PARAM_QUALIFIER:
            m->long_distance = size == 1 && value[0] == 'L';
            break;
        case PARAM_NAME:
            take_name(m, value, size);
            break;
        case PARAM_NAME_ABSENCE:
            m->name_absence = absence(value, size);
            break;
        case PARAM_FIRST_CALLED:
            if (!m->redirecting[0]) copy_number(m->redirecting, sizeof m->redirecting, value, size);
            break;
        case PARAM_REDIRECTING:
            copy_number(m->redirecting, sizeof m->redirecting, value, size);
            break;
        default:
            if (size) take_code(m, type, value[0]);
            if (!is_known(type) && m->unknown < 255) m->unknown++;
            break;
    }
}

static int32_t parse_parameters(uint32_t standard, const uint8_t *data, size_t length, rw_message *m) {
    size_t cursor = 0, size;
    uint8_t type;
    const uint8_t *value;
    int32_t more;
    while ((more = rw_message_parameter(data, length, &cursor, &type, &value, &size)) == 1)
        take_parameter(m, standard, type, value, size);
    return more;
}

/* GR-30-CORE 2.4.3: eight digits of date and time, then the number or the letter that says why there is none. */
static int32_t parse_sdmf(const uint8_t *body, size_t size, rw_message *m) {
    if (size < 8) return RW_ERR_LENGTH;
    if (is_datetime(body, size)) copy_text(m->datetime, sizeof m->datetime, body, 8);
    take_number(m, body + 8, size - 8);
    if (!m->number[0] && !m->number_absence) m->number_absence = 'O';
    return 0;
}

static int32_t parse_fsk(uint32_t standard, const uint8_t *data, size_t length, rw_message *m) {
    if (length < 2 || (size_t)data[1] + 2 > length) return RW_ERR_LENGTH;
    m->message_type = data[0];
    switch (rw_message_form(data[0])) {
        case RW_SHAPE_SDMF:
            return parse_sdmf(data + 2, data[1], m);
        case RW_SHAPE_VMWI:
            if (data[1] < 1) return RW_ERR_LENGTH;
            if (data[2] == 0x42) m->message_waiting = 2;
            if (data[2] == 0x6F) m->message_waiting = 1;
            return 0;
        case RW_SHAPE_MDMF:
            return parse_parameters(standard, data, length, m);
        default:
            return RW_ERR_FORMAT;
    }
}

int32_t rw_message_parse(uint32_t standard, const uint8_t *data, size_t length, rw_message *message) {
    if (!data || !message) return RW_ERR_ARGUMENT;
    rw_message m;
    memset(&m, 0, sizeof m);
    int32_t result;
    switch (standard) {
        case RW_STD_DTMF:
            result = rw_message_parse_dtmf(data, length, &m);
            break;
        case RW_STD_BELL202:
        case RW_STD_V23:
        case RW_STD_NTT:
            result = parse_fsk(standard, data, length, &m);
            break;
        default:
            return RW_ERR_ARGUMENT;
    }
    if (result == 0) *message = m;
    return result;
}
