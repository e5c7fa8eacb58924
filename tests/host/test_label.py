# SPDX-License-Identifier: Apache-2.0
"""A box's label: its codes say what the box takes, its document opens with the printed password alone."""

import json
import re
import stat
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from click.testing import CliRunner

from ringwarden.setup import password
from ringwarden.setup.file_store import FileStore
from ringwarden.setup.state import Setup
from ringwarden_tools.cli import main
from ringwarden_tools.label import Label, new_box


def test_texts() -> None:
    label = Label("ringwarden-4f2a", "Ringwarden 4F2A", "K7PM2QXH9TRB")
    assert label.page_text() == "http://ringwarden-4f2a.local/#K7PM-2QXH-9TRB"
    key = password.join_key("K7PM2QXH9TRB")
    assert label.wifi_text() == f"WIFI:T:WPA;S:Ringwarden 4F2A;P:{key};;"


def test_picture_is_a_picture_with_both_codes() -> None:
    _, label = new_box("4f2a")
    picture = ElementTree.fromstring(label.svg())
    assert (picture.get("width"), picture.get("height")) == ("62mm", "40mm")
    codes = [item for item in picture if item.tag.endswith("svg")]
    assert [(code.get("x"), code.get("y"), code.get("width")) for code in codes] == [(*"00", "20"), ("0", "20", "20")]
    texts = " ".join(item.text or "" for item in picture if item.tag.endswith("text"))
    assert password.grouped(label.first) in texts and "http://ringwarden-4f2a.local/" in texts
    assert "\u5bc6\u7801" in texts and "password" in texts


def test_command(tmp_path: Path) -> None:
    picture, document = tmp_path / "box.svg", tmp_path / "box.setup.json"
    arguments = ["label", "24:6F:28:00:4F:2A", "--label", str(picture)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0 and "ringwarden-4f2a.local" in done.output
    printed = re.search(r"password: ([0-9A-Z-]{14})<", picture.read_text(encoding="utf-8"))
    assert printed and printed[1] not in done.output
    for path in (picture, document):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    box = Setup(FileStore(str(document)), lambda count: bytes(count), b"\x4f\x2a")
    assert box.open and box.admits(printed[1], 0) is True and box.admits("AAAA-AAAA-AAAA", 0) is False
    assert box.join_key in picture.read_text(encoding="utf-8")
    before = document.read_bytes()
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 2 and "--force" in again.output and document.read_bytes() == before
    assert CliRunner().invoke(main, [*arguments, "--force"]).exit_code == 0
    assert json.loads(document.read_bytes())["check"] != json.loads(before)["check"]


@pytest.mark.parametrize("name", ["", "xyz1", "4f2", "4f2a4f2a", "24:6f:28:00:4f:2a:00"])
def test_no_address(name: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["label", name, "--label", str(tmp_path / "x.svg")])
    assert done.exit_code == 2 and "MAC address" in done.output and not list(tmp_path.iterdir())
