# SPDX-License-Identifier: Apache-2.0
"""What the tables are made from: the metadata of `phonenumbers`, read the way its own parser reads it."""

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from ringwarden_tools.plans.automaton import Nfa, State, determinise, expand

# The countries a box can be at home in. Every other calling code is known by its length alone (world.py).
HOMES = (
    "CN HK MO TW US CA GB IE DE AT CH FR ES PT IT NL BE PL SE NO DK FI CZ "
    "JP KR SG MY TH VN PH ID IN AU NZ BR MX AR CL ZA TR RU"
).split()

# In the order in which phonenumbers asks for them; the index + 1 is the kind stored in a table.
DESCRIPTIONS = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
)
FIXED, MOBILE, EITHER = 9, 10, 11
GENERAL = 16
REGION_SHIFT = 5
SHORT, EMERGENCY, SMS, PREMIUM = 1, 2, 4, 8

LEADING_TAG = 15
TAGS_A_REGION = 16


def version() -> str:
    """The version of `phonenumbers` in use."""
    return str(phonenumbers.__version__)


def metadata(region: str) -> PhoneMetadata:
    """The metadata of a region; a non-geographic calling code is asked for as its digits."""
    found = (
        PhoneMetadata.metadata_for_nongeo_region(int(region), None)
        if region.isdigit()
        else PhoneMetadata.metadata_for_region(region, None)
    )
    assert found is not None, region
    return found


def regions_of(country_code: int) -> tuple[str, ...]:
    """The regions of a calling code, the main one first; a non-geographic code is its own region."""
    regions = COUNTRY_CODE_TO_REGION_CODE[country_code]
    return (str(country_code),) if regions == ("001",) else tuple(regions)


def _add_region(nfa: Nfa, index: int, region: str) -> dict[int, tuple[int, ...]]:
    """Add one region's patterns; answers the possible lengths that go with each tag."""
    found = metadata(region)
    base = index * TAGS_A_REGION
    lengths = {base: tuple(found.general_desc.possible_length)}
    nfa.add(found.general_desc.national_number_pattern, base)
    for at, name in enumerate(DESCRIPTIONS):
        desc = getattr(found, name)
        if desc is not None and desc.national_number_pattern:
            nfa.add(desc.national_number_pattern, base + 1 + at)
            lengths[base + 1 + at] = tuple(desc.possible_length)
    if found.leading_digits:
        nfa.add(found.leading_digits, base + LEADING_TAG, prefix=True)
    return lengths


def _kind(tags: int, same: bool) -> int:
    """phonenumbers' number_type for one region's tags; 0 when the number is not valid."""
    if not tags & 1:
        return 0
    for at in range(FIXED - 1):
        if tags >> (1 + at) & 1:
            return at + 1
    if tags >> FIXED & 1:
        return EITHER if same or tags >> MOBILE & 1 else FIXED
    return MOBILE if not same and tags >> MOBILE & 1 else 0


def numbers(country_code: int) -> State:
    """The minimal automaton of a calling code's numbers: kind, general and region index as `plan.walk` gives them."""
    regions = regions_of(country_code)
    nfa = Nfa()
    lengths: dict[int, tuple[int, ...]] = {}
    for index, region in enumerate(regions):
        lengths.update(_add_region(nfa, index, region))
    same = [bool(metadata(r).same_mobile_and_fixed_line_pattern) for r in regions]
    leads = [bool(metadata(r).leading_digits) for r in regions]

    def value_of(tags: int, length: int) -> int:
        for tag, possible in lengths.items():
            if possible and length not in possible:
                tags &= ~(1 << tag)
        general = GENERAL if tags & 1 else 0
        for index in range(len(regions)):
            mine = tags >> (index * TAGS_A_REGION) & 0xFFFF
            kind = _kind(mine, same[index])
            # The first region that claims the number decides: by its leading digits if it has any, or by its patterns.
            if mine >> LEADING_TAG & 1 if leads[index] and len(regions) > 1 else kind:
                return general | (kind | index << REGION_SHIFT if kind else 0)
        return general

    return determinise(nfa, value_of)


def short_numbers(region: str, extra: tuple[str, ...] = ()) -> tuple[State, State]:
    """Short numbers of a region and its emergency numbers, two automata. `extra`: patterns of further short numbers."""
    found = PhoneMetadata.short_metadata_for_region(region)
    nfa = Nfa()
    emergency = Nfa()
    for pattern in extra:
        nfa.add(pattern, 0)
    if found is not None:
        for name, tag in (("short_code", 0), ("emergency", 1), ("sms_services", 2), ("premium_rate", 3)):
            desc = getattr(found, name)
            if desc is not None and desc.national_number_pattern:
                nfa.add(desc.national_number_pattern, tag)
        if found.emergency is not None and found.emergency.national_number_pattern:
            emergency.add(found.emergency.national_number_pattern, 0)
    return determinise(nfa, lambda tags, length: tags), determinise(emergency, lambda tags, length: tags)


def international_prefixes(region: str) -> tuple[str, ...]:
    """Templates of the digits dialled before a country code, the plain "00" first where it is one of them.

    phonenumbers tries Hong Kong's 00[126-9]? greedily and reads 0086... as 008 + 6...; what a caller-ID shows is the
    plain prefix far more often than a carrier's.
    """
    rows = [t for t, _, _ in expand(metadata(region).international_prefix or "")]
    rows = list(dict.fromkeys(rows))
    rows.sort(key=lambda t: t != "00")
    return tuple(t for t in rows if t)


def trunk_prefixes(region: str) -> tuple[tuple[str, int, int], ...]:
    """(template, digits that must follow, where the carrier code begins or -1), in the order they are tried.

    Not covered: Japan's 000[2569] numbers, which never call out; Argentina's 15, which `MOBILE_INFIX` handles.
    """
    found = metadata(region)
    if not found.national_prefix_for_parsing:
        return ()
    if region == "AR":
        return (("0", 0, -1),)
    out: list[tuple[str, int, int]] = []
    for template, start, end in expand(found.national_prefix_for_parsing.replace("$", "")):
        follow = 0
        if found.national_prefix_transform_rule == "\\2" and start >= 0:
            follow = len(template) - end
            template = template[:end]
        if found.national_prefix_transform_rule == "\\1" and start >= 0:
            continue
        row = (template, follow, start)
        if not any(row[0] == o[0] and row[2] == o[2] for o in out):
            out.append(row)
        else:
            out = [(t, min(f, follow), s) if (t, s) == (template, start) else (t, f, s) for t, f, s in out]
    return tuple(out)


def mask(lengths: tuple[int, ...]) -> int:
    """Lengths as a bit mask."""
    out = 0
    for n in lengths:
        out |= 1 << n
    return out
