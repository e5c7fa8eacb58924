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
    except ValueError:
        return Heard(None, data=data, at=at)
    return Heard(parsed.number, parsed.name.decode("latin-1"), parsed.datetime, data, at)


def decode(samples: NDArray[np.int16], rate: int = 8000, standards: int = native.AUTO, block: int = 0) -> list[Heard]:
    """What was heard with a right checksum in a stream that starts with the decoder's reset.

    block: samples a call; 0: 10 ms.
    """
    decoder = native.CidDecoder(rate, standards)
    size = block or rate // 100
    heard: list[Heard] = []

    def take(events: list[native.Event], at: int) -> None:
        heard.extend(fields(e.standard, e.data, at) for e in events if e.kind == "message" and e.checksum_ok)

    for start in range(0, len(samples), size):
        part = np.ascontiguousarray(samples[start : start + size])
        take(decoder.feed(part), start + len(part))
    take(decoder.flush(), len(samples))
    return heard


def alerts(samples: NDArray[np.int16], rate: int = 8000, standards: int = native.AUTO) -> list[tuple[int, int]]:
    """First and one past the last sample of each alerting tone (CAS, DT-AS) that was heard."""
    decoder = native.CidDecoder(rate, standards)
    events = decoder.feed(np.ascontiguousarray(samples)) + decoder.flush()
    return [(e.start, e.end) for e in events if e.kind == "tone_alert"]


def state_bytes(rate: int = 8000, standards: int = native.AUTO) -> int:
    """Bytes of state of the decoder, without the 16 that the Python binding puts before them."""
    import _ringwarden

    return int(_ringwarden.cid_state_size(rate, standards, 0)) - 16
