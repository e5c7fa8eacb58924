# SPDX-License-Identifier: Apache-2.0
"""Which targets a delegation covers (TUF specification, 4.5): path patterns, hash prefixes, hash bins."""

import binascii
import hashlib


def matches(path: str, pattern: str) -> bool:
    """Shell-style: `*` any run, `?` one character, `[abc]`, `[a-z]`, `[!abc]`; none of them crosses a slash."""
    parts = path.split("/")
    patterns = pattern.split("/")
    return len(parts) == len(patterns) and all(_part(parts[i], patterns[i]) for i in range(len(parts)))


def _part(text: str, pattern: str) -> bool:
    """One stretch between slashes; steps back to the last `*` only, so that time grows with the product of lengths."""
    at = where = 0
    star = -1
    mark = 0
    while at < len(text):
        if where < len(pattern) and pattern[where] == "*":
            star = where
            mark = at
            where += 1
            continue
        step = _one(text[at], pattern, where) if where < len(pattern) else 0
        if step:
            at += 1
            where += step
        elif star >= 0:
            mark += 1
            at = mark
            where = star + 1
        else:
            return False
    while where < len(pattern) and pattern[where] == "*":
        where += 1
    return where == len(pattern)


def _one(char: str, pattern: str, where: int) -> int:
    """How many characters of the pattern stand for `char` at `where`; 0 when they do not."""
    if pattern[where] == "?":
        return 1
    if pattern[where] != "[":
        return 1 if pattern[where] == char else 0
    start = where + 1
    negated = pattern[start : start + 1] == "!"
    if negated:
        start += 1
    end = pattern.find("]", start + 1)
    if end < 0:  # no closing bracket: it stands for itself
        return 1 if char == "[" else 0
    found = False
    at = start
    while at < end:
        if at + 2 < end and pattern[at + 1] == "-":
            found = found or pattern[at] <= char <= pattern[at + 2]
            at += 3
        else:
            found = found or pattern[at] == char
            at += 1
    return end + 1 - where if found != negated else 0


def path_hash(path: str) -> str:
    """SHA-256 of a target's path, in lowercase hex."""
    return binascii.hexlify(hashlib.sha256(path.encode()).digest()).decode()


def bin_name(path: str, prefix: str, bit_length: int) -> str:
    """The role among 2**bit_length hash bins that `path` falls into (succinct delegation, TAP 15)."""
    digits = len("{:x}".format((1 << bit_length) - 1))
    number = int(path_hash(path)[:8], 16) >> (32 - bit_length)
    text = "{:x}".format(number)
    return prefix + "-" + "0" * (digits - len(text)) + text
