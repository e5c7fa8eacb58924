# SPDX-License-Identifier: Apache-2.0
"""Other people's decoders, run as programs on the same samples. One call a batch."""

import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from bench.decoder.ours import Heard

ROOT = Path(__file__).resolve().parents[2]
SPANDSP = ROOT / "build/bench/spandsp_rx"

SPANDSP_NAMES = {"bell202": "class", "v23": "clip", "ntt": "jclip", "dtmf": "dtmf"}
MULTIMON_RATE = 22050


class PeerError(Exception):
    """A peer did not run: one sentence."""


def resampled(samples: NDArray[np.int16], rate: int, target: int) -> NDArray[np.int16]:
    """At another rate, with soxr's best quality."""
    if rate == target:
        return samples
    wave = soxr.resample(samples.astype(np.float64) / 32768.0, rate, target, quality="VHQ")
    return np.clip(np.rint(wave * 32768.0), -32768, 32767).astype(np.int16)


def _run(command: list[str], stdin: bytes | None = None) -> str:
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=1800)
    except FileNotFoundError as error:
        raise PeerError(f"{command[0]} is missing: `make bench-decoder` installs or builds it.") from error
    if done.returncode:
        raise PeerError(
            f"{command[0]} ended with status {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}"
        )
    return done.stdout.decode("latin-1")


# ---- spandsp ----


def _spandsp_message(line: str) -> Heard:
    at, *parts = line.split()
    pairs = [part.split(":") for part in parts]
    found = {int(kind, 16): bytes.fromhex(value).decode("latin-1") for kind, value in pairs}
    if 0 in found:  # SDMF: date, time and number without types
        return Heard(found[0][8:], None, found[0][:8], at=int(at))
    return Heard(found.get(2, ""), found.get(7), found.get(1), at=int(at))


def spandsp(samples: NDArray[np.int16], rate: int, standard: str) -> list[Heard]:
    """adsi_rx of libspandsp, told which standard to expect."""
    audio = resampled(samples, rate, 8000).tobytes()
    lines = _run([str(SPANDSP), SPANDSP_NAMES[standard]], audio).splitlines()
    if standard == "dtmf":
        # Its DTMF messages come as one field: digits without start and end.
        return [Heard("".join(c for c in _dtmf_digits(line) if c.isdigit()), at=int(line.split()[0])) for line in lines]
    return [_spandsp_message(line) for line in lines]


def _dtmf_digits(line: str) -> str:
    return "".join(bytes.fromhex(part.split(":")[1]).decode("latin-1") for part in line.split()[1:])


# ---- minimodem ----


def minimodem(samples: NDArray[np.int16], rate: int, standard: str) -> list[Heard]:
    """minimodem --rx callerid, with the tones of V.23 where they are sent. It looks at no checksum."""
    if standard not in ("bell202", "v23"):
        return []
    tones = ["-M", "1300", "-S", "2100"] if standard == "v23" else []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "audio.wav")
        soundfile.write(path, samples, rate, subtype="PCM_16")
        text = _run(["minimodem", "--rx", "--quiet", *tones, "-f", str(path), "callerid"])
    heard = []
    for block in text.split("CALLER-ID\n")[1:]:
        lines = dict(re.findall(r"^(Time|Phone|Name): +(.*)$", block, re.MULTILINE))
        number = lines.get("Phone", "").replace("-", "")
        when = re.sub(r"\D", "", lines["Time"]) if "Time" in lines else None
        heard.append(Heard(number, lines.get("Name"), when))
    return heard


# ---- multimon-ng ----


def multimon(samples: NDArray[np.int16], rate: int, standard: str) -> list[Heard]:
    """multimon-ng CLIPFSK (one receiver for both pairs of tones), or DTMF with start and end digits found here."""
    if standard == "ntt":
        return []
    demodulator = "DTMF" if standard == "dtmf" else "CLIPFSK"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "audio.raw")
        resampled(samples, rate, MULTIMON_RATE).tofile(path)
        text = _run(["multimon-ng", "-q", "-n", "-t", "raw", "-c", "-a", demodulator, str(path)])
    if demodulator == "DTMF":
        keys = "".join(re.findall(r"^DTMF: (\S)", text, re.MULTILINE))
        return [Heard(number) for number in re.findall(r"[ABD]?(\d{3,20})[C#]", keys)]
    heard = []
    for line in re.findall(r"^CLIPFSK: CS(.*)$", text, re.MULTILINE):
        found = dict(re.findall(r"(DATE|CID|CNT)=(.*?)(?= [A-Z]+=|$)", line))
        heard.append(Heard(found.get("CID", ""), found.get("CNT"), found.get("DATE")))
    return heard


_PROGRAMS = {"spandsp": spandsp, "minimodem": minimodem, "multimon-ng": multimon}
NAMES = tuple(_PROGRAMS)
SKIPS = {("minimodem", "dtmf"), ("minimodem", "ntt"), ("multimon-ng", "ntt")}


def decode(name: str, samples: NDArray[np.int16], rate: int, standard: str) -> list[Heard]:
    """What a peer handed over. Messages in which it found nothing at all (checksum right, no field) are left out."""
    return [h for h in _PROGRAMS[name](samples, rate, standard) if h.number or h.name or h.datetime]
