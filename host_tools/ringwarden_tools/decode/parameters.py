# SPDX-License-Identifier: Apache-2.0
"""The parameters of a caller-ID message by name (GR-30-CORE, EN 300 659-3, NTT): nothing that was sent is dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from ringwarden import native
from ringwarden.sanitise import clean_text

TEXT_MAX = 255  # a parameter cannot be longer


class Parameter(TypedDict):
    """One parameter: `name` and `value` for people ("" when the type is unknown), `hex` as sent."""

    type: int
    name: str
    value: str
    hex: str


ABSENCE = {
    ord("P"): "private",
    ord("O"): "unavailable",
    ord("S"): "conflict with another service",
    ord("C"): "coin phone",
}
CALL = {1: "voice call", 2: "ring back when free", 3: "calling name delivery", 0x81: "message waiting"}
FORWARD = {
    0: "unknown",
    1: "busy",
    2: "no reply",
    3: "unconditional",
    4: "deflected after alerting",
    5: "deflected at once",
    6: "mobile not reachable",
}
CALLER = {
    0: "unknown",
    1: "voice call",
    2: "text call",
    3: "virtual private network",
    4: "mobile phone",
    5: "mobile phone in a virtual private network",
    6: "fax call",
    7: "video call",
    8: "e-mail call",
    9: "operator",
    10: "ordinary subscriber",
    11: "priority subscriber",
    12: "data call",
    13: "test call",
    14: "telemetric call",
    15: "payphone",
}
INDICATOR = {0: "off", 0xFF: "on"}
SERVICE = {0: "not active", 0xFF: "active"}
MESSAGE = {0: "removed", 0x55: "reference only", 0xFF: "added"}
DISPLAY = {
    0: "other",
    1: "positive acknowledgement",
    3: "negative acknowledgement",
    4: "advertisement",
    5: "network provider",
    6: "remote user",
}


def _text(value: bytes) -> str:
    return clean_text(value.decode("latin-1"), TEXT_MAX)


def _code(meanings: dict[int, str]) -> Callable[[bytes], str]:
    def read(value: bytes) -> str:
        return meanings.get(value[0], f"0x{value[0]:02X}") if len(value) == 1 else ""

    return read


def _count(value: bytes) -> str:
    return str(value[0]) if len(value) == 1 else ""


def _absence(value: bytes) -> str:
    return ABSENCE.get(value[0], _text(value)) if len(value) == 1 else _text(value)


def _datetime(value: bytes) -> str:
    """MMDDhhmm, with or without seconds."""
    text = _text(value)
    if len(text) not in (8, 10) or not text.isdigit():
        return text
    return f"{text[:2]}-{text[2:4]} {text[4:6]}:{text[6:8]}" + (f":{text[8:]}" if len(text) == 10 else "")


def _duration(value: bytes) -> str:
    text = _text(value)
    return f"{text[:2]}:{text[2:4]}:{text[4:]}" if len(text) == 6 and text.isdigit() else text


def _qualifier(value: bytes) -> str:
    return "long distance" if value == b"L" else _text(value)


def _message(value: bytes) -> str:
    if len(value) != 3:
        return ""
    return f"{MESSAGE.get(value[0], f'0x{value[0]:02X}')}, message {value[1] << 8 | value[2]}"


def _display(value: bytes) -> str:
    """One byte says whose text it is, bit 7 whether to store it."""
    if not value:
        return ""
    return f"{DISPLAY.get(value[0] & 0x7F, f'0x{value[0]:02X}')}: {_text(value[1:])}"


def _reason(value: bytes) -> str:
    """GR-30 and its national variants do not agree on the codes."""
    return _text(value) or (f"0x{value[0]:02X}" if value else "")


KNOWN: dict[int, tuple[str, Callable[[bytes], str]]] = {
    0x01: ("date_and_time", _datetime),
    0x02: ("calling_line_identity", _text),
    0x03: ("called_line_identity", _text),
    0x04: ("reason_for_absence_of_number", _absence),
    0x05: ("reason_for_redirection", _reason),
    0x06: ("call_qualifier", _qualifier),
    0x07: ("calling_party_name", _text),
    0x08: ("reason_for_absence_of_name", _absence),
    0x0B: ("visual_indicator", _code(INDICATOR)),
    0x0D: ("message_identification", _message),
    0x0E: ("last_message_calling_line_identity", _text),
    0x0F: ("complementary_date_and_time", _datetime),
    0x10: ("complementary_calling_line_identity", _text),
    0x11: ("call_type", _code(CALL)),
    0x12: ("first_called_line_identity", _text),
    0x13: ("network_message_system_status", _count),
    0x15: ("type_of_forwarded_call", _code(FORWARD)),
    0x16: ("type_of_calling_user", _code(CALLER)),
    0x1A: ("redirecting_number", _text),
    0x20: ("charge", _text),
    0x21: ("additional_charge", _text),
    0x23: ("duration_of_the_call", _duration),
    0x30: ("network_provider_identity", _text),
    0x31: ("carrier_identity", _text),
    0x40: ("selection_of_terminal_function", _text),
    0x50: ("display_information", _display),
    0x55: ("service_information", _code(SERVICE)),
    0xE0: ("extension_for_network_operator", _text),
}

# What another standard means by the same type.
ELSEWHERE: dict[str, dict[int, tuple[str, Callable[[bytes], str]]]] = {
    "bell202": {0x03: ("dialable_directory_number", _text)},
    "ntt": {
        0x09: ("dialled_number", _text),
        0x21: ("kind_of_calling_number", _text),
        0x22: ("kind_of_dialled_number", _text),
    },
}


def parameters(standard: str, data: bytes) -> list[Parameter]:
    """Every parameter of an event's `data`, in the order in which they were sent; [] for SDMF and DTMF.

    Raises `native.NativeError` when lengths do not add up. Values are harmless to print.
    """
    found: list[Parameter] = []
    for kind, value in native.message_parameters(standard, data):
        name, read = ELSEWHERE.get(standard, {}).get(kind) or KNOWN.get(kind) or ("", lambda _: "")
        found.append({"type": kind, "name": name, "value": read(value), "hex": value.hex()})
    return found
