"""Where the sound goes.  A player is a link: what is written to it is a whole WAV file, and it begins at once.

    write(WAV)    plays it, instead of what still sounds
    write(STOP)   falls silent
    read(…)       `DONE` once it has been played, `b""` meanwhile; `LinkError` when it can't be

A player that could be opened can play: the sound card is given a moment of silence, and again every
`CHECK_EVERY` seconds while nothing is said, so that a pulled one is noticed.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from tinghao.drivers.links import Link, LinkError, absent, faulty
from tinghao.drivers.voice.clips import LEAD
from tinghao.drivers.voice.sound import RATE, pcm_of

STOP = b"\x03"
DONE = b"\x06"

PROGRAM = "aplay"
CHECK_EVERY = 10.0
OVERTIME = 3.0
KILLED_WITHIN = 1.0
SILENCE = 0.05
COMPLAINT_READ = 4096
FILES_KEPT = 200
"""The folder doesn't grow for ever: of the files written by such a player, now or earlier, the newest stay."""


_numbers = itertools.count()


class FolderPlayer(Link):
    """Writes what would be heard, a file each; they appear whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._played = False
        self._check()
        self._written = sorted(folder.glob("said-*.wav"))

    def write(self, data: bytes) -> None:
        self._check()
        if data == STOP:
            self._played = False
            return
        name = f"said-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}-{next(_numbers):06}.wav"
        fresh, final = self._folder / f".{name}", self._folder / name
        try:
            fresh.write_bytes(data)
            fresh.replace(final)
        except OSError as error:
            raise faulty(f"无法写入文件夹 {self._folder}：{error.strerror}") from None
        self._played = True
        self._forget_old(final)

    def read(self, timeout: float) -> bytes:
        self._check()
        if self._played:
            self._played = False
            return DONE
        threading.Event().wait(timeout)
        return b""

    def close(self) -> None:
        """Nothing to let go of."""

    def _check(self) -> None:
        if not self._folder.is_dir():
            raise absent(f"找不到文件夹 {self._folder}")
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise faulty(f"无权写入文件夹 {self._folder}")

    def _forget_old(self, newest: Path) -> None:
        self._written.append(newest)
        while len(self._written) > FILES_KEPT:
            with suppress(OSError):
                self._written.pop(0).unlink()


class SoundPlayer(Link):
    """A child `aplay` for each sound: it never blocks us, and is killed when it takes longer than it may."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._process: subprocess.Popen[bytes] | None = None
        self._kill_at = self._check_at = 0.0
        self._checking = False
        self._check()
        while self._checking:
            self.read(SILENCE)

    def write(self, data: bytes) -> None:
        self._silence()
        if data == STOP:
            return
        pcm, rate = pcm_of(data)
        self._play(bytes(2 * round(LEAD * rate)) + pcm, rate)

    def read(self, timeout: float) -> bytes:
        if self._process is None:
            if time.monotonic() >= self._check_at:
                self._check()
            else:
                threading.Event().wait(timeout)
            return b""
        try:
            code = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            if time.monotonic() > self._kill_at:
                self._silence()
                raise faulty(f"声卡 {self._device} 没有播放完，请检查声卡") from None
            return b""
        return self._ended(code)

    def close(self) -> None:
        self._silence()

    def _check(self) -> None:
        self._checking = True
        self._play(bytes(2 * round(SILENCE * RATE)), RATE)

    def _play(self, pcm: bytes, rate: int) -> None:
        command = [PROGRAM, "-q", "-D", self._device, "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", str(rate)]
        try:
            with tempfile.TemporaryFile() as sound:
                sound.write(pcm)
                sound.seek(0)
                self._process = subprocess.Popen(
                    command,
                    stdin=sound,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    env={**os.environ, "LC_ALL": "C"},
                )
        except FileNotFoundError:
            raise faulty("未安装 aplay，请安装 alsa-utils") from None
        except OSError as error:
            raise faulty(f"无法运行 aplay：{error.strerror}") from None
        self._kill_at = time.monotonic() + len(pcm) / (2 * rate) + OVERTIME

    def _ended(self, code: int) -> bytes:
        was_check, self._checking = self._checking, False
        complaint = self._let_go()
        if code:
            raise _refusal(self._device, complaint)
        self._check_at = time.monotonic() + CHECK_EVERY
        return b"" if was_check else DONE

    def _silence(self) -> None:
        process = self._process
        if process is not None:
            process.kill()
            try:
                process.wait(KILLED_WITHIN)
                self._let_go()
            except subprocess.TimeoutExpired:  # it hangs within the sound card's driver: leave it there
                self._process = None
        self._checking = False

    def _let_go(self) -> str:
        """What the ended child complained of."""
        process, self._process = self._process, None
        if process is None or process.stderr is None:
            return ""
        with process.stderr as complaint:
            return os.read(complaint.fileno(), COMPLAINT_READ).decode("utf-8", errors="replace")


def _refusal(device: str, complaint: str) -> LinkError:
    if "busy" in complaint:
        return faulty(f"声卡 {device} 被其他程序占用")
    if "Permission denied" in complaint:
        return faulty(f"无权使用声卡 {device}，请把运行账号加入 audio 组")
    if any(sign in complaint for sign in ("No such", "cannot find", "Unknown PCM", "Invalid")):
        return faulty(f"找不到声卡 {device}，请检查声卡和设备名（aplay -L）")
    return faulty(f"声卡 {device} 无法播放")
