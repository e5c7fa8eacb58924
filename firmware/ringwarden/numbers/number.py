# SPDX-License-Identifier: Apache-2.0
"""A telephone number as it was shown and as it is, and the place from which it is read. Plain data."""

from ringwarden.numbers import plan as plans
from ringwarden.numbers import world


class Home:
    """The household's place: `country` ISO code, `area_code` without trunk prefix ("" when calls are dialled in full),
    `local_length` digits of a subscriber's number (0: found from the plan; stays 0 where an area has several lengths).

    `plan` is the country's plan module or None when the firmware carries none; `code` its calling code or "".
    """

    __slots__ = ("country", "area_code", "local_length", "plan", "code")

    def __init__(self, country: str = "CN", area_code: str = "", local_length: int = 0):
        self.country = country.upper()
        self.area_code = area_code
        self.plan = plans.load(self.country)
        self.code = self.plan.CODE if self.plan else world.code_of(self.country)
        self.local_length = local_length or self._local_length()

    def _local_length(self) -> int:
        """The one length of subscribers' numbers in the area, 0 when there are several or none is known."""
        if self.plan is None or not self.area_code.isdigit():
            return 0
        lengths = []
        for length in range(4, 10):
            for first in "28":
                if length not in lengths and plans.valid(
                    self.plan, self.area_code + first + "2345678901"[: length - 1]
                ):
                    lengths.append(length)
        return lengths[0] if len(lengths) == 1 else 0


class Number:
    """One number.

    shown           digits as displayed, separators removed; may begin with "+". What the telephone network cannot carry
                    is kept when printable ASCII and is "?" otherwise, so that it can be judged; at most 32 characters
    e164            "+86..." or "" when it has no such form; a short number is calling code + number
    country         ISO code, or "" when unknown
    kind            one of `plan.KINDS` or "short"
    form            "local", "national", "trunk", "international", "bare_country_code", "short", or "" for no number
    carrier_prefix  "17951" or ""
    """

    __slots__ = ("shown", "e164", "country", "kind", "form", "carrier_prefix")

    def __init__(
        self,
        shown: str,
        e164: str = "",
        country: str = "",
        kind: str = "unknown",
        form: str = "",
        carrier_prefix: str = "",
    ):
        self.shown = shown
        self.e164 = e164
        self.country = country
        self.kind = kind
        self.form = form
        self.carrier_prefix = carrier_prefix

    def __repr__(self):
        return "Number({}, {}, {}, {}, {})".format(self.shown, self.e164, self.country, self.kind, self.form)


def key(number: Number) -> int:
    """The E.164 digits as an integer, 0 when the number has no such form. At most 18 digits, so it fits 63 bits."""
    return int(number.e164[1:]) if number.e164 else 0


def from_key(value: int) -> str:
    """The "+digits" of a key, "" for 0."""
    return "+" + str(value) if value > 0 else ""
