/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A native module is linked against nothing. The compiler still calls these four for structure copies and for what the
 * library asks of <string.h>; two of them come from MicroPython's own table.
 */
#include "py/dynruntime.h"

#undef memcpy
#undef memmove
#undef memset
#undef memcmp

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);
int memcmp(const void *one, const void *other, size_t n);

void *memcpy(void *restrict to, const void *restrict from, size_t n) {
    return mp_fun_table.memmove_(to, from, n);
}

void *memmove(void *to, const void *from, size_t n) {
    return mp_fun_table.memmove_(to, from, n);
}

void *memset(void *to, int value, size_t n) {
    return mp_fun_table.memset_(to, value, n);
}

int memcmp(const void *one, const void *other, size_t n) {
    const unsigned char *a = one;
    const unsigned char *b = other;
    for (; n != 0; n--, a++, b++) {
        if (*a != *b) {
            return *a < *b ? -1 : 1;
        }
    }
    return 0;
}
