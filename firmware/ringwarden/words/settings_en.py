# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a settings document and what to write instead, in English. Imported when something is wrong."""

TEXTS = {
    "place": "{}: {}",
    "document": "document",
    "str": "must be text in quotes",
    "int": "must be a whole number",
    "list": "must be a list",
    "dict": "must be a table",
    "missing": "is missing; add it",
    "unknown": "no such setting; there are: {}",
    "one_of": "use one of {}",
    "never_dropped": "such a caller cannot be known, so it is never dropped; use one of {}",
    "range": "a whole number from {} to {}",
    "too_many": "holds {}, and {} fit; remove some",
    "some": "must not be empty",
    "time": 'write a time of day as "22:30"',
    "date": 'write a date as "2026-12-31"',
    "sha256": "write the 64 hexadecimal digits that sha256sum prints",
    "prefix": 'write the digits that such numbers begin with, as "+8610" or "0755"; "+" is any from abroad',
    "every_number": "that is every number; write more digits",
    "pattern": 'write part of the name with * for the rest, as "*loan*", at most 50 characters',
    "version": "this box reads version {}; update the box or the document",
    "evidence": "add text (what was agreed) or sha256 (of the file); without it no consent was given",
    "country": "is no country; write its two letters, such as CN, US or DE",
    "number": "{} is not a phone number here; write it with its area code or as +country number",
}
