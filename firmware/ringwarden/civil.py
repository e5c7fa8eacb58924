# SPDX-License-Identifier: Apache-2.0
"""Dates from seconds, the same on every interpreter: `time.gmtime` counts from 2000 on one, from 1970 on another."""

DAY = 86400


def civil(seconds: int) -> "tuple[int, int, int, int, int, int]":
    """(year, month, day, hour, minute, second) of `seconds` since 1970-01-01 00:00, proleptic Gregorian."""
    days, rest = divmod(seconds, DAY)
    # Counted from 1 March of year 0, so that the leap day is the last of its year.
    days += 719468
    era, day_of_era = divmod(days, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year, month, day, rest // 3600, rest // 60 % 60, rest % 60


def seconds(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """The inverse of `civil`."""
    year -= 1 if month <= 2 else 0
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return (era * 146097 + day_of_era - 719468) * DAY + hour * 3600 + minute * 60 + second


def iso(local_seconds: int) -> str:
    """2026-11-24T18:05:00, or "" for 0 (a clock that was never set)."""
    if not local_seconds:
        return ""
    return "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}".format(*civil(local_seconds))


def minute_of_day(local_seconds: int) -> int:
    """0 to 1439."""
    return local_seconds % DAY // 60
