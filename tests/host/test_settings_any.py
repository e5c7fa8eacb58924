# SPDX-License-Identifier: Apache-2.0
"""Whatever document a box is handed, it is taken or refused with a place and a remedy; nothing else ever happens."""

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ringwarden.household import Household
from ringwarden.profiles import ACTIONS
from ringwarden.settings import SettingsError
from ringwarden.settings.pieces import Pieces
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


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=25,
)


@given(st.dictionaries(st.text(max_size=5), NESTED, max_size=6), st.booleans(), st.sampled_from([None, 1]))
def test_pieces_of_a_file_make_up_the_whole(document: dict[str, Any], ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass")
    pieces = Pieces(io.BytesIO(text))
    found: dict[str, Any] = {name: [] if index == 0 else value for name, index, value in pieces.each(False)}
    for name, index, value in pieces.each(True):
        assert len(found[name]) == index
        found[name].append(value)
    assert found == document


@given(st.binary(max_size=60) | st.text('{}[]",:1 \\\\ab', max_size=40).map(str.encode))
def test_any_bytes_are_read_as_json_reads_them_or_refused(raw: bytes) -> None:
    try:
        Household.from_file(io.BytesIO(raw))
    except (SettingsError, ValueError):
        return
    raise AssertionError("taken without a version")


@given(tables(SCHEMA))
def test_a_file_and_a_document_are_taken_or_refused_alike(document: dict[str, Any]) -> None:
    document["version"] = 1
    outcomes = []
    for read in (Household.from_document, lambda one: Household.from_file(io.BytesIO(json.dumps(one).encode()))):
        try:
            outcomes.append(sorted(read(document).contacts))
        except SettingsError:
            outcomes.append("refused")
    assert outcomes[0] == outcomes[1]
