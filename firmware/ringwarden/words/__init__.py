# SPDX-License-Identifier: Apache-2.0
"""Everything that a person reads, in English and Chinese. A table a language and topic; the keys are codes."""

from ringwarden.words import en, lists_en, lists_zh, numbers_en, numbers_zh, page_en, page_zh, zh

LANGUAGES = ("en", "zh")

_TABLES = {
    "en": (en.TEXTS, numbers_en.TEXTS, page_en.TEXTS, lists_en.TEXTS),
    "zh": (zh.TEXTS, numbers_zh.TEXTS, page_zh.TEXTS, lists_zh.TEXTS),
}


def text(code: str, lang: str) -> str:
    """The words for `code`; a code without words shows itself, so that a gap is seen and nothing breaks."""
    for table in _TABLES.get(lang, _TABLES["en"]):
        if code in table:
            return table[code]
    return code


def reason(entry: dict, lang: str) -> str:
    """One sentence that says why: from a journal entry's `reason`, `details` and `category`."""
    values = {name: value for name, value in entry["details"].items()}
    values["category"] = text("category." + entry["category"], lang) if entry["category"] else ""
    code = entry["reason"]
    if code + "_NO_NOTE" in en.TEXTS and not values.get("note"):
        code += "_NO_NOTE"
    warning = "warning." + entry["category"]
    heard = entry.get("action", "") not in ("silence", "drop")  # nobody can answer what does not ring
    warning = text(warning, lang) if heard and warning in en.TEXTS else ""
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
