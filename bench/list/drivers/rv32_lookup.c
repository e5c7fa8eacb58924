/* SPDX-License-Identifier: Apache-2.0 */
/* Lookups without any library or system, for counting instructions: LIST and KEYS are files that are built in. */
#include "ringwarden/list.h"

#ifndef COUNT
#define COUNT 0
#endif

__asm__(".section .rodata\n.balign 8\n.global list_bytes, list_end, key_bytes\n"
        "list_bytes:\n.incbin \"" LIST "\"\nlist_end:\n.balign 8\nkey_bytes:\n.incbin \"" KEYS "\"\n.text\n");

extern const uint8_t list_bytes[], list_end[];
extern const uint64_t key_bytes[];

static uint64_t memory[(sizeof(rw_list) + RW_LIST_TOP_MAX) / 8];

void *memset(void *to, int value, size_t n) {
    uint8_t *p = to;
    while (n--)
        *p++ = (uint8_t)value;
    return to;
}

void *memcpy(void *to, const void *from, size_t n) {
    uint8_t *p = to;
    const uint8_t *q = from;
    while (n--)
        *p++ = *q++;
    return to;
}

void *memmove(void *to, const void *from, size_t n) {
    return memcpy(to, from, n); /* nothing here moves over itself */
}

int memcmp(const void *a, const void *b, size_t n) {
    const uint8_t *p = a, *q = b;
    for (; n--; p++, q++)
        if (*p != *q)
            return *p - *q;
    return 0;
}

void _start(void);

void _start(void) {
    rw_list *list = (rw_list *)(void *)memory;
    uint32_t size = (uint32_t)(list_end - list_bytes), offset, length, i, category, bad = 0;

    bad |= rw_list_open(list, sizeof memory, list_bytes, size < 1024 ? size : 1024, size) != 0;
    rw_list_top(list, &offset, &length);
    bad |= rw_list_load_top(list, sizeof memory, list_bytes + offset, length) != 0;
    for (i = 0; i < COUNT; i++)
        bad |= rw_list_lookup(list, list_bytes, size, key_bytes[i], &category) < 0;
    register uint32_t status __asm__("a0") = bad;
    register uint32_t call __asm__("a7") = 93;
    __asm__ volatile("ecall" : : "r"(status), "r"(call));
    for (;;)
        continue;
}
