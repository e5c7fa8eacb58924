/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DTMF caller-ID: a start digit, digits, an end digit.
 *
 *     A <number> C      D <number> C      A <number> #      D <number> #        the caller
 *     ... D <number>    after an A field: the redirecting number
 *     ... B <code>      00 not available, 10 private
 *     D1# D2# D3#       private, international, technically not available
 *
 * A string may also start with * or #, and may end in silence. Without a start digit it must have an end digit: a bare
 * row of digits is somebody dialling.
 */
#include "message_dtmf.h"

#define NUMBER_MIN 3u /* digits: the shortest number that a network shows (110, 120) */
#define NUMBER_MAX 24u
#define BARE_MIN 5u /* digits of a number that comes without a start digit */

static int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

/* Length of the row of digits that begins at text[at]. */
static size_t row(const uint8_t *text, size_t length, size_t at) {
    size_t n = 0;
    while (at + n < length && is_digit(text[at + n])) n++;
    return n;
}

static int store(char *to, const uint8_t *digits, size_t n) {
    if (n < NUMBER_MIN || n > NUMBER_MAX) return 0;
    for (size_t i = 0; i < n; i++) to[i] = (char)digits[i];
    to[n] = 0;
    return 1;
}

/* B field, or D with one digit before #: why there is no number. */
static int store_reason(const uint8_t *digits, size_t n, rw_message *m) {
    if (n == 2 && digits[1] == '0' && digits[0] <= '1')
        m->number_absence = digits[0] == '1' ? 'P' : 'O';
    else if (n == 1 && digits[0] >= '1' && digits[0] <= '3')
        m->number_absence = digits[0] == '1' ? 'P' : 'O';
    else
        return 0;
    return 1;
}

/* One field: its letter and its digits. Returns 1 when it makes sense. */
static int field(uint8_t letter, const uint8_t *digits, size_t n, int only, rw_message *m) {
    if (letter == 'B' && store_reason(digits, n, m)) return 1;
    if (letter == 'D' && n == 1 && only) return store_reason(digits, n, m);
    if (letter == 'D' && (m->number[0] || m->number_absence)) return n == 0 || store(m->redirecting, digits, n);
    if (n == 0) return letter == 'A' && !only; /* an empty caller field, the rest must say something */
    return !m->number[0] && store(m->number, digits, n);
}

int32_t rw_message_parse_dtmf(const uint8_t *text, size_t length, rw_message *m) {
    m->message_type = 'D';
    if (length < 2) return RW_ERR_LENGTH;
    int ended = text[length - 1] == 'C' || text[length - 1] == '#';
    size_t end = ended ? length - 1 : length;
    if (is_digit(text[0])) {
        size_t n = row(text, end, 0);
        return ended && n == end && n >= BARE_MIN && store(m->number, text, n) ? 0 : RW_ERR_FORMAT;
    }
    size_t at = 0;
    while (at < end) {
        uint8_t letter = text[at];
        int marks = letter == '*' || letter == '#';
        if (letter != 'A' && letter != 'B' && letter != 'D' && !(marks && at == 0)) return RW_ERR_FORMAT;
        size_t n = row(text, end, at + 1);
        int only = at == 0 && n + 1 == end;
        if (!field(letter, text + at + 1, n, only, m)) return RW_ERR_FORMAT;
        at += n + 1;
    }
    return m->number[0] || m->number_absence ? 0 : RW_ERR_FORMAT;
}
