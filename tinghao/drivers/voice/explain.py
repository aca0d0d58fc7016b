"""What goes to a player, in words."""

from __future__ import annotations

from tinghao.drivers.links import Direction
from tinghao.drivers.voice.players import DONE, STOP
from tinghao.drivers.voice.sound import pcm_of

HEX_SHOWN = 24


class VoiceExplainer:
    """Each piece is whole: a player is written one WAV file at a time."""

    def feed(self, direction: Direction, data: bytes) -> list[str]:
        if not data:
            return []
        if data == (STOP if direction == "out" else DONE):
            return ["停止播放" if direction == "out" else "播放完毕"]
        try:
            pcm, rate = pcm_of(data)
        except ValueError:
            more = "…" if len(data) > HEX_SHOWN else ""
            return [f"无法识别 {data[:HEX_SHOWN].hex(' ').upper()}{more}"]
        return [f"播放 {len(pcm) / 2 / rate:.2f} 秒，{rate} Hz"]
