# SPDX-License-Identifier: Apache-2.0
"""Caller-ID messages out of a sound: each channel at 8 kHz through its own decoder, what they share counted once."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import soxr

from ringwarden import native
from ringwarden.sanitise import clean_digits, clean_name
from ringwarden_tools.decode.parameters import Parameter, parameters
from ringwarden_tools.decode.raw import Samples
from ringwarden_tools.decode.sound import Sound

RATE = 8000
SAME_S = 0.05  # a message that two channels hear at the same time is one message
FORMS = {
    0x04: "sdmf",
    0x06: "sdmf_waiting",
    0x40: "ntt",
    0x80: "mdmf",
    0x81: "mdmf_notice",
    0x82: "mdmf_waiting",
    0x84: "reserved",
    0x85: "reserved",
    0x86: "charge",
    0x89: "sms",
}


@dataclass(frozen=True)
class Decoded:
    """One message. Times in seconds from the beginning of the sound; `quality` 0-100; texts are harmless to print.

    `number` and `name` are "" when the network gave a reason instead: `number_absence` and `name_absence` are "P"
    (private), "O" (unavailable) or "". `dialable` is the caller's too (GR-30), `called` the line that was called.
    `parameters` has everything that was sent, known or not. `problem` says why a message that was heard makes no sense.
    """

    number: str
    name: str
    datetime: str
    standard: str
    checksum_ok: bool
    start_s: float
    end_s: float
    quality: int
    number_absence: str
    name_absence: str
    form: str
    call_type: int
    long_distance: bool
    message_waiting: str
    messages: int
    dialable: str
    called: str
    redirecting: str
    level_dbm0: float
    snr_db: float
    frequency_ppm: int
    channel: int
    parameters: list[Parameter]
    data: str
    problem: str


def decode(
    sound: Sound, standards: int, report_bad: bool = False, progress: Callable[[int], object] | None = None
) -> Iterator[Decoded]:
    """The messages in `sound`, oldest first. `progress` is told the samples done so far. Raises UserError."""
    channels = [_Channel(sound.rate, number, standards, report_bad) for number in range(1, sound.channels + 1)]
    waiting: list[Decoded] = []
    done = 0
    for block in sound.blocks():
        for channel in channels:
            waiting += channel.feed(block[:, channel.number - 1])
        done += len(block)
        if progress:
            progress(done)
        # All channels have been heard up to here, but for what resampling and the decoders hold back.
        ready = done / sound.rate - 1.0 if sound.channels > 1 else float("inf")
        yield from _take(waiting, ready)
    for channel in channels:
        waiting += channel.finish(done / sound.rate)
    yield from _take(waiting, float("inf"))


def _take(waiting: list[Decoded], until: float) -> Iterator[Decoded]:
    """Remove from `waiting` what ended before `until`, and give the best of what is the same."""
    ready = sorted((m for m in waiting if m.end_s <= until), key=lambda m: (m.end_s, -m.quality, m.channel))
    waiting[:] = [m for m in waiting if m.end_s > until]
    kept: list[Decoded] = []
    for message in ready:
        twin = next((i for i, other in enumerate(kept) if _same(message, other)), None)
        if twin is None:
            kept.append(message)
        elif message.quality > kept[twin].quality:
            kept[twin] = message
    yield from kept


def _same(a: Decoded, b: Decoded) -> bool:
    return a.data == b.data and a.standard == b.standard and abs(a.end_s - b.end_s) < SAME_S


class _Channel:
    """One channel: its resampler and its decoder."""

    def __init__(self, rate: int, number: int, standards: int, report_bad: bool) -> None:
        self.number = number
        self._decoder = native.CidDecoder(RATE, standards, report_bad)
        self._resampler = None if rate == RATE else soxr.ResampleStream(rate, RATE, 1, dtype="float32")

    def feed(self, samples: Samples) -> list[Decoded]:
        if self._resampler:
            samples = self._resampler.resample_chunk(np.ascontiguousarray(samples))
        return self._messages(self._decoder.feed(_pcm(samples)))

    def finish(self, length_s: float) -> list[Decoded]:
        """What was held back; nothing ends later than the sound itself."""
        found: list[Decoded] = []
        if self._resampler:
            rest = self._resampler.resample_chunk(np.zeros(0, np.float32), last=True)
            found += self._messages(self._decoder.feed(_pcm(rest)))
        return found + self._messages(self._decoder.flush(), length_s)

    def _messages(self, events: list[native.Event], latest: float = float("inf")) -> list[Decoded]:
        return [_decoded(event, self.number, latest) for event in events if event.kind == "message"]


def _pcm(samples: Samples) -> array[int]:
    return array("h", np.clip(np.rint(samples * 32768.0), -32768, 32767).astype(np.int16).tobytes())


def _decoded(event: native.Event, channel: int, latest: float) -> Decoded:
    problem = ""
    sent: list[Parameter] = []
    try:
        message = native.parse_message(event.standard, event.data)
        sent = parameters(event.standard, event.data)
    except native.NativeError as error:
        problem = f"malformed: {error.code}"
        message = native.Message(bytes(256))
    return Decoded(
        number=clean_digits(message.number),
        name=clean_name(message.name),
        datetime=message.datetime,
        standard=event.standard,
        checksum_ok=event.checksum_ok,
        start_s=round(event.start / RATE, 4),
        end_s=round(min(event.end / RATE, latest), 4),
        quality=event.quality,
        number_absence=message.number_absence,
        name_absence=message.name_absence,
        form="dtmf" if event.standard == "dtmf" else FORMS.get(event.data[0] if event.data else -1, "unknown"),
        call_type=message.call_type,
        long_distance=message.long_distance,
        message_waiting=("", "off", "on")[message.message_waiting],
        messages=message.messages,
        dialable=clean_digits(message.dialable),
        called=clean_digits(message.called),
        redirecting=clean_digits(message.redirecting),
        level_dbm0=event.level_ddb / 10,
        snr_db=event.snr_ddb / 10,
        frequency_ppm=event.frequency_ppm,
        channel=channel,
        parameters=sent,
        data=event.data.hex(),
        problem=problem,
    )
