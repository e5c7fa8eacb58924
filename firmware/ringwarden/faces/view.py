# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a call, as plain values: every face shows the same words, numbers and counts.

Works on the entries of `appliance.calls` and imports no face. Strings from calls are passed on as text; a face must
never read them as markup.
"""

from ringwarden import words

LANGUAGES = ("en", "zh")
ACTIONS = ("ring", "label", "silence", "challenge", "drop")

# ITU-T E.164 country codes of one and two digits; every other code has three.
_CODES_1 = "1 7".split()
_CODES_2 = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 "
    "81 82 84 86 90 91 92 93 94 95 98"
).split()


def page_words(lang: str) -> "dict[str, str]":
    """The fixed texts of page and terminal in `lang`, one of `LANGUAGES`; any other reads as English."""
    return words.table("page_", lang)


def best_language(accept: str, default: str) -> str:
    """The language of `LANGUAGES` that an Accept-Language header (RFC 9110, 12.5.4) likes best; `default` when none."""
    best, best_weight = default, 0.0
    for item in accept.split(","):
        tag, _, parameters = item.strip().partition(";")
        lang = tag.strip().lower().split("-")[0]
        weight = _weight(parameters)
        if lang in LANGUAGES and weight > best_weight:
            best, best_weight = lang, weight
    return best


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def readable_number(number: str, shown: str = "") -> str:
    """+8613800138000 as "+86 138 0013 8000": groups that can be read aloud.

    Services such as 120, and what has no E.164 form, stay as the line showed them.
    """
    digits = number[1:]
    if number[:1] != "+" or not digits.isdigit() or len(digits) < 7:
        return shown or number
    if digits[0] in _CODES_1:
        code = digits[:1]
    elif digits[:2] in _CODES_2:
        code = digits[:2]
    else:
        code = digits[:3]
    rest = digits[len(code) :]
    groups = _chinese(rest) if code == "86" else _groups(rest)
    if not groups:
        return shown or number
    return "+" + " ".join([code] + groups)


def _chinese(rest: str) -> "list[str]":
    """Mobile 3-4-4, 400 and 800 services 3-3-4, fixed lines area code and 7 or 8 digits; [] for anything else."""
    if rest[:1] == "1" and rest[:2] != "10" and len(rest) == 11:
        return [rest[:3], rest[3:7], rest[7:]]
    if rest[:3] in ("400", "800") and len(rest) == 10:
        return [rest[:3], rest[3:6], rest[6:]]
    area = 2 if rest[:2] == "10" or rest[:1] == "2" else 3
    if len(rest) - area in (7, 8):
        return [rest[:area]] + _groups(rest[area:])
    return []


def _groups(digits: str) -> "list[str]":
    groups = []
    while len(digits) > 4 and len(digits) != 8:
        step = 2 if len(digits) == 5 else 3
        groups.append(digits[:step])
        digits = digits[step:]
    return groups + ([digits[:4], digits[4:]] if len(digits) == 8 else [digits])


def caller(entry: dict, lang: str) -> "tuple[str, str]":
    """(who calls, a second line): a known name and its number, a number and the name it announces, or why neither."""
    texts = page_words(lang)
    number = readable_number(entry.get("number", ""), entry.get("shown", ""))
    announced = entry.get("name", "")
    if entry.get("who"):
        return entry["who"], number
    if number:
        return number, texts["announced"].format(announced) if announced else ""
    if not entry.get("absence") and not entry.get("action"):
        return texts["caller.waiting"], ""
    absence = entry.get("absence") or "none"
    title = texts.get("caller." + absence, texts["caller.none"])
    return title, texts["announced"].format(announced) if announced else ""


def took_us(entry: dict) -> "int | None":
    """Microseconds from the end of caller-ID to the verdict: measured, else by the line's clock.

    None before the verdict and for a call whose caller-ID never came whole: there is no moment to count from.
    """
    end = entry.get("cid_end_ms") or 0
    if not entry.get("action") or end <= 0 or entry.get("absence") in ("none", "broken"):
        return None
    return entry.get("latency_us") or max(0, entry["verdict_ms"] - end) * 1000


def milliseconds(us: int) -> str:
    """7400 as "7.4", 23400 as "23": no more digits than a person wants."""
    if us < 10000:
        return "{:.1f}".format(us / 1000)
    return str((us + 500) // 1000)


def took(entry: dict, lang: str) -> str:
    """Says "Decided 7.4 ms after caller-ID", or "" when that has no meaning."""
    us = took_us(entry)
    if us is None:
        return ""
    return page_words(lang)["took"].format(milliseconds(us))


def outcome(entry: dict, lang: str) -> str:
    """How the call ended: "Answered, 1 min 5 s". "" while it lasts and where the verdict has said it already."""
    texts = page_words(lang)
    text = texts.get("outcome." + entry.get("outcome", ""), "")
    seconds = entry.get("duration_s") or 0
    if not text or not seconds or entry.get("outcome") != "answered":
        return text
    if seconds < 60:
        return texts["lasted.s"].format(text, seconds)
    return texts["lasted.min"].format(text, seconds // 60, seconds % 60)


def sentence(entry: dict, lang: str) -> str:
    """What happened and why, for a person; while nothing is decided, what is going on."""
    if entry.get("reason"):
        return words.reason(entry, lang)
    return page_words(lang)["deciding"]


def describe(entry: dict, lang: str) -> "dict[str, object]":
    """The call as the page shows it: every value is text or a number that is ready to be displayed."""
    texts = page_words(lang)
    who, second = caller(entry, lang)
    category = entry.get("category", "")
    return {
        "id": entry["id"],
        "at": entry.get("at", ""),
        "state": entry.get("state", ""),
        "who": who,
        "known": bool(entry.get("who")),
        "second": second,
        "number": entry.get("number", ""),
        "action": entry.get("action", ""),
        "verdict": texts["verdict." + (entry.get("action") or "none")],
        "sentence": sentence(entry, lang),
        "reason": entry.get("reason", ""),
        "rule": entry.get("rule", ""),
        "category": words.text("category." + category, lang) if category else "",
        "took": took(entry, lang),
        "outcome": outcome(entry, lang),
        "rings": entry.get("rings") or 0,
        "standard": texts.get("standard." + entry.get("standard", ""), entry.get("standard", "")),
        "quality": entry.get("quality"),
    }


def status(calls: "list[dict]", today: str = "", list_trouble: str = "") -> "dict[str, object]":
    """The state of the box and what it did today.

    `calls` oldest first; `today` as "2026-11-24", or "" for the day of the newest call; `list_trouble` is what ails the
    block list ("empty", "damaged", "fallback"), or "".
    """
    state, current = "waiting", 0
    for entry in calls:
        if entry.get("state") in ("ringing", "decided", "talking"):
            state, current = entry["state"], entry["id"]
            action = entry.get("action", "")
            if state == "decided" and action:
                state = action
    if not today and calls:
        today = calls[-1].get("at", "")[:10]
    counts = {}
    for action in ACTIONS:
        counts[action] = len([1 for e in calls if e.get("action") == action and e.get("at", "")[:10] == today])
    return {
        "state": state,
        "call": current,
        "today": counts,
        "date": today,
        "newest": calls[-1]["id"] if calls else 0,
        "list": list_trouble,
    }
