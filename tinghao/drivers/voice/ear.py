"""Knows the hall's clips by ear: which of them follow one another in a sound.

Clip after clip, with short pauses between: the beginnings of all clips are laid over the next piece of the sound
(a correlation, by FFT), the likeliest few are compared in full length, and the best is taken if it is sure.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

import tinghao

VOICE = Path(tinghao.__path__[0]) / "display" / "static" / "voice"
BEGINNING = 0.12
LONGEST_PAUSE = 0.2
COMPARED = 6
SURE = 0.97
FAINT = 1e-6

Wave = NDArray[np.float32]


class Ear:
    """Made once: it takes half a second to learn the clips."""

    def __init__(self, folder: Path) -> None:
        index = json.loads((folder / "voice.json").read_text("utf-8"))
        sprite, self.rate = soundfile.read(folder / index["file"], dtype="float32")
        self._clips: dict[str, Wave] = {
            name: sprite[round(start * self.rate) :][: round(seconds * self.rate)]
            for name, (start, seconds) in index["clips"].items()
        }
        self._names = list(self._clips)
        self._head = round(BEGINNING * self.rate)
        self._span = round(LONGEST_PAUSE * self.rate) + self._head
        self._size = 1 << (self._span + self._head).bit_length()
        heads = np.stack([_unit(clip[: self._head]) for clip in self._clips.values()])
        self._heads = np.conj(np.fft.rfft(heads, self._size, axis=1))

    def clips_in(self, samples: Wave) -> tuple[list[str], int]:
        """As many as are sure from the beginning on, and where the last one ends."""
        found: list[str] = []
        at = 0
        while (following := self._next(samples, at)) is not None:
            name, at = following
            found.append(name)
        return found, at

    def _next(self, samples: Wave, at: int) -> tuple[str, int] | None:
        """The clip that begins within the longest pause after `at`, and where it ends."""
        piece = samples[at : at + self._span]
        if len(piece) <= self._head:
            return None
        likeness = np.fft.irfft(self._heads * np.fft.rfft(piece, self._size), axis=1)
        likeness = likeness[:, : len(piece) - self._head + 1] / self._loudness(piece)
        sure, name, end = 0.0, "", 0
        for number in np.argsort(likeness.max(axis=1))[-COMPARED:]:
            clip = self._clips[self._names[number]]
            begin = at + int(likeness[number].argmax())
            heard = samples[begin : begin + len(clip)]
            same = float(_unit(heard) @ _unit(clip)) if len(heard) == len(clip) else 0.0
            if same > sure:
                sure, name, end = same, self._names[number], begin + len(clip)
        return (name, end) if sure >= SURE else None

    def _loudness(self, piece: Wave) -> Wave:
        """Of every stretch as long as a beginning, so that a loud one isn't taken for a like one."""
        energy = np.concatenate([[0.0], np.cumsum(piece.astype(np.float64) ** 2)])
        of_stretches = energy[self._head :] - energy[: -self._head]
        return np.asarray(np.sqrt(np.maximum(of_stretches, FAINT * of_stretches.max() + FAINT)), np.float32)


def _unit(samples: Wave) -> Wave:
    length = float(np.linalg.norm(samples))
    return samples / np.float32(length) if length else samples


@cache
def ear() -> Ear:
    """The one that knows the clips of this repository."""
    return Ear(VOICE)
