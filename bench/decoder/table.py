# SPDX-License-Identifier: Apache-2.0
"""What is measured: stop bits for the curves of decode rate against SNR, and the impairments at 25 dB."""

from dataclasses import replace

from bench.decoder.condition import Condition

STOPS: dict[str, tuple[float, float]] = {
    "1": (1.0, 1.0),
    "1.25±0.25": (1.0, 1.5),
    "1.4": (1.4, 1.4),
    "2": (2.0, 2.0),
}


def curve(standard: str, stop: str = "1") -> Condition:
    """The condition of which SNR is varied."""
    kind = {"dtmf": "dtmf", "ntt": "ntt"}.get(standard, "mdmf")
    # NTT sends no channel seizure: marks, then the frame.
    seizure, marks = (0, 80) if standard == "ntt" else (300, 180)
    return Condition(f"{standard}, {stop} stop", standard, kind, stop=STOPS[stop], seizure=seizure, marks=marks)


def _fsk_rows() -> list[Condition]:
    c = Condition("clean")
    rows = [c]
    rows += [replace(c, name=f"level {level} dBm0", level=float(level)) for level in (-5, -10, -25, -35, -40, -45)]
    rows += [replace(c, name=f"twist {twist:+} dB", twist=float(twist)) for twist in (-10, -6, 6, 10)]
    rows += [replace(c, name=f"frequency {part:+} %", frequency=part / 100.0) for part in (-1.5, -1.0, 1.0, 1.5)]
    rows += [replace(c, name=f"baud rate {part:+} %", baud=part / 100.0) for part in (-2, -1, 1, 2)]
    rows += [replace(c, name=f"stop bit {name}", stop=span) for name, span in STOPS.items() if name != "1"]
    rows += [replace(c, name=f"up to {most} extra marks", stuffing=most) for most in (2, 10)]
    rows += [
        replace(c, name="seizure of 30 bits", seizure=30),
        replace(c, name="no seizure, 180 marks", seizure=0),
        replace(c, name="no seizure, 80 marks", seizure=0, marks=80),
        replace(c, name="SDMF", kind="sdmf"),
        replace(c, name="parameter 0x11 first", kind="call_type"),
        replace(c, name="message waiting, 0x0B", kind="waiting"),
    ]
    for f in (50.0, 60.0):
        rows += [
            replace(c, name=f"hum {f:.0f} Hz {h} dBm0, burst −20", level=-20.0, hum=(f, float(h)))
            for h in (-20, -10, 0)
        ]
    rows += [
        replace(c, name="DC 30 %", dc=0.3),
        replace(c, name="clipped by 15 dB", clip=15.0),
        replace(c, name="echo 0.3 ms −6 dB", echoes=((0.3, 6.0),)),
        replace(c, name="echo 0.5 ms −10 dB", echoes=((0.5, 10.0),)),
        replace(c, name="echo 0.23 ms −4 dB, notch at 2200 Hz", echoes=((0.23, 4.0),)),
        replace(c, name="echo 0.42 ms −4 dB, notch at 1200 Hz", echoes=((0.42, 4.0),)),
        replace(c, name="long cable, corner 800 Hz", cable=800.0),
        replace(c, name="echo 5 ms −10 dB", echoes=((5.0, 10.0),)),
        replace(c, name="echoes 8, 20, 33 ms −12 dB", echoes=((8.0, 12.0), (20.0, 12.0), (33.0, 12.0))),
        replace(c, name="talk before", before="talk"),
        replace(c, name="ring dying away before", before="ring"),
        replace(c, name="talk, CAS, no seizure, 80 marks", before="alert", seizure=0, marks=80),
        replace(c, name="clicks 10/s at the burst's peak", clicks=(10.0, 0.0)),
        replace(c, name="clicks 2/s, 12 dB higher", clicks=(2.0, 12.0)),
        replace(c, name="mu-law", codec="mu-law"),
        replace(c, name="A-law", codec="A-law"),
        replace(c, name="mu-law, −40 dBm0", codec="mu-law", level=-40.0),
        replace(c, name="A-law, −35 dBm0", codec="A-law", level=-35.0),
        replace(c, name="8 bits", codec="8 bits"),
        replace(c, name="16 kHz", rate=16000),
        replace(
            c,
            name="all: twist +6, +1 %, baud −1 %, 14 dB, mu-law at −30",
            twist=6.0, frequency=0.01, baud=-0.01, snr=14.0, codec="mu-law", level=-30.0,
        ),
    ]  # fmt: skip
    return [replace(row, name=row.name.replace("-", "−")) if "-law" not in row.name else row for row in rows]


def _ntt_rows() -> list[Condition]:
    c = replace(curve("ntt"), name="clean")
    return [
        c,
        replace(c, name="level −40 dBm0", level=-40.0),
        replace(c, name="twist +10 dB", twist=10.0),
        replace(c, name="frequency +1.5 %", frequency=0.015),
        replace(c, name="300 bits of seizure, 180 marks", seizure=300, marks=180),
        replace(c, name="mu-law", codec="mu-law"),
    ]


def _dtmf_rows() -> list[Condition]:
    c = replace(curve("dtmf"), name="clean")
    rows = [c]
    rows += [replace(c, name=f"level {level} dBm0", level=float(level)) for level in (-5, -25, -40)]
    rows += [replace(c, name=f"twist {twist:+} dB", twist=float(twist)) for twist in (-8, -3, 3, 8)]
    rows += [replace(c, name=f"frequency {part:+} %", frequency=part / 100.0) for part in (-1.8, -1.5, 1.5, 1.8)]
    rows += [
        replace(c, name="40 ms tones, 40 ms pauses", on_ms=40.0, off_ms=40.0),
        replace(c, name="start A, end #", kind="dtmf A#"),
        replace(c, name="start D, end C", kind="dtmf DC"),
        replace(c, name="no start, end #", kind="dtmf #"),
        replace(c, name="digits alone (ours: as doubtful)", kind="dtmf "),
        replace(c, name="100 ms tones, 100 ms pauses", on_ms=100.0, off_ms=100.0),
        replace(c, name="hum 50 Hz 0 dBm0, tones −20", level=-20.0, hum=(50.0, 0.0)),
        replace(c, name="DC 30 %", dc=0.3),
        replace(c, name="talk before", before="talk"),
        replace(c, name="mu-law", codec="mu-law"),
        replace(c, name="A-law", codec="A-law"),
    ]
    return [replace(row, name=row.name.replace(" -", " −")) for row in rows]


def impairments(standard: str) -> list[Condition]:
    """The rows of the impairment table of a standard."""
    if standard == "dtmf":
        return _dtmf_rows()
    if standard == "ntt":
        return _ntt_rows()
    return [replace(row, standard=standard) for row in _fsk_rows()]


# Twenty-millisecond tones are too short to be keys: here to decode is to fail.
TOO_SHORT = replace(curve("dtmf"), name="20 ms tones (to be refused)", on_ms=20.0, off_ms=40.0)

# Half decibels where the curves of the best bend, whole ones above.
SNRS = (*(x / 2.0 for x in range(-4, 13)), 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 16.0, 20.0)
QUICK_SNRS = (-2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 12.0, 14.0, 16.0, 20.0)
