"""Stand-ins for `aplay` and `espeak-ng`: the same command lines, on a PATH of their own."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

APLAY = """#!/bin/sh
# Keeps what it was given; `mood` says how the card is: ok, hang, or what aplay would complain of.
echo "$*" >> {folder}/aplay.args
cat > {folder}/playing.$$ && mv {folder}/playing.$$ {folder}/$(date +%s%N).pcm
read mood < {folder}/mood
case "$mood" in
    ok) exit 0 ;;
    hang) exec sleep 60 ;;
    *) echo "$mood" >&2; exit 1 ;;
esac
"""

ESPEAK = """#!{python}
# A tone of 0.1 s for each syllable it is given.
import struct, sys, wave
arguments = sys.argv[1:]
assert arguments[:2] == ["-v", "cmn-latn-pinyin"] and "--stdin" in arguments, arguments
words = sys.stdin.read().split()
with open("{folder}/espeak.words", "a") as log:
    print(*words, file=log)
if "bu4" in words:
    sys.exit(1)
with wave.open(arguments[arguments.index("-w") + 1], "wb") as out:
    out.setnchannels(1)
    out.setsampwidth(2)
    out.setframerate(22050)
    out.writeframes(struct.pack("<h", 9000) * 2205 * len(words))
"""


class Programs:
    """A folder that is the whole PATH, but for the shell's own tools."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._bin = folder / "bin"
        self._bin.mkdir()
        for tool in ("cat", "mv", "date", "sleep"):
            (self._bin / tool).symlink_to(next(_found(tool)))
        monkeypatch.setenv("PATH", str(self._bin))
        self.card("ok")

    def with_aplay(self) -> "Programs":
        return self._put("aplay", APLAY.format(folder=self.folder))

    def with_espeak(self) -> "Programs":
        return self._put("espeak-ng", ESPEAK.format(folder=self.folder, python=sys.executable))

    def card(self, mood: str) -> None:
        fresh = self.folder / "mood.new"
        fresh.write_text(mood + "\n")
        fresh.replace(self.folder / "mood")

    @property
    def played(self) -> list[bytes]:
        """What the card was given, without the moments of silence."""
        sounds = [path.read_bytes() for path in sorted(self.folder.glob("*.pcm"))]
        return [sound for sound in sounds if any(sound)]

    @property
    def spoken(self) -> list[str]:
        return (self.folder / "espeak.words").read_text().splitlines()

    def _put(self, name: str, script: str) -> "Programs":
        path = self._bin / name
        path.write_text(script)
        path.chmod(0o755)
        return self


def _found(tool: str) -> Iterator[Path]:
    return (path for path in (Path(part) / tool for part in os.defpath.split(":") if part) if path.exists())
