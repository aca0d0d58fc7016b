"""The announcer of a hall whose voice comes from this machine and not from a browser.

    voice = Announcer(Address.parse("sound:default"))
    voice.call("A012", 3)            请 A012 号到 3 号窗口, by clips, a chime first
    voice.say("请大家保持安静")       by espeak-ng, if it is installed

Calls are said one after the other with a pause between.  The same call still waiting is said once; while it is
being said, or afterwards, it is a recall and said again.  Of more than `limit` the oldest are dropped,
and so is what has waited longer than `Timing.keep_for`: when the sound card comes back, nobody is called who
went home.  What was cut off by a failing sound card is said once more.

Ready means that it can be heard as far as a machine knows: clips are there, and the card has taken a moment of silence.
Of what was said only its length is logged.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, SLICE, Driver, OnState
from tinghao.drivers.links import Link, LinkError
from tinghao.drivers.native import waiting
from tinghao.drivers.voice.clips import BETWEEN_CALLS, CHIME, Window, compose
from tinghao.drivers.voice.players import DONE, STOP, FolderPlayer, SoundPlayer
from tinghao.drivers.voice.sound import (
    CLIPS_FOLDER,
    RATE,
    Samples,
    Sprite,
    after_silence,
    load_sprite,
    wav,
)
from tinghao.drivers.voice.speech import SpeechError, speak, speech_problem
from tinghao.drivers.voice.waiting import Utterance, Waiting

NUMBER_LIMIT = 16
TEXT_LIMIT = 200
TRIES = 2
CHIME_RINGS_OUT = 0.1

ALREADY_WAITING = "同样的内容正在等待播报"

How = Literal["clips", "speech", "chime", "nothing"]


@dataclass(frozen=True)
class Timing:
    """Seconds."""

    between: float = BETWEEN_CALLS
    keep_for: float = 180.0


@dataclass(frozen=True)
class Said:
    """What became of a wish.  `problem` is Chinese, and empty when all of it was said."""

    text: str
    how: How
    seconds: float
    cut: bool = False
    problem: str = ""

    def __repr__(self) -> str:
        return f"<Said {self.how} {self.seconds:.1f} s>"


class Announcer(Driver):
    family = "voice"
    title = "语音播报"
    kinds = ("sound", "wav")

    def __init__(
        self,
        address: Address,
        on_state: OnState | None = None,
        *,
        on_said: Callable[[Said], None] | None = None,
        clips: Path = CLIPS_FOLDER,
        volume: float = 1.0,
        limit: int = 20,
        timing: Timing | None = None,
    ) -> None:
        super().__init__(address, on_state)
        self._on_said = on_said
        self._clips = clips
        self._timing = timing or Timing()
        self._waiting = Waiting(limit, self._timing.keep_for)
        self._cut = threading.Event()
        self._quiet = threading.Condition()
        self._saying: Utterance | None = None
        self.volume = volume

    # ------------------------------------------------------------------------------------ wishes

    def call(self, number: str, window: Window, key: Hashable = None) -> str:
        """Empty, or why it won't be said.  `key` is what makes two wishes the same call: number and window if absent."""
        sentence = compose(number[:NUMBER_LIMIT], window)
        named = ("call", number, window) if key is None else ("key", key)
        return self._put(Utterance(named, sentence.text, time.monotonic(), sentence.parts))

    def say(self, text: str) -> str:
        """Empty, or why it won't be said: without an engine only calls are."""
        problem = speech_problem()
        return problem or self._put(Utterance(("text", text), text[:TEXT_LIMIT], time.monotonic()))

    @property
    def volume(self) -> float:
        """0 silent … 1 as recorded; holds from the next call on."""
        return self._volume

    @volume.setter
    def volume(self, value: float) -> None:
        self._volume = min(1.0, max(0.0, value))

    @property
    def waiting(self) -> int:
        """How many wait to be said."""
        return len(self._waiting)

    def clear(self) -> None:
        """Forgets what waits; what is being said is said to its end."""
        self._waiting.clear()

    def stop(self) -> None:
        """Forgets what waits and is silent at once."""
        with self._quiet:
            self._waiting.clear()
            self._cut.set()

    def settled(self, timeout: float) -> bool:
        """Waits until all has been said."""
        with self._quiet:
            return self._quiet.wait_for(lambda: not self._saying and not self.waiting, timeout)

    def _put(self, utterance: Utterance) -> str:
        with self._quiet:
            is_new, dropped = self._waiting.put(utterance)
        self._give_up(dropped, "等待播报的内容太多")
        return "" if is_new else ALREADY_WAITING

    # ------------------------------------------------------------------------------------ the thread

    def _connect(self) -> Link:
        if self.address.kind == "wav":
            return FolderPlayer(Path(self.address.path))
        return SoundPlayer(self.address.path)

    def _session(self) -> None:
        self._set_state(OPENING)
        sprite = waiting(load_sprite, self._clips)
        with closing(self._open()) as player:
            self._set_state(READY)
            while not self._closing.is_set():
                utterance = self._next()
                if utterance:
                    self._utter(player, sprite, utterance)
                else:
                    player.read(SLICE)

    def _next(self) -> Utterance | None:
        with self._quiet:
            self._saying, stale = self._waiting.take(time.monotonic())
            self._cut.clear()
            self._quiet.notify_all()
        self._give_up(stale, "等待过久，未播报")
        return self._saying

    def _utter(self, player: Link, sprite: Sprite, utterance: Utterance) -> None:
        samples, how, problem = _sound(sprite, utterance)
        seconds = len(samples) / RATE
        cut = False
        if how != "nothing":
            try:
                cut = not self._play(player, samples)
            except LinkError as error:
                self._failed(utterance, Said(utterance.text, how, seconds, True, error.state.reason))
                raise
        self._call(self._on_said, Said(utterance.text, how, seconds, cut, problem))
        if not cut:
            self._pause(player)

    def _play(self, player: Link, samples: Samples) -> bool:
        """True when it was played to its end."""
        player.write(wav(samples, self.volume))
        while not self._closing.is_set() and not self._cut.is_set():
            if player.read(SLICE) == DONE:
                return True
        player.write(STOP)
        return False

    def _pause(self, player: Link) -> None:
        until = time.monotonic() + self._timing.between
        while (left := until - time.monotonic()) > 0 and not self._closing.is_set():
            player.read(min(left, SLICE))

    def _failed(self, utterance: Utterance, said: Said) -> None:
        again = utterance.tries + 1 < TRIES and not self._cut.is_set()
        with self._quiet:
            if again:
                self._waiting.put_back(replace(utterance, tries=utterance.tries + 1))
            self._saying = None
            self._quiet.notify_all()
        if not again:
            self._call(self._on_said, said)

    def _give_up(self, utterances: list[Utterance], problem: str) -> None:
        for utterance in utterances:
            self._call(self._on_said, Said(utterance.text, "nothing", 0.0, problem=problem))


def _sound(sprite: Sprite, utterance: Utterance) -> tuple[Samples, How, str]:
    """By clips if there is one for every part, else by the engine; a call nobody can say is at least a chime."""
    if utterance.parts and sprite.has(utterance.parts):
        return sprite.joined(utterance.parts), "clips", ""
    chime = sprite.joined([CHIME]) if sprite.has([CHIME]) else np.zeros(0, np.float32)
    try:
        speech = speak(utterance.text)
    except SpeechError as error:
        if utterance.parts and len(chime):
            return chime, "chime", error.reason
        return chime[:0], "nothing", error.reason
    return np.concatenate([chime, after_silence(CHIME_RINGS_OUT, speech)]), "speech", ""
