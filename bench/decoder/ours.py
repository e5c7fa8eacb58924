# SPDX-License-Identifier: Apache-2.0
"""Our decoder as the application uses it: through `ringwarden.native`, in blocks of 10 ms, all standards at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ringwarden import native


@dataclass(frozen=True)
class Heard:
    """A message that a decoder handed over as good.

    data: its bytes, where the decoder shows them. at: sample at which it was handed over, -1 when the decoder does not
    say. Fields are None when the decoder does not report them.
    """

    number: str | None
    name: str | None = None
    datetime: str | None = None
    data: bytes | None = None
    at: int = -1


def fields(standard: str, data: bytes, at: int) -> Heard:
    """The fields of a message, through our own parser."""
    try:
        parsed = native.parse_message(standard, data)
    except (ValueError, native.NativeError):
        # Digits without a start are no message to the parser, but they are what a line may send.
        digits = data.decode("latin-1").rstrip("C#") if standard == "dtmf" else None
        return Heard(digits, data=data, at=at)
    return Heard(parsed.number, parsed.name.decode("latin-1"), parsed.datetime, data, at)


def events(
    samples: NDArray[np.int16], rate: int = 8000, standards: int = native.AUTO, doubtful: bool = False
) -> list[tuple[native.Event, int]]:
    """What the decoder reports in a stream that starts with its reset, and the sample by which it was handed over.

    doubtful: messages with a wrong checksum and DTMF without start or end, too.
    """
    decoder = native.CidDecoder(rate, standards, doubtful)
    size = rate // 100
    found: list[tuple[native.Event, int]] = []
    for start in range(0, len(samples), size):
        part = np.ascontiguousarray(samples[start : start + size])
        found += [(event, start + len(part)) for event in decoder.feed(part)]
    return found + [(event, len(samples)) for event in decoder.flush()]


def decode(
    samples: NDArray[np.int16], rate: int = 8000, standards: int = native.AUTO, bare_digits: bool = False
) -> list[Heard]:
    """Messages handed over as good. bare_digits: DTMF without start and end, which the decoder calls doubtful, too."""
    return [
        fields(event.standard, event.data, at)
        for event, at in events(samples, rate, standards, bare_digits)
        if event.kind == "message" and (event.checksum_ok or event.standard == "dtmf")
    ]


def alerts(samples: NDArray[np.int16], rate: int = 8000, standards: int = native.AUTO) -> list[tuple[int, int]]:
    """First and one past the last sample of each alerting tone (CAS, DT-AS) that was heard."""
    return [(event.start, event.end) for event, _ in events(samples, rate, standards) if event.kind == "tone_alert"]


def state_bytes(rate: int = 8000, standards: int = native.AUTO) -> int:
    """Bytes of state of the decoder, without the 16 that the Python binding puts before them."""
    import _ringwarden

    return int(_ringwarden.cid_state_size(rate, standards, 0)) - 16
