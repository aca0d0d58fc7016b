"""A listener made of software: hears the WAV files that appear in a folder, and knows the hall's clips by ear.

    listener = Listener(FolderPort(Path("/run/tinghao/said")))
    listener.plug()

What it says it heard is in the sound: nobody tells it the text.
"""

from __future__ import annotations

import io
import re
from collections import deque
from dataclasses import dataclass

import numpy as np
import soundfile

from tinghao.drivers.emulated import Emulator, OnChange
from tinghao.drivers.face import Facts, Heard, Widget
from tinghao.drivers.native import waiting
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.voice.ear import Wave, ear

HEARD_KEPT = 50
MALFORMED_KEPT = 50
POINTS = 60
LONGEST_SECONDS = 300
SOMETHING_ELSE = "……"

WORDS = {"chime": "叮咚", "qing": "请", "hao": "号", "dao_desk": "到咨询服务台"}
WINDOW = re.compile("dao_([0-9]+)")


@dataclass(frozen=True)
class Utterance:
    """What one file held: `clips` are those recognised, in order; `whole` if nothing else was in it."""

    seconds: float
    peak: float
    loudness: tuple[float, ...]
    clips: tuple[str, ...]
    whole: bool

    @property
    def text(self) -> str:
        said = " ".join(WORDS.get(clip) or WINDOW.sub(r"到 \1 号窗口", clip) for clip in self.clips)
        return said if self.whole else f"{said} {SOMETHING_ELSE}".strip()


class Listener(Emulator):
    def __init__(self, port: EmulatedPort, on_change: OnChange | None = None) -> None:
        super().__init__(port, on_change)
        self.heard: deque[Utterance] = deque(maxlen=HEARD_KEPT)
        self.malformed: deque[str] = deque(maxlen=MALFORMED_KEPT)

    def face(self) -> list[Widget]:
        with self._lock:
            last = self.heard[-1] if self.heard else None
            counts = (
                ("听到", "Heard", str(len(self.heard))),
                ("错误文件", "Malformed files", str(len(self.malformed))),
            )
        if last is None:
            return [Heard("", 0.0, (0.0,) * POINTS), Facts(counts)]
        return [Heard(last.text, round(last.seconds, 2), last.loudness), Facts(counts)]

    def _received(self, data: bytes) -> None:
        try:
            with soundfile.SoundFile(io.BytesIO(data)) as file:
                samples = file.read(LONGEST_SECONDS * file.samplerate, dtype="float32", always_2d=True)[:, 0]
                rate = file.samplerate
        except (soundfile.SoundFileError, ValueError) as error:
            self.malformed.append(type(error).__name__)
        else:
            self.heard.append(waiting(listen, samples, rate))
        self._changed()


def listen(samples: Wave, rate: int) -> Utterance:
    clips, end = ear().clips_in(samples) if rate == ear().rate else ([], 0)
    peak = float(np.abs(samples).max(initial=0))
    rest = float(np.abs(samples[end:]).max(initial=0))
    return Utterance(len(samples) / rate, peak, _curve(samples), tuple(clips), bool(clips) and not rest)


def _curve(samples: Wave) -> tuple[float, ...]:
    pieces = np.array_split(samples, POINTS)
    return tuple(round(float(np.abs(piece).max(initial=0)), 3) for piece in pieces)
