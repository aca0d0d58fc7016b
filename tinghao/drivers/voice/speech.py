"""Free text by espeak-ng, a process of its own (GPL-3; nothing of it is linked).

Its Mandarin voice reads hanzi wrongly and pinyin with tones rightly, so the text is put into pinyin first.
The voice is a robot's: calls are said by clips, this is for what no clip was made for.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import soundfile
from pypinyin import Style, lazy_pinyin

from tinghao.drivers.voice.sound import Samples, levelled, resampled

PROGRAM = "espeak-ng"
VOICE = "cmn-latn-pinyin"
WORDS_A_MINUTE = 150
TIMEOUT = 5.0
LONGEST_SECONDS = 120

NOT_INSTALLED = "未安装 espeak-ng，自由文本无法播报"
FAILED = "espeak-ng 无法合成此文本"

_NUMBER = re.compile("[0-9]+")
_UNSPEAKABLE = re.compile(r"[^\w\s，。！？、：；,.!?:;]+")


class SpeechError(Exception):
    """`reason` in Chinese."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def speech_problem() -> str:
    """Why free text can't be said; empty if it can."""
    return "" if shutil.which(PROGRAM) else NOT_INSTALLED


def pinyin(text: str) -> str:
    """Syllables with tone numbers; numbers that are read sign by sign, as `012`, are drawn apart."""
    apart = _NUMBER.sub(_apart, _UNSPEAKABLE.sub(" ", text))
    syllables = lazy_pinyin(apart, style=Style.TONE3, neutral_tone_with_five=True)
    return re.sub(r"\s+", " ", " ".join(syllables)).strip()


def speak(text: str) -> Samples:
    """The text as sound; `SpeechError` if there is no engine or it can't."""
    with tempfile.TemporaryDirectory(prefix="tinghao-voice-") as folder:
        out = Path(folder) / "said.wav"
        try:
            done = subprocess.run(
                [PROGRAM, "-v", VOICE, "-s", str(WORDS_A_MINUTE), "-w", str(out), "--stdin"],
                input=pinyin(text).encode("utf-8", "replace"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=TIMEOUT,
                check=False,
            )
        except FileNotFoundError:
            raise SpeechError(NOT_INSTALLED) from None
        except (OSError, subprocess.TimeoutExpired):
            raise SpeechError(FAILED) from None
        if done.returncode:
            raise SpeechError(FAILED)
        return _read(out)


def _read(path: Path) -> Samples:
    try:
        with soundfile.SoundFile(path) as file:
            samples = file.read(LONGEST_SECONDS * file.samplerate, dtype="float32", always_2d=True)
            heard = levelled(resampled(samples[:, 0], file.samplerate))
    except (OSError, soundfile.SoundFileError):
        raise SpeechError(FAILED) from None
    if not heard.any():
        raise SpeechError(FAILED)
    return heard


def _apart(number: re.Match[str]) -> str:
    digits = number[0]
    return f" {' '.join(digits) if digits.startswith('0') or len(digits) > 4 else digits} "
