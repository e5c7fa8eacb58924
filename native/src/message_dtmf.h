/* SPDX-License-Identifier: Apache-2.0 */
/* DTMF caller-ID strings (EN 300 659-1 annex B and what networks made of it). Private to the library. */
#ifndef RINGWARDEN_MESSAGE_DTMF_H
#define RINGWARDEN_MESSAGE_DTMF_H

#include "ringwarden/message.h"

/* `text` holds ASCII 0-9 A-D * #. 0 and *message filled, or RW_ERR_FORMAT / RW_ERR_LENGTH. *message must be zeroed. */
int32_t rw_message_parse_dtmf(const uint8_t *text, size_t length, rw_message *message);

#endif
