# SPDX-License-Identifier: Apache-2.0
"""The household's document: what is accepted, and what is said about the rest."""

from ringwarden.household import ACTIONS, Household
from ringwarden.settings import SettingsError

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
    ([], "document", "table"),
)


def test_wrong_documents_name_place_and_remedy() -> None:
    for document, place, remedy in WRONG:
        try:
            Household.from_document(document)  # type: ignore[arg-type]
        except SettingsError as error:
            assert error.place == place, (document, error.place)
            assert remedy in error.remedy, (document, error.remedy)
        else:
            raise AssertionError("accepted: {}".format(document))


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
