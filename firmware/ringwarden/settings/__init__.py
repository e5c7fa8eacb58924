# SPDX-License-Identifier: Apache-2.0
"""Reading the household's document: its errors, and the few kinds of text in it that are more than text.

What fields there are stands in `settings.schema`, which is imported only while a document is checked.
"""

from ringwarden import civil

VERSION = 1
LANGUAGES = ("en", "zh")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = 127


class SettingsError(ValueError):
    """`place` is the path inside the document (contacts[2].numbers), `remedy` what to write instead, in English.

    `code` and `values` say the same to a program, and `told` to a person.
    """

    def __init__(self, place: str, code: str, *values) -> None:
        self.place = place
        self.code = code
        self.values = values
        self.remedy = _words("en")[code].format(*values)
        super().__init__("{}: {}".format(place or "document", self.remedy))

    def told(self, lang: str) -> str:
        """Place and remedy in English or Chinese."""
        words = _words(lang)
        return words["place"].format(self.place or words["document"], words[self.code].format(*self.values))


def _words(lang: str) -> "dict[str, str]":
    """Needed only when something is wrong."""
    if lang == "zh":
        from ringwarden.words.settings_zh import TEXTS
    else:
        from ringwarden.words.settings_en import TEXTS
    return TEXTS


def check(document: dict) -> None:
    """Raises `SettingsError` for an unknown or missing field, a wrong type or a value out of range."""
    from ringwarden.settings.schema import check as against_schema

    against_schema(document)


def forget_loading() -> None:
    """Let go of the modules that are needed only while a document is read: once in a long while, in a small heap."""
    import sys

    for name in ("schema", "loading", "pieces"):
        sys.modules.pop("ringwarden.settings." + name, None)
        globals().pop(name, None)


def is_digits(text: str) -> bool:
    """Whether these are digits, at least one, and no other script's."""
    return text != "" and not text.strip("0123456789")


def minute(text: str) -> int:
    """Minute of the day of "22:30", or -1."""
    hours, _, minutes = text.partition(":")
    if not (len(text) == 5 and is_digits(hours) and is_digits(minutes)):
        return -1
    value = int(hours) * 60 + int(minutes)
    return value if int(hours) < 24 and int(minutes) < 60 else -1


def hhmm(minute_of_day: int) -> str:
    """The inverse of `minute`."""
    return "{:02d}:{:02d}".format(minute_of_day // 60, minute_of_day % 60)


def day(text: str) -> int:
    """Days since 1970-01-01 of "2026-12-31", or -1."""
    parts = text.split("-")
    if [len(part) for part in parts] != [4, 2, 2] or not is_digits("".join(parts)):
        return -1
    year, month, date = [int(part) for part in parts]
    if not 1970 <= year <= 9999 or not 1 <= month <= 12 or date < 1:
        return -1
    days = civil.seconds(year, month, date) // civil.DAY
    return days if civil.civil(days * civil.DAY)[:3] == (year, month, date) else -1


def iso_day(days: int) -> str:
    """The inverse of `day`."""
    return "{:04d}-{:02d}-{:02d}".format(*civil.civil(days * civil.DAY)[:3])


def weekday_mask(names: "list[str]") -> int:
    """Bits of the named days, Monday the lowest; every day when none is named."""
    mask = 0
    for name in names:
        mask |= 1 << WEEKDAYS.index(name)
    return mask or EVERY_DAY


def is_within(local_seconds: int, start: int, end: int, days: int = EVERY_DAY) -> bool:
    """Whether a local time lies in the span of minutes `start` to `end`, which may cross midnight.

    `days` are those on which the span begins.
    """
    now = local_seconds % civil.DAY // 60
    today = (local_seconds // civil.DAY + 3) % 7  # 1970-01-01 was a Thursday
    if start <= end:
        return start <= now < end and bool(days >> today & 1)
    if now >= start:
        return bool(days >> today & 1)
    return now < end and bool(days >> (today - 1) % 7 & 1)
