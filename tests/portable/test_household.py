# SPDX-License-Identifier: Apache-2.0
"""The household's document: what is accepted, and what is said about the rest."""

from ringwarden.household import ACTIONS, Household
from ringwarden.settings import SettingsError, day, hhmm, iso_day, minute
from ringwarden.words import settings_en, settings_zh


def consent(**changes) -> dict:
    entry = {
        "company": "Harbour Bank",
        "numbers": ["95588"],
        "purpose": "loans",
        "evidence": {"text": "agreed"},
        "hours": {"from": "09:00", "until": "18:00"},
        "expires": "2026-12-31",
    }
    entry.update(changes)
    return entry


WRONG = (
    # document, place, a word of the remedy
    ({}, "version", "missing"),
    ({"version": 2}, "version", "version 1"),
    ({"version": True}, "version", "whole number"),
    ({"version": 1, "contact": []}, "contact", "contacts"),
    ({"version": 1, "contacts": [{"name": "x"}]}, "contacts[0].numbers", "missing"),
    ({"version": 1, "contacts": [{"name": "x", "numbers": ["12"]}]}, "contacts[0]", "area code"),
    ({"version": 1, "contacts": {"name": "x"}}, "contacts", "list"),
    ({"version": 1, "allowed": [{"number": 5}]}, "allowed[0].number", "quotes"),
    ({"version": 1, "quiet_hours": {"from": "24:00", "until": "07:00"}}, "quiet_hours.from", "22:30"),
    ({"version": 1, "quiet_hours": {"from": "9:00", "until": "07:00"}}, "quiet_hours.from", "22:30"),
    ({"version": 1, "language": "fr"}, "language", "zh"),
    ({"version": 1, "home": {"timezone_minutes": 900}}, "home.timezone_minutes", "840"),
    ({"version": 1, "home": {"country": "ZZ"}}, "home.country", "two letters"),
    ({"version": 1, "repeat": {"calls": 0}}, "repeat.calls", "1"),
    ({"version": 1, "actions": {"listed.nobody": "drop"}}, "actions.listed.nobody", "listed.property"),
    ({"version": 1, "actions": {"stranger": "bark"}}, "actions.stranger", "silence"),
    ({"version": 1, "actions": {"stranger": "drop"}}, "actions.stranger", "never dropped"),
    ({"version": 1, "actions": {"anonymous.withheld": "drop"}}, "actions.anonymous.withheld", "never dropped"),
    ([], "", "table"),
    ({"version": 1, "profile": "harsh"}, "profile", "contacts_only"),
    ({"version": 1, "dialled": {"days": 61}}, "dialled.days", "60"),
    ({"version": 1, "contacts": [{"name": "x", "numbers": ["13800138000"] * 101}]}, "contacts[0].numbers", "100 fit"),
    ({"version": 1, "quiet_hours": {"from": "22:00", "until": "07:00", "days": ["Mon"]}}, "quiet_hours.days[0]", "mon"),
    ({"version": 1, "actions": {"referee.NO_SUCH_CODE": "label"}}, "actions.referee.NO_SUCH_CODE", "referee.<CODE>"),
    (
        {"version": 1, "actions": {"referee.LANDLINE_LENGTH": "drop"}},
        "actions.referee.LANDLINE_LENGTH",
        "never dropped",
    ),
    ({"version": 1, "actions": {"flood": "drop"}}, "actions.flood", "never dropped"),
    ({"version": 1, "names": [{"pattern": " ** ", "action": "label"}]}, "names[0].pattern", "*loan*"),
    ({"version": 1, "names": [{"pattern": "a", "action": "drop"}]}, "names[0].action", "never dropped"),
    ({"version": 1, "names": [{"pattern": "a", "action": "bark"}]}, "names[0].action", "use one of"),
    ({"version": 1, "consents": [consent(evidence={})]}, "consents[0].evidence", "sha256"),
    ({"version": 1, "consents": [consent(evidence={"text": " "})]}, "consents[0].evidence.text", "empty"),
    ({"version": 1, "consents": [consent(evidence={"sha256": "ab"})]}, "consents[0].evidence.sha256", "64"),
    ({"version": 1, "consents": [consent(expires="2026-02-29")]}, "consents[0].expires", "2026-12-31"),
    ({"version": 1, "consents": [consent(revoked="soon")]}, "consents[0].revoked", "2026-12-31"),
    ({"version": 1, "consents": [consent(company="")]}, "consents[0].company", "empty"),
    ({"version": 1, "consents": [consent(numbers=["1"])]}, "consents[0]", "area code"),
)


def test_wrong_documents_name_place_and_remedy() -> None:
    for document, place, remedy in WRONG:
        try:
            Household.from_document(document)  # type: ignore[arg-type]
        except SettingsError as error:
            assert error.place == place, (document, error.place)
            assert remedy in error.remedy, (document, error.remedy)
            for told in (error.told("zh"), error.told("en"), str(error)):
                assert place in told and "{" not in told, told
            assert error.told("zh") != error.told("en")
        else:
            raise AssertionError("accepted: {}".format(document))


def test_both_languages_have_the_same_words() -> None:
    assert sorted(settings_en.TEXTS) == sorted(settings_zh.TEXTS)
    for code, words in settings_en.TEXTS.items():
        assert words.count("{}") == settings_zh.TEXTS[code].count("{}"), code


def test_dates_and_times_of_day() -> None:
    for text in ("1970-01-01", "2024-02-29", "2026-12-31", "9999-12-31"):
        assert iso_day(day(text)) == text
    for text in (
        "",
        "2026-13-01",
        "2026-00-10",
        "2026-02-29",
        "2026-4-1",
        "26-04-01",
        "2026/04/01",
        "1969-12-31",
        "２０２６-04-01",
    ):
        assert day(text) == -1, text
    for text in ("", "9:00", "24:00", "12:60", "12-30", "²²:30", "-1:30", " 9:30"):
        assert minute(text) == -1, text
    assert [minute(hhmm(one)) for one in range(1440)] == list(range(1440))


def test_the_smallest_document_is_a_household() -> None:
    house = Household.from_document({"version": 1})
    assert house.action("stranger") == "ring" and house.action("listed.property") == "drop"


def test_actions_can_be_set() -> None:
    house = Household.from_document({"version": 1, "actions": {"listed.property": "silence", "stranger": "label"}})
    assert house.action("listed.property") == "silence" and house.action("stranger") == "label"
    assert house.action("listed.criminal") == ACTIONS["listed.criminal"] == "drop"


def test_all_forms_of_a_contact_are_one() -> None:
    house = Household.from_document(
        {"version": 1, "contacts": [{"name": "A", "numbers": ["0086 138 0013 8000", "13800138000"]}]}
    )
    assert list(house.contacts.values()) == ["A"]
