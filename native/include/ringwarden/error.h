/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RINGWARDEN_ERROR_H
#define RINGWARDEN_ERROR_H

/* Every function of the library that can fail returns one of these, all negative. */
#define RW_ERR_ARGUMENT (-1) /* a pointer, size, rate or flag that the function does not accept */
#define RW_ERR_SIZE (-2)     /* the caller's buffer is too small or not aligned */
#define RW_ERR_MAGIC (-3)    /* not a file of ours */
#define RW_ERR_VERSION (-4)  /* ours, but from a format version this library does not read */
#define RW_ERR_LENGTH (-5)   /* truncated, or lengths inside do not add up */
#define RW_ERR_CHECKSUM (-6) /* lengths are right, contents are not */
#define RW_ERR_FORMAT (-7)   /* contents are intact but break the rules of the format */

#endif
