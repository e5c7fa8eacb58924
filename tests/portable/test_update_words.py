# SPDX-License-Identifier: Apache-2.0
"""Every trouble of a list and every outcome of an update has its sentence in both languages."""

from ringwarden import words
from ringwarden.faces import view
from ringwarden.update import errors
from ringwarden.update.lists import KEPT, UPDATED, Outcome
from ringwarden.words import lists_en, lists_zh

TROUBLES = ("empty", "damaged", "fallback")
ERRORS = "update fetch not_found slow too_big format signature rollback mismatch expired clock store".split()
CODES = "absent kind region device size list differs flash memory".split() + ERRORS


def test_words():
    """Every trouble and every outcome has its sentence in both languages."""
    for lang in ("en", "zh"):
        texts = view.page_words(lang)
        said = [texts["list." + trouble] for trouble in TROUBLES]
        outcomes = [Outcome(UPDATED), Outcome("current")] + [Outcome(KEPT, code) for code in CODES]
        said += [words.update(outcome, lang) for outcome in outcomes]
        assert len(set(said)) == len(said)
        for text in said:
            assert text and "update." not in text and "{" not in text
            assert (lang == "zh") == (ord(text[0]) > 255)
        assert words.update(Outcome(KEPT, "news"), lang) == words.update(Outcome(KEPT, "update"), lang)
    assert sorted(lists_en.TEXTS) == sorted(lists_zh.TEXTS)


def test_every_error_has_words():
    codes = set()
    for name in dir(errors):
        code = getattr(getattr(errors, name), "code", None)
        if code:
            codes.add(code)
    assert codes == set(ERRORS)


def test_status_tells_the_page():
    assert view.status([], "", "damaged")["list"] == "damaged"
