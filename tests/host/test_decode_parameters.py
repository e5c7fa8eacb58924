# SPDX-License-Identifier: Apache-2.0
"""Parameters by name: a row for each type of GR-30-CORE, EN 300 659-3 and NTT, and for what nobody defined."""

import json

import impairments as line
import pytest
import soundfile
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ringwarden import native
from ringwarden_tools.cli import main
from ringwarden_tools.decode.parameters import parameters

# type, bytes, name, value under V.23
ROWS = [
    (0x01, b"03150941", "date_and_time", "03-15 09:41"),
    (0x02, b"5551234567", "calling_line_identity", "5551234567"),
    (0x03, b"62345678", "called_line_identity", "62345678"),
    (0x04, b"P", "reason_for_absence_of_number", "private"),
    (0x04, b"O", "reason_for_absence_of_number", "unavailable"),
    (0x04, b"X", "reason_for_absence_of_number", "X"),
    (0x05, b"\x02", "reason_for_redirection", "0x02"),
    (0x05, b"1", "reason_for_redirection", "1"),
    (0x06, b"L", "call_qualifier", "long distance"),
    (0x07, b"Ren\xe9e", "calling_party_name", "Ren\u00e9e"),
    (0x08, b"O", "reason_for_absence_of_name", "unavailable"),
    (0x0B, b"\xff", "visual_indicator", "on"),
    (0x0B, b"\x00", "visual_indicator", "off"),
    (0x0B, b"\x07", "visual_indicator", "0x07"),
    (0x0D, b"\xff\x01\x02", "message_identification", "added, message 258"),
    (0x0D, b"\x55\x00", "message_identification", ""),
    (0x0E, b"5550100", "last_message_calling_line_identity", "5550100"),
    (0x0F, b"0315094130", "complementary_date_and_time", "03-15 09:41:30"),
    (0x0F, b"0315", "complementary_date_and_time", "0315"),
    (0x10, b"5550101", "complementary_calling_line_identity", "5550101"),
    (0x11, b"\x01", "call_type", "voice call"),
    (0x11, b"\x81", "call_type", "message waiting"),
    (0x11, b"\x42", "call_type", "0x42"),
    (0x11, b"", "call_type", ""),
    (0x12, b"5550102", "first_called_line_identity", "5550102"),
    (0x13, b"\x03", "network_message_system_status", "3"),
    (0x15, b"\x01", "type_of_forwarded_call", "busy"),
    (0x15, b"\x03", "type_of_forwarded_call", "unconditional"),
    (0x16, b"\x04", "type_of_calling_user", "mobile phone"),
    (0x16, b"\x0f", "type_of_calling_user", "payphone"),
    (0x1A, b"5550103", "redirecting_number", "5550103"),
    (0x20, b"EUR0000000125", "charge", "EUR0000000125"),
    (0x21, b"EUR0000000005", "additional_charge", "EUR0000000005"),
    (0x23, b"000130", "duration_of_the_call", "00:01:30"),
    (0x30, b"Net", "network_provider_identity", "Net"),
    (0x31, b"Carrier", "carrier_identity", "Carrier"),
    (0x40, b"12", "selection_of_terminal_function", "12"),
    (0x50, b"\x05Hello", "display_information", "network provider: Hello"),
    (0x50, b"\x84Buy", "display_information", "advertisement: Buy"),
    (0x55, b"\xff", "service_information", "active"),
    (0xE0, b"44 XY1", "extension_for_network_operator", "44 XY1"),
    (0x0C, b"\x1b[2J", "", ""),
    (0x99, b"\x00\xff", "", ""),
    (0xFF, b"", "", ""),
]


@pytest.mark.parametrize(("kind", "value", "name", "shown"), ROWS)
def test_row(kind, value, name, shown):
    sent = parameters("v23", line.mdmf((2, "110"), (kind, value)))
    assert sent[1:] == [{"type": kind, "name": name, "value": shown, "hex": value.hex()}]


@pytest.mark.parametrize(
    ("standard", "kind", "name"),
    [
        ("bell202", 0x03, "dialable_directory_number"),
        ("v23", 0x03, "called_line_identity"),
        ("ntt", 0x09, "dialled_number"),
        ("ntt", 0x21, "kind_of_calling_number"),
        ("ntt", 0x22, "kind_of_dialled_number"),
        ("v23", 0x21, "additional_charge"),
        ("v23", 0x09, ""),
    ],
)
def test_types_that_standards_use_differently(standard, kind, name):
    data = line.mdmf((kind, "1"), kind=0x40 if standard == "ntt" else 0x80)
    assert [p["name"] for p in parameters(standard, data)] == [name]


def test_the_called_line_is_no_caller():
    for standard, dialable, called in (("bell202", "555", ""), ("v23", "", "555")):
        message = native.parse_message(standard, line.mdmf((3, "555")))
        assert (message.number, message.dialable, message.called) == ("", dialable, called)
    message = native.parse_message("ntt", line.mdmf((9, "555"), kind=0x40))
    assert (message.number, message.dialable, message.called) == ("", "", "555")


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=20)), max_size=8))
def test_everything_is_kept(sent):
    """Whatever an exchange sends comes back, in its order, and is harmless to print."""
    found = parameters("v23", line.mdmf(*sent))
    assert [(p["type"], bytes.fromhex(p["hex"])) for p in found] == sent
    assert all(p["value"].isprintable() for p in found)


@given(st.binary(max_size=60), st.sampled_from(["bell202", "v23", "ntt", "dtmf"]))
def test_any_bytes(data, standard):
    """Any bytes: parameters, none, or an error; and where the message parses, its parameters do."""
    try:
        native.parse_message(standard, data)
    except native.NativeError:
        return
    parameters(standard, data)


def test_messages_without_parameters():
    assert parameters("bell202", line.sdmf("03150941", "5551234567")) == []
    assert parameters("dtmf", b"A5551234C") == []


def test_command(tmp_path):
    path = tmp_path / "call.wav"
    message = line.mdmf((1, "03150941"), (0x11, b"\x01"), (2, "5551234567"), (0x16, b"\x04"), (0x99, b"\x01\x02"))
    soundfile.write(path, line.padded(line.fsk(message, "v23")), 8000)
    result = CliRunner().invoke(main, ["decode", "--json", str(path)])
    heard = json.loads(result.stdout)
    assert [(p["type"], p["name"], p["value"]) for p in heard["parameters"]] == [
        (0x01, "date_and_time", "03-15 09:41"),
        (0x11, "call_type", "voice call"),
        (0x02, "calling_line_identity", "5551234567"),
        (0x16, "type_of_calling_user", "mobile phone"),
        (0x99, "", ""),
    ]
    assert heard["parameters"][-1]["hex"] == "0102"
    table = CliRunner().invoke(main, ["decode", str(path)])
    assert "mobile phone" not in table.stdout
    assert len(table.stdout.splitlines()) == 5
