"""Waveforms: joining clips, one loudness for all, WAV.  Samples are mono floats from -1 to 1."""

from __future__ import annotations

import io
import json
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

import tinghao
from tinghao.drivers.links import faulty
from tinghao.drivers.voice.clips import Part, Span, lay

CLIPS_FOLDER = Path(tinghao.__path__[0]) / "display" / "static" / "voice"
"""The clips the browsers have; a folder of data like any other, and a setting of the driver."""

RATE = 24000
SPOKEN_LEVEL = 0.126
HIGHEST_PEAK = 0.84

Samples = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Sprite:
    """All clips one after the other, and where each lies."""

    samples: Samples
    spans: Mapping[str, Span]

    def has(self, parts: Sequence[Part]) -> bool:
        return all(part.clip in self.spans for part in parts)

    def joined(self, parts: Sequence[Part]) -> Samples:
        placed, duration = lay(parts, self.spans)
        whole = np.zeros(round(duration * RATE), np.float32)
        for at, span in placed:
            begin, first = round(at * RATE), round(span.start * RATE)
            count = min(round(span.duration * RATE), len(whole) - begin)
            piece = self.samples[first : first + count]
            whole[begin : begin + len(piece)] = piece
        return whole


@cache
def load_sprite(folder: Path) -> Sprite:
    """`LinkError` if the clips are missing or not what they should be."""
    try:
        index = json.loads((folder / "voice.json").read_text("utf-8"))
        samples, rate = soundfile.read(folder / index["file"], dtype="float32", always_2d=True)
        spans = {
            name: Span(float(start), float(duration)) for name, (start, duration) in index["clips"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, soundfile.SoundFileError):
        raise faulty(f"语音文件缺失或损坏，请检查 {folder}") from None
    if max(span.start + span.duration for span in spans.values()) > len(samples) / rate:
        raise faulty(f"语音文件不完整，请检查 {folder}")
    return Sprite(resampled(samples[:, 0], rate), spans)


def resampled(samples: Samples, rate: int) -> Samples:
    """At `RATE`, by straight lines between the samples: good enough for speech."""
    if rate == RATE or not len(samples):
        return samples
    wanted = np.arange(round(len(samples) * RATE / rate)) * (rate / RATE)
    return np.asarray(np.interp(wanted, np.arange(len(samples)), samples), np.float32)


def levelled(samples: Samples) -> Samples:
    """As loud as the clips while somebody speaks, and never clipping."""
    loud = np.abs(samples) > 0.1 * np.abs(samples).max(initial=0)
    if not loud.any():
        return samples
    level = float(np.sqrt(np.mean(samples[loud] ** 2)))
    peak = float(np.abs(samples).max())
    return samples * np.float32(min(SPOKEN_LEVEL / level, HIGHEST_PEAK / peak))


def after_silence(seconds: float, samples: Samples) -> Samples:
    return np.concatenate([np.zeros(round(seconds * RATE), np.float32), samples])


def wav(samples: Samples, volume: float = 1.0) -> bytes:
    """A whole WAV file, 16 bits mono at `RATE`."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(np.round(np.clip(samples * volume, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def pcm_of(data: bytes) -> tuple[bytes, int]:
    """The 16-bit mono samples of a WAV file and their rate; `ValueError` if it is none."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise ValueError("not 16 bits mono")
            return file.readframes(file.getnframes()), file.getframerate()
    except (wave.Error, EOFError) as error:
        raise ValueError(str(error)) from None
