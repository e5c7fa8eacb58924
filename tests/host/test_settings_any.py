# SPDX-License-Identifier: Apache-2.0
"""Whatever document a box is handed, it is taken or refused with a place and a remedy; nothing else ever happens."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ringwarden.household import Household
from ringwarden.profiles import ACTIONS
from ringwarden.settings import SettingsError
from ringwarden.settings.schema import SCHEMA

TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "",
        "CN",
        "US",
        "zh",
        "110",
        "+",
        "0",
        "+86",
        "021",
        "22:30",
        "²²:30",
        "2026-12-31",
        "drop",
        "ring",
        "*",
        "*a",
        "strict",
        "mon",
    ]
)


def values(field: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Mostly values that a field of the schema may take, now and then of another type."""
    anything = st.none() | st.booleans() | st.floats() | TEXTS | st.lists(TEXTS, max_size=2) | st.just({})
    if field[0] is str:
        wanted: st.SearchStrategy[Any] = TEXTS
        if len(field) > 1 and isinstance(field[1], tuple):
            wanted = st.sampled_from(field[1]) | TEXTS
    elif field[0] is int:
        wanted = st.integers(field[1] - 2, field[2] + 2)
    elif field[0] is list:
        wanted = st.lists(values(field[1]), max_size=3)
    elif field[1] is None:
        settings = st.sampled_from([*ACTIONS, "referee.LANDLINE_LENGTH", "referee."]) | TEXTS
        wanted = st.dictionaries(settings, st.sampled_from(["ring", "drop", "silence"]) | anything, max_size=4)
    else:
        wanted = tables(field[1])
    return st.integers(0, 29).flatmap(lambda chance: anything if chance == 29 else wanted)


def tables(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    fields = {name.rstrip("!"): values(field) for name, field in schema.items()}
    needed = {name[:-1]: fields[name[:-1]] for name in schema if name.endswith("!")}
    rest = {name: field for name, field in fields.items() if name not in needed}
    return st.fixed_dictionaries(needed, optional=rest)


@given(tables(SCHEMA), st.booleans())
def test_a_document_is_taken_or_refused_with_a_remedy(document: dict[str, Any], is_right_version: bool) -> None:
    if is_right_version:
        document["version"] = 1
    try:
        household = Household.from_document(document)
    except SettingsError as error:
        assert error.remedy and "{}" not in error.told("zh") + error.told("en")
        return
    for setting in ACTIONS:
        assert household.action(setting) in ("ring", "label", "silence", "challenge", "drop")
