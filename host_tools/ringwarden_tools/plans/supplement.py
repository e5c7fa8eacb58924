# SPDX-License-Identifier: Apache-2.0
"""What the metadata does not say about a country and a displayed number needs: hand-written, each with its source.

Source, where none is named: the project's notes on mainland China's numbering, which compare libphonenumber, texts of
the public numbering plan and press reports; their marks A (two sources), B (one), C (unconfirmed) are kept.
"""

# Further emergency and call-back lines that must ring, beside phonenumbers' own "emergency" pattern.
MUST_RING: dict[str, tuple[tuple[str, str], ...]] = {
    "CN": (
        ("122", "traffic police, A"),
        ("12119", "forest fire, A"),
        ("95119", "forest fire, older, C"),
        ("95110", "coast guard, A"),
        ("12395", "rescue at sea, A"),
        ("96110", "police anti-fraud line, A: police ask people to answer it"),
    ),
}

# Lines that ring as well with an area code in front (0755-96110).
MUST_RING_WITH_AREA: dict[str, tuple[str, ...]] = {"CN": ("96110",)}

# Short numbers dialled with an area code in front; as a caller they are judged by the referee, and are never dropped.
AREA_EMERGENCY: dict[str, tuple[str, ...]] = {"CN": ("110", "119", "120", "122")}

# First digits of a subscriber's number, where a number of the local length may be something else (1010xxxx, 95xxxxxx).
LOCAL_FIRST: dict[str, str] = {
    "CN": "2345678",  # A: the written plan; libphonenumber takes 0, 1 and 9 as well
    "US": "23456789",
    "CA": "23456789",
}

# Where displays of trunk prefix + calling code occur (086...): elsewhere those digits are more likely an area code.
CODE_BEHIND_TRUNK = ("CN",)

# Where a mobile has an infix on national calls: (infix, what it becomes in front of the number, lengths of area codes).
MOBILE_INFIX: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "AR": ("15", "9", (2, 3, 4)),  # phonenumbers: 0?(area)15 -> 9(area)
}

# Service numbers that phonenumbers does not list as short numbers.
SHORT_EXTRA: dict[str, tuple[str, ...]] = {
    "CN": (
        r"95[0-9]\d{2,5}",  # 95 class, 5 to 8 digits, A and B
        r"96\d{5,6}",  # extended 96, B
        r"12110\d{0,3}",  # text alarm, A
        r"11[68]\d{3}",  # directory services, C
        r"1118[35]",  # post, A
        r"125\d{2,3}",  # value-added access codes, C
        r"123\d\d",  # government lines, A
        r"11[24-7]|12[0-2]|12121",  # old exchange services, B
        r"10[0-2]\d\d",  # carriers, A
    ),
}
