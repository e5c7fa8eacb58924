# SPDX-License-Identifier: Apache-2.0
"""`ringwarden decode`: kinds of input, kinds of output, and one sentence for everything that cannot be read."""

import io
import json
import struct
import subprocess
import sys

import impairments as line
import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from ringwarden_tools.cli import main
from ringwarden_tools.decode import raw

MESSAGE = line.mdmf((1, "03150941"), (2, "5551234567"), (7, "Ann Example"))


def wave(rate=8000, message=MESSAGE):
    return line.padded(line.fsk(message, "v23", rate=rate), 0.25, 0.25, rate)


def run(*arguments, data=None):
    return CliRunner().invoke(main, ["decode", *map(str, arguments)], input=data)


def messages(result):
    assert result.exit_code == 0, result.output
    return [json.loads(text) for text in result.stdout.splitlines()]


def assert_refused(result, *words):
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("ringwarden: ")
    assert all(word in result.stderr for word in words), result.stderr


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "call.wav"
    soundfile.write(path, wave(), 8000)
    return path


KINDS = [
    ("wav", "PCM_16", 8000),
    ("wav", "PCM_U8", 8000),
    ("wav", "PCM_24", 44100),
    ("wav", "FLOAT", 48000),
    ("wav", "DOUBLE", 11025),
    ("wav", "ULAW", 8000),
    ("wav", "ALAW", 8000),
    ("wav", "IMA_ADPCM", 22050),
    ("flac", "PCM_16", 16000),
    ("au", "ULAW", 8000),
    ("aiff", "PCM_16", 32000),
    ("ogg", "VORBIS", 16000),
]


@pytest.mark.parametrize(("ending", "subtype", "rate"), KINDS)
@pytest.mark.parametrize("piped", [False, True])
def test_kinds_of_files(tmp_path, ending, subtype, rate, piped):
    path = tmp_path / f"call.{ending}"
    soundfile.write(path, wave(rate), rate, subtype=subtype)
    if piped and subtype == "IMA_ADPCM":
        assert_refused(run("--json", "-", data=path.read_bytes()), "stream")
        return
    found = messages(run("--json", "-", data=path.read_bytes()) if piped else run("--json", path))
    assert len(found) == 1
    message = found[0]
    assert (message["number"], message["name"], message["datetime"]) == ("5551234567", "Ann Example", "03150941")
    assert message["standard"] == "v23"
    assert message["checksum_ok"] is True
    assert abs(message["start_s"] - 0.25) < (0.1 if subtype == "VORBIS" else 0.006)  # Vorbis has echoes before a burst
    assert abs(message["end_s"] - (0.25 + (480 + 10 * len(MESSAGE)) / 1200)) < 0.003
    assert 0 <= message["quality"] <= 100
    assert bytes.fromhex(message["data"]) == MESSAGE


@pytest.mark.parametrize(("name", "subtype", "kind"), [("a.ul", "ULAW", None), ("a.alaw", "ALAW", None)])
def test_bare_samples_by_name(tmp_path, name, subtype, kind):
    path = tmp_path / name
    soundfile.write(path, wave(), 8000, format="RAW", subtype=subtype)
    assert len(messages(run("--json", path))) == 1


@pytest.mark.parametrize(("subtype", "kind"), [("ULAW", "ulaw"), ("ALAW", "alaw"), ("PCM_16", "s16")])
@pytest.mark.parametrize("rate", [8000, 16000])
def test_bare_samples_by_option(tmp_path, subtype, kind, rate):
    path = tmp_path / "a.raw"
    soundfile.write(path, wave(rate), rate, format="RAW", subtype=subtype, endian="LITTLE")
    options = ["--json", "--raw", kind, "--rate", rate]
    assert messages(run(*options, path)) == messages(run(*options, "-", data=path.read_bytes()))
    assert len(messages(run(*options, path))) == 1


@pytest.mark.parametrize(("subtype", "kind"), [("ULAW", "ulaw"), ("ALAW", "alaw")])
def test_g711_tables(subtype, kind):
    """Each of the 256 codes gives the value that libsndfile gives."""
    codes = bytes(range(256))
    file = io.BytesIO(codes)
    want, _ = soundfile.read(file, samplerate=8000, channels=1, format="RAW", subtype=subtype, dtype="int16")
    assert np.array_equal(np.round(raw.from_bytes(codes, kind) * 32768).astype(int), want)


def test_channels_are_heard_apart_and_twins_counted_once(tmp_path):
    one, other = wave(), wave(message=line.mdmf((1, "03150941"), (2, "110")))
    length = max(len(one), len(other)) + 12000
    left, right, both = np.zeros((3, length))
    left[: len(one)] = one
    right[12000 : 12000 + len(other)] = other
    both[: len(one)] = 0.5 * one
    path = tmp_path / "three.wav"
    soundfile.write(path, np.stack([both, left, right], axis=1), 8000)
    found = messages(run("--json", path))
    assert [m["number"] for m in found] == ["5551234567", "110"]
    assert found[1]["channel"] == 3
    assert "Channel" in run(path).stdout


