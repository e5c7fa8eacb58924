# SPDX-License-Identifier: Apache-2.0
"""Voices and recordings that Debian's packages offer: espeak-ng, flite, telephone prompts by people, music on hold."""

import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from bench.decoder.waveform import Wave

PROMPTS = Path("/usr/share/asterisk/sounds")
MUSIC = Path("/usr/share/asterisk/moh")
THEMES = (Path("/usr/share/sounds"),)

# What people say on the phone; the synthesisers read it in every order, with numbers between.
TEXTS: dict[str, tuple[str, ...]] = {
    "en-us": ("Hello, is this a good time to talk?", "Your appointment is on Tuesday at half past nine.",
              "I am calling about the car that you want to sell.", "Please hold the line."),
    "en-gb": ("Good afternoon, this is the dentist's surgery.", "Could you ring me back when you get this?",
              "The parcel could not be delivered, there was nobody in.", "Sorry, I think I have the wrong number."),
    "cmn": ("喂，您好，请问是张先生吗？", "您的快递到了，放在门口可以吗？",
            "我们明天下午三点在车站见面。", "奶奶，我们星期天回家吃饭。"),
    "yue": ("喂，你好，請問搵邊位？", "聽日下晝三點喺車站等。",
            "唔該你等一等，我即刻睇下。", "阿媽，今晚返唔返嚟食飯呀？"),
    "de": ("Guten Tag, hier spricht die Apotheke.", "Ihre Bestellung liegt zur Abholung bereit.",
           "Können Sie mich bitte morgen früh zurückrufen?", "Der Zug hat heute leider zwanzig Minuten Verspätung."),
    "fr-fr": ("Bonjour, je vous appelle au sujet de votre annonce.", "Nous arriverons vers huit heures et demie.",
              "Ne quittez pas, je vous passe le service.", "Est-ce que je peux parler à madame Lefèvre ?"),
    "es": ("Buenos días, ¿con quién hablo?", "Le llamo del taller, su coche ya está listo.",
           "¿Puede repetir la dirección, por favor?", "Mañana por la tarde no estaré en casa."),
    "it": ("Pronto, chi parla?", "La chiamo per confermare la visita di giovedì.", "Il treno parte dal binario sette.",
           "Mi può richiamare dopo cena?"),
    "pt-br": ("Alô, quem fala?", "Sua encomenda chega amanhã de manhã.", "Pode me ligar mais tarde, por favor?",
              "A reunião foi adiada para sexta-feira."),
    "ru": ("Алло, здравствуйте, кто говорит?", "Ваш заказ готов, можно забрать сегодня.",
           "Перезвоните мне, пожалуйста, завтра утром.", "Поезд прибывает на третий путь."),
    "pl": ("Dzień dobry, dzwonię w sprawie ogłoszenia.", "Proszę oddzwonić po południu.", "Paczka czeka na poczcie."),
    "tr": ("Merhaba, müsait misiniz?", "Siparişiniz yarın öğleden sonra gelecek.", "Lütfen beni sonra arayın."),
    "hi": ("नमस्ते, आप कौन बोल रहे हैं?", "आपका सामान कल सुबह पहुँचेगा।", "कृपया मुझे शाम को फोन कीजिए।"),
    "ko": ("여보세요, 누구세요?", "내일 오후 세 시에 만나요.", "택배가 도착했습니다."),
    "vi": ("A lô, ai đấy ạ?", "Chiều mai ba giờ chúng ta gặp nhau.", "Xin vui lòng gọi lại sau."),
    "ar": ("مرحبا، من المتكلم؟", "سوف يصل الطرد غدا صباحا.", "اتصل بي من فضلك في المساء."),
    "id": ("Halo, dengan siapa saya bicara?", "Paket Anda akan tiba besok pagi.", "Tolong telepon saya nanti."),
    "nl": ("Goedemiddag, u spreekt met de garage.", "Kunt u mij morgen terugbellen?", "De trein heeft vertraging."),
    "sv": ("Hej, vem är det jag pratar med?", "Ditt paket kommer i morgon förmiddag.", "Kan du ringa mig senare?"),
}  # fmt: skip
VARIANTS = (
    "",
    "+m1",
    "+m2",
    "+m3",
    "+m4",
    "+m5",
    "+m6",
    "+m7",
    "+f1",
    "+f2",
    "+f3",
    "+f4",
    "+f5",
    "+croak",
    "+whisper",
    "+klatt2",
)
FLITE = ("kal", "awb", "rms", "slt", "kal16")


