/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What MicroPython's port to QEMU's machine `virt` lacks for our tests: a count of instructions, a stack as small or as
 * large as another port's, and the time that littlefs asks for (it keeps no times here).
 */
#include "py/mphal.h"
#include "py/runtime.h"
#include "py/stackctrl.h"

uint64_t mp_hal_time_ns(void) {
    return 0;
}

/*
 * The low 30 bits of the number of instructions since reset, so that counting allocates nothing. QEMU counts exactly when it was
 * started with -icount shift=0.
 */
static mp_obj_t instret(void) {
    uint32_t count;
    __asm volatile("csrr %0, minstret" : "=r"(count));
    return MP_OBJ_NEW_SMALL_INT(count & 0x3fffffffu);
}
static MP_DEFINE_CONST_FUN_OBJ_0(instret_obj, instret);

/* Bytes of stack after which MicroPython raises RuntimeError. */
static mp_obj_t stack_limit(mp_obj_t bytes) {
    mp_stack_set_limit((mp_uint_t)mp_obj_get_int(bytes));
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_1(stack_limit_obj, stack_limit);

static const mp_rom_map_elem_t globals_table[] = {
    {MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR_ringwarden_rv32)},
    {MP_ROM_QSTR(MP_QSTR_stack_limit), MP_ROM_PTR(&stack_limit_obj)},
    {MP_ROM_QSTR(MP_QSTR_instret), MP_ROM_PTR(&instret_obj)},
};
static MP_DEFINE_CONST_DICT(globals, globals_table);

const mp_obj_module_t ringwarden_rv32_module = {
    .base = {&mp_type_module},
    .globals = (mp_obj_dict_t *)&globals,
};

MP_REGISTER_MODULE(MP_QSTR_ringwarden_rv32, ringwarden_rv32_module);