def test_open_ended_stream():
    """What `ffmpeg` and `sox` write to a pipe: lengths that nobody knew yet."""
    samples = line.to_int16(wave()).astype("<i2").tobytes()
    for length in (0xFFFFFFFF, 0x7FFFFFFF, 0):
        head = (
            b"RIFF"
            + struct.pack("<I", 0xFFFFFFFF)
            + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
        )
        data = head + b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"data" + struct.pack("<I", length) + samples
        assert len(messages(run("--json", "-", data=data))) == 1


def test_withheld(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, wave(message=line.mdmf((1, "03150941"), (4, "P"), (8, "O"))), 8000)
    message = messages(run("--json", path))[0]
    assert (message["number"], message["number_absence"]) == ("", "P")
    assert (message["name"], message["name_absence"]) == ("", "O")
    assert "(private)" in run(path).stdout
    assert "(unavailable)" in run(path).stdout


def test_hostile_name_is_harmless(tmp_path):
    path = tmp_path / "a.wav"
    name = b"\x1b[2J\x00[bold]<b>\r\n\x9b"
    soundfile.write(path, wave(message=line.mdmf((2, "5551234567"), (7, name))), 8000)
    for result in (run("--json", path), run(path)):
        assert result.exit_code == 0
        assert "\x1b[2J" not in result.stdout
        assert "\x9b" not in result.stdout
    assert "[bold]<b>" in run(path).stdout


def test_table(recording):
    result = run(recording)
    assert result.exit_code == 0
    for word in ("5551234567", "Ann Example", "V.23", "right", "03-15 09:41"):
        assert word in result.stdout


def test_nothing_found(tmp_path):
    path = tmp_path / "quiet.wav"
    soundfile.write(path, np.zeros(8000), 8000)
    result = run("--json", path)
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "no caller-ID message" in result.stderr


def test_bad_on_demand(tmp_path):
    path = tmp_path / "bad.wav"
    soundfile.write(path, wave(message=MESSAGE[:-1] + bytes([MESSAGE[-1] ^ 1])), 8000)
    assert run("--json", path).stdout == ""
    assert [m["checksum_ok"] for m in messages(run("--json", "--bad", path))] == [False]
    assert "wrong" in run("--bad", path).stdout


def test_standard(recording):
    assert len(messages(run("--json", "--standard", "v23", recording))) == 1
    assert messages(run("--json", "--standard", "dtmf", recording)) == []
    assert run("--standard", "v22", recording).exit_code == 2


def test_files_that_cannot_be_read(tmp_path, recording):
    whole = recording.read_bytes()
    broken = tmp_path / "broken.wav"
    for data, word in [
        (b"", "empty"),
        (whole[:30], "truncated"),
        (whole[:44], "truncated"),
        (whole[: len(whole) // 2], "truncated"),
        (b"hello world\n" * 50, "not a recording"),
        (b"RIFF\xff\xff\xff\xffWAVEdata\x00\x00\x00\x00", "how they are coded"),
        (b"RIFF\x10\x00\x00\x00AVI LIST", "not a WAV file"),
    ]:
        broken.write_bytes(data)
        assert_refused(run("--json", broken), "broken.wav", word)
        assert_refused(run("--json", "-", data=data), "standard input")
    assert_refused(run(tmp_path / "none.wav"), "no such file")
    assert_refused(run(tmp_path), "folder")


def test_truncated_flac(tmp_path):
    path = tmp_path / "a.flac"
    soundfile.write(path, wave(), 8000)
    path.write_bytes(path.read_bytes()[:-3000])
    assert_refused(run("--json", path), "truncated")


def test_no_samples(tmp_path):
    for name in ("a.wav", "a.flac"):
        soundfile.write(tmp_path / name, np.zeros(0), 8000)
        assert_refused(run(tmp_path / name))


def test_wrong_rates_and_options(tmp_path, recording):
    slow = tmp_path / "slow.wav"
    soundfile.write(slow, wave(), 4000)
    assert_refused(run(slow), "4000 Hz")
    assert_refused(run("--rate", 8000, recording), "--raw")
    bare = tmp_path / "a.raw"
    bare.write_bytes(b"abc")
    assert_refused(run(bare), "--raw")
    assert_refused(run("--raw", "s16", bare), "middle of a sample")


def test_long_file_does_not_fill_memory(tmp_path):
    """An hour of silence around a call: the peak stays far below the 115 MB that its float32 samples would take."""
    path = tmp_path / "long.wav"
    quiet = np.zeros(8000 * 60, np.int16)
    with soundfile.SoundFile(path, "w", 8000, 1, "PCM_16") as file:
        for minute in range(60):
            file.write(line.to_int16(wave()) if minute == 30 else quiet)
    code = (
        "import resource, sys\n"
        "from ringwarden_tools.decode.messages import decode\n"
        "from ringwarden_tools.decode.sound import open_sound\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "found = list(decode(open_sound(sys.argv[1]), 15))\n"
        "print(len(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    result = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    found, kilobytes = map(int, result.stdout.split())
    assert found == 1
    assert kilobytes < 20_000