def _at(wave: Wave, rate: int, target: int, speed: float = 1.0) -> Wave:
    return np.asarray(soxr.resample(wave, rate, target / speed))


def _spoken(command: list[str], text: str = "") -> tuple[Wave, int]:
    """What a program says: `command` ends with the option that takes the file to write."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "speech.wav")
        subprocess.run([*command, str(path)], input=text.encode(), capture_output=True, check=True, timeout=120)
        wave, rate = soundfile.read(path, dtype="float64")
    return wave, int(rate)


def espeak(rng: np.random.Generator, rate: int = 8000) -> Wave:
    """A few sentences in a random language, voice, speed and pitch."""
    language = str(rng.choice(list(TEXTS)))
    lines = [str(rng.choice(TEXTS[language])) for _ in range(6)]
    lines.insert(int(rng.integers(0, 6)), " ".join(str(d) for d in rng.integers(0, 10, 8)))
    command = ["espeak-ng", "-v", language + str(rng.choice(VARIANTS))]
    command += ["-s", str(rng.integers(110, 260)), "-p", str(rng.integers(0, 100)), "-w"]
    wave, found = _spoken(command, "\n".join(lines))
    return _at(wave, found, rate)


def flite(rng: np.random.Generator, rate: int = 8000) -> Wave:
    """Sentences in English by a voice that was built from a person's recordings."""
    lines = [str(rng.choice(TEXTS["en-us"] + TEXTS["en-gb"])) for _ in range(6)]
    lines.append(" ".join(str(d) for d in rng.integers(0, 10, 8)))
    command = ["flite", "-voice", str(rng.choice(FLITE)), "-t", " ".join(lines), "-o"]
    wave, found = _spoken(command)
    return _at(wave, found, rate, float(rng.uniform(0.85, 1.2)))


@lru_cache(maxsize=4)
def _files(*folders: Path) -> tuple[Path, ...]:
    endings = {".gsm", ".wav", ".oga", ".ogg", ".flac"}
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in endings and path.is_file()]
    return tuple(sorted(found))


def _played(path: Path) -> tuple[Wave, int]:
    if path.suffix == ".gsm":
        wave, rate = soundfile.read(path, dtype="float64", format="RAW", subtype="GSM610", samplerate=8000, channels=1)
    else:
        wave, rate = soundfile.read(path, dtype="float64", always_2d=True)
        wave = wave.mean(axis=1)
    return wave, int(rate)


def _any_of(folders: tuple[Path, ...], rng: np.random.Generator, rate: int) -> Wave:
    files = _files(*folders)
    if not files:
        raise FileNotFoundError(
            f"no recordings in {', '.join(map(str, folders))}: `make bench-decoder-falsing` installs them"
        )
    wave, found = _played(files[int(rng.integers(0, len(files)))])
    return _at(wave, found, rate, float(rng.uniform(0.85, 1.15)))


def prompts(rng: np.random.Generator, rate: int = 8000) -> Wave:
    """A telephone prompt spoken by a person: English, French, Spanish, Italian, Russian."""
    return _any_of((PROMPTS,), rng, rate)


def on_hold(rng: np.random.Generator, rate: int = 8000) -> Wave:
    """Half a minute from music on hold."""
    wave = _any_of((MUSIC,), rng, rate)
    start = int(rng.integers(0, max(len(wave) - 30 * rate, 1)))
    return wave[start : start + 30 * rate]


def effects(rng: np.random.Generator, rate: int = 8000) -> Wave:
    """A sound of a desktop: bells, alarms, a phone's rings, voices that name loudspeakers."""
    return _any_of(THEMES, rng, rate)
