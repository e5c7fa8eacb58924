# SPDX-License-Identifier: Apache-2.0
"""Every calling code of the world in two strings: its region, the lengths of its numbers, its trunk prefix."""

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from ringwarden_tools.plans.automaton import State
from ringwarden_tools.plans.metadata import GENERAL, REGION_SHIFT, metadata, numbers, regions_of

PREFIX_DEPTH = 6  # national digits that may be looked at to name a region that shares its calling code


def starts_with(root: State, prefix: str) -> bool:
    """Whether a valid number begins with `prefix`."""
    state: State | None = root
    for digit in prefix:
        state = state.next[int(digit)] if state else None
    return state is not None and any(value & 15 for value in values_below(state))


def values_below(root: State) -> set[int]:
    """The values of all states from `root` on."""
    seen: set[int] = set()
    found: set[int] = set()
    todo = [root]
    while todo:
        state = todo.pop()
        if id(state) in seen:
            continue
        seen.add(id(state))
        if state.value & ~GENERAL:
            found.add(state.value)
        todo += [child for child in state.next if child is not None]
    return found


def region_rows(country_code: int) -> list[str]:
    """A "prefix region" for each stretch of numbers that belongs to another region than the main one."""
    regions = regions_of(country_code)
    out: list[str] = []

    def look(state: State, prefix: str) -> None:
        owners = {value >> REGION_SHIFT for value in values_below(state) if value & 15}
        if owners == {0} or not owners:
            return
        if len(owners) == 1:
            out.append("{}{} {}".format(country_code, prefix, regions[owners.pop()]))
        elif len(prefix) < PREFIX_DEPTH:
            for digit, child in enumerate(state.next):
                if child is not None:
                    look(child, prefix + str(digit))

    if len(regions) > 1:
        look(numbers(country_code), "")
    return out


def rows() -> list[str]:
    """For each calling code "code region shortest longest trunk"; trunk is "-" for none or if numbers begin with it."""
    out = []
    for code in sorted(COUNTRY_CODE_TO_REGION_CODE):
        region = regions_of(code)[0]
        found = metadata(region)
        lengths = found.general_desc.possible_length or tuple(
            n for d in (found.fixed_line, found.mobile, found.toll_free, found.voip) if d for n in d.possible_length
        )
        trunk = found.national_prefix or "-"
        if trunk != "-" and (not trunk.isdigit() or starts_with(numbers(code), trunk)):
            trunk = "-"
        name = "-" if region.isdigit() else region
        out.append("{} {} {} {} {}".format(code, name, min(lengths), max(lengths), trunk))
    return out
