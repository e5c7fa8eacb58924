# SPDX-License-Identifier: Apache-2.0
"""`ringwarden settings check`: the line and the remedy for what is wrong in a document."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ringwarden_tools.cli import main
from ringwarden_tools.settings_file import json_line, json_places, toml_line

ROOT = Path(__file__).resolve().parents[2]

JSON_CASES = (
    # document, line, words of the sentence
    (
        '{"version": 1,\n "contacts": [\n  {"name": "A", "numbers": ["110"]},\n  {"name": "B"}\n ]}',
        4,
        "contacts[1].numbers",
    ),
    ('{"version": 1,\n "actions": {\n  "stranger": "ring",\n  "listed.nobody": "drop"}}', 4, "listed.nobody"),
    ('{"version": 1,\n\n "quiet_hours": {"from": "22:00",\n  "until": "25:00"}}', 4, "22:30"),
    ('{"language": "zh"}', 1, "version: is missing"),
    ('{"version": 1,\n "profile": "default",\n "profile": "strict"}', 3, "twice"),
    ('{"version": 1,\n "prefixes": [{"prefix": "021", "action":\n"drop"}]}', 2, "never dropped"),
    ('{"version": 1,\n "contacts": [}', 2, "is no JSON"),
    ('{"version": 1,\n "contacts": [{"name": "x\\"]}", "numbers": []}],\n "refused": [{}]}', 3, "refused[0].number"),
    ("[]", 1, "must be a table"),
    ("[" * 100000, 1, "deep"),
)

TOML_CASES = (
    (
        'version = 1\n\n[[contacts]]\nname = "A"\nnumbers = ["110"]\n\n[[contacts]]\nname = "B"\nnumbers = ["12"]\n',
        7,
        "contacts[1]",
    ),
    ('version = 1\nrefused = [\n  { number = "021 5555 0199" },\n  { numbr = "021" },\n]\n', 4, "refused[1].numbr"),
    ('version = 1\n[actions]\nstranger = "ring"\n"listed.property" = "bark"\n', 4, "listed.property"),
    ('title = "x"\n[home]\narea_code = "010"\n[household]\nlanguage = "zh"\nprofile = "harsh"\n', 6, "contacts_only"),
    ('version = 1\nexpires = "unclosed\n', 2, "is no TOML"),
)


def run(path: Path, *more: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["settings", "check", str(path), *more])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


@pytest.mark.parametrize(("text", "line", "words"), JSON_CASES)
def test_json_names_the_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "household.json"
    path.write_text(text, encoding="utf-8")
    status, output = run(path)
    assert status == 2 and words in output, output
    assert words == "deep" or f"line {line}:" in output, output
    assert output.count("\n") == 1


@pytest.mark.parametrize(("text", "line", "words"), TOML_CASES)
def test_toml_names_the_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = tmp_path / "household.toml"
    path.write_text(text, encoding="utf-8")
    status, output = run(path)
    assert status == 2 and words in output and f"line {line}" in output, output


def test_what_is_no_text_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "household.json"
    assert run(path)[0] == 2
    path.write_bytes(b'{"version": 1,\n "language": "\xff"}')
    status, output = run(path)
    assert status == 2 and "line 2" in output and "UTF-8" in output


def test_chinese_remedies(tmp_path: Path) -> None:
    path = tmp_path / "household.json"
    path.write_text('{"version": 1, "profile": "harsh"}', encoding="utf-8")
    status, output = run(path, "--lang", "zh")
    assert status == 2 and "请从这些中选一个" in output


def test_good_documents(tmp_path: Path) -> None:
    path = tmp_path / "household.json"
    path.write_text('\ufeff{"version": 1, "contacts": [{"name": "A", "numbers": ["110"]}]}', encoding="utf-8")
    assert run(path) == (0, f"{path}: good (1 contacts)\n")
    for scenario in sorted((ROOT / "firmware/boards/simulator/scenarios").glob("*.toml")):
        assert run(scenario)[0] == 0, scenario


def examples() -> list[str]:
    """The blocks of JSON in docs/SETTINGS.md."""
    text = (ROOT / "docs/SETTINGS.md").read_text(encoding="utf-8")
    return [block.split("\n```")[0] for block in text.split("```json\n")[1:]]


def test_the_examples_of_the_documentation_are_good(tmp_path: Path) -> None:
    path = tmp_path / "household.json"
    assert len(examples()) >= 5
    for text in examples():
        document = json.loads(text)
        path.write_text(json.dumps({"version": 1, **document}), encoding="utf-8")
        assert run(path)[0] == 0, (text, run(path)[1])


def test_the_documentation_has_every_field_and_setting() -> None:
    from ringwarden.profiles import ACTIONS, PROFILES
    from ringwarden.settings.schema import SCHEMA

    text = (ROOT / "docs/SETTINGS.md").read_text(encoding="utf-8")

    def names(schema: dict[str, Any]) -> list[str]:
        found = []
        for name, field in schema.items():
            found.append(name.rstrip("!"))
            inner = field[1] if field[0] is list else field
            if inner[0] is dict and inner[1]:
                found += names(inner[1])
        return found

    for name in names(SCHEMA) + list(PROFILES) + [name for name in ACTIONS if not name.startswith("listed.")]:
        assert f"`{name}`" in text, name


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES, st.sampled_from([None, 1, "\t"]))
def test_every_value_of_a_json_text_has_its_line(value: object, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent)
    places = json_places(text)
    assert all(1 <= json_line(text, place) <= text.count("\n") + 1 for place, _ in places)

    def count(inner: object) -> int:
        items = inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
        return sum(1 + count(item) for item in items)

    assert len(places) == count(value)


def test_lines_of_toml_values_in_lists_that_span_lines() -> None:
    text = 'a = 1\nlist = [\n  { x = "1" },\n  { x = "2",  },\n  { x = "3" },\n]\nb = 2'
    text = text.replace(",  }", " }")
    assert [toml_line(text, f"list[{index}].x") for index in range(3)] == [3, 4, 5]
    assert toml_line(text, "b") == 7 and toml_line(text, "list[2].y") == 5 and toml_line(text, "nothing") == 1
