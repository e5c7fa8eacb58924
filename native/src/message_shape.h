/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the decoder may ask about a message before it believes it. Private to the library.
 */
#ifndef RINGWARDEN_MESSAGE_SHAPE_H
#define RINGWARDEN_MESSAGE_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#define RW_SHAPE_SDMF 1u  /* type, length, date, number */
#define RW_SHAPE_VMWI 2u  /* type, length, indicator bytes */
#define RW_SHAPE_MDMF 3u  /* type, length, parameters */

/* The form that a message of this type has (RW_SHAPE_*), or 0 when no standard that we read knows the type. */
uint32_t rw_message_form(uint8_t type);

/*
 * 1 when `data` (type, length, body; a checksum may follow) looks like a message that an exchange would send: the
 * parameters fill the body exactly, dates are digits. Much stricter than the parser: this keeps noise out.
 */
int32_t rw_message_plausible(const uint8_t *data, size_t length);

/* The same, less strict, for what was heard clearly: unknown parameters and clocks that were never set may be in it. */
int32_t rw_message_sound(const uint8_t *data, size_t length);

#endif
