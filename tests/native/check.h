/* SPDX-License-Identifier: Apache-2.0 */
/* Counting checks: a test program ends by printing what passed and what failed. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static int passed, failed;

#define CHECK(condition)                                                   \
    do {                                                                   \
        if (condition) {                                                   \
            passed++;                                                      \
        } else {                                                           \
            failed++;                                                      \
            printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
        }                                                                  \
    } while (0)

#endif
