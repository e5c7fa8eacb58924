# SPDX-License-Identifier: Apache-2.0
"""Calls that were recorded on real lines and line simulators, through the command."""

import json

import pytest
from click.testing import CliRunner

from ringwarden_tools.cli import main

FIELDS = ("number", "name", "datetime")


def expected_calls(recordings):
    return json.loads((recordings / "EXPECTED.json").read_text())


def decode(path, *options):
    result = CliRunner().invoke(main, ["decode", "--json", str(path), *options])
    assert result.exit_code == 0, result.output
    return [json.loads(text) for text in result.stdout.splitlines()]


def test_every_recording(recordings):
    calls = expected_calls(recordings)
    assert calls
    for name, want in calls.items():
        found = decode(recordings / name)
        assert [m["standard"] for m in found] == [want["standard"]] * len(want["calls"]), name
        assert all(m["checksum_ok"] for m in found)
        assert [{field: m[field] for field in FIELDS} for m in found] == want["calls"], name


@pytest.mark.parametrize("standard", ["bell202", "v23"])
def test_one_standard(recordings, standard):
    for name, want in expected_calls(recordings).items():
        found = decode(recordings / name, "--standard", standard)
        assert bool(found) == (want["standard"] == standard), name


def test_nothing_bad_beside_them(recordings):
    for name, want in expected_calls(recordings).items():
        assert len(decode(recordings / name, "--bad")) == len(want["calls"]), name
