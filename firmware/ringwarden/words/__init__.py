# SPDX-License-Identifier: Apache-2.0
"""Everything that a person reads, in English and Chinese. A table a language and topic; the keys are codes."""

LANGUAGES = ("en", "zh")
_TOPICS = ("", "numbers_", "page_", "lists_")


def table(topic: str, lang: str) -> "dict[str, str]":
    """The words of one topic ("page_", "setup_"; "" for reasons) in one language; English for any other.

    Loaded when they are first wanted: a small box speaks one language, and of some topics rarely.
    """
    name = topic + (lang if lang in LANGUAGES else "en")
    found: "dict[str, str]" = __import__("ringwarden.words." + name, None, None, ("TEXTS",)).TEXTS
    return found


def text(code: str, lang: str) -> str:
    """The words for `code`; a code without words shows itself, so that a gap is seen and nothing breaks."""
    for topic in _TOPICS:
        words = table(topic, lang)
        if code in words:
            return words[code]
    return code


def reason(entry: dict, lang: str) -> str:
    """One sentence that says why: from a journal entry's `reason`, `details` and `category`."""
    values = {name: value for name, value in entry["details"].items()}
    values["category"] = text("category." + entry["category"], lang) if entry["category"] else ""
    code = entry["reason"]
    if code + "_NO_NOTE" in table("", lang) and not values.get("note"):
        code += "_NO_NOTE"
    warning = "warning." + entry["category"]
    heard = entry.get("action", "") not in ("silence", "drop")  # nobody can answer what does not ring
    warning = text(warning, lang) if heard and warning in table("", lang) else ""
    try:
        sentence = text(code, lang).format(**values)
    except (KeyError, IndexError, ValueError):  # an old journal may lack a value that today's sentence wants
        sentence = text(code, lang)
    return sentence + (" " if warning and lang == "en" else "") + warning


def update(outcome, lang: str) -> str:
    """What became of an update of the list (`ringwarden.update.lists.Outcome`), in a sentence or two."""
    if outcome.kind != "kept":
        return text("update." + outcome.kind, lang)
    code = "update.kept." + outcome.code
    why = text(code, lang)
    return text("update.kept", lang).format(text("update.kept.update", lang) if why == code else why).strip()
