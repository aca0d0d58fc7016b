"""What is said and how it sounds: the same as the browser's announcer, to the millisecond."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import tinghao
from tests.drivers.voice_programs import Programs
from tinghao.drivers.links import LinkError
from tinghao.drivers.voice import clips, compose
from tinghao.drivers.voice.clips import Part, Span
from tinghao.drivers.voice.driver import _sound
from tinghao.drivers.voice.ear import ear
from tinghao.drivers.voice.explain import VoiceExplainer
from tinghao.drivers.voice.players import DONE, STOP
from tinghao.drivers.voice.sound import (
    CLIPS_FOLDER,
    HIGHEST_PEAK,
    RATE,
    SPOKEN_LEVEL,
    Samples,
    Sprite,
    levelled,
    load_sprite,
    pcm_of,
    resampled,
    wav,
)
from tinghao.drivers.voice.speech import FAILED, NOT_INSTALLED, SpeechError, pinyin, speak, speech_problem
from tinghao.drivers.voice.waiting import Utterance, Waiting

FUZZ_CASES = 2_000

ANNOUNCER = Path(tinghao.__path__[0]) / "display" / "static" / "announcer.js"
COMPARE = """
import { compose, lay } from "./announcer.mjs";
import { readFileSync } from "node:fs";
const { calls, clips } = JSON.parse(readFileSync(0));
const index = new Map(Object.entries(clips).map(([name, [start, duration]]) => [name, { start, duration }]));
console.log(JSON.stringify(calls.map(([number, window]) => {
    const { text, parts } = compose({ number, window });
    const whole = parts.every(({ clip }) => index.has(clip));
    return { text, parts: parts.map(({ clip, gap }) => [clip, gap]), duration: whole ? lay(parts, index).duration : null };
})));
"""
CALLS: list[tuple[str, Any]] = [
    ("A012", 3),
    ("a7", 10),
    ("Z999", "desk"),
    ("", 0),
    ("一号", 100),
    ("A-1", -2),
    ("straße", 21),
    ("𠀀9", 1),
    *((f"{prefix}{number:03}", 1 + number % 99) for prefix in "BQ" for number in range(0, 1000, 37)),
]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(tmp_path, monkeypatch)


def index() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((CLIPS_FOLDER / "voice.json").read_text("utf-8"))
    return told


# ---------------------------------------------------------------------------------------- as the browser says it


def test_a_call_is_composed_and_laid_out_as_by_the_browser(tmp_path: Path) -> None:
    node = shutil.which("node")
    assert node, "the pages' tools need node, and so does this comparison"
    shutil.copy(ANNOUNCER, tmp_path / "announcer.mjs")
    (tmp_path / "compare.mjs").write_text(COMPARE)
    question = json.dumps({"calls": CALLS, "clips": index()["clips"]})
    done = subprocess.run(
        [node, "compare.mjs"],
        cwd=tmp_path,
        input=question,
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    sprite = load_sprite(CLIPS_FOLDER)
    for (number, window), theirs in zip(CALLS, json.loads(done.stdout), strict=True):
        ours = compose(number, window)
        assert ours.text == theirs["text"]
        assert [[part.clip, part.gap] for part in ours.parts] == theirs["parts"]
        assert sprite.has(ours.parts) == (theirs["duration"] is not None)
        if theirs["duration"] is not None:
            assert len(sprite.joined(ours.parts)) / RATE == pytest.approx(theirs["duration"], abs=0.001)


def test_the_pauses_between_calls_are_the_browser_s() -> None:
    script = ANNOUNCER.read_text("utf-8")
    for name in ("BETWEEN_CALLS", "LEAD"):
        [value] = re.findall(rf"const {name} = ([0-9.]+);", script)
        assert getattr(clips, name) == float(value)


def test_a_call_in_words() -> None:
    assert compose("A012", 3).text == "请 A 零幺二号到三号窗口"
    assert compose("b10", 21).text == "请 B 幺零号到二十一号窗口"
    assert compose("7", "desk").text == "请七号到咨询服务台"


# ---------------------------------------------------------------------------------------- how it sounds


def test_every_clip_is_found_again_in_the_sound() -> None:
    sprite = load_sprite(CLIPS_FOLDER)
    for window in (*range(1, 100, 7), "desk"):
        parts = compose(f"K{window}"[:4], window).parts  # type: ignore[arg-type]
        found, end = ear().clips_in(sprite.joined(parts))
        assert found == [part.clip for part in parts]
        assert end == len(sprite.joined(parts))


def test_an_ear_hears_no_clips_where_there_are_none() -> None:
    noise = np.random.default_rng(7).standard_normal(RATE).astype(np.float32)
    assert ear().clips_in(noise)[0] == []
    assert ear().clips_in(np.zeros(RATE, np.float32))[0] == []


@pytest.mark.parametrize("volume", [0.0, 0.25, 1.0, 9.0])
def test_the_volume_scales_and_nothing_clips(volume: float) -> None:
    loudest = np.array([0.84, -0.84, 0.42], np.float32)
    pcm, rate = pcm_of(wav(loudest, volume))
    assert rate == RATE
    heard = np.frombuffer(pcm, "<i2") / 32767
    assert heard == pytest.approx(np.clip(loudest * volume, -1, 1), abs=1e-4)


def test_joined_clips_keep_their_loudness() -> None:
    sprite = load_sprite(CLIPS_FOLDER)
    whole = sprite.joined(compose("A012", 3).parts)
    assert 0.4 < np.abs(whole).max() <= HIGHEST_PEAK
    span = sprite.spans["chime"]
    chime = sprite.samples[round(span.start * RATE) :][: round(span.duration * RATE)]
    assert np.array_equal(whole[: len(chime)], chime)


@pytest.mark.parametrize("factor", [0.01, 0.5, 3.0])
def test_other_sounds_are_made_as_loud_as_the_clips(factor: float) -> None:
    tone = np.sin(np.arange(RATE) / 20).astype(np.float32) * np.float32(factor)
    loud = levelled(tone)
    assert np.sqrt(np.mean(loud**2)) == pytest.approx(SPOKEN_LEVEL, rel=0.05)
    click = np.zeros(RATE, np.float32)
    click[100] = factor
    assert np.abs(levelled(click)).max() <= HIGHEST_PEAK + 1e-6
    assert not levelled(np.zeros(10, np.float32)).any()


def test_resampling_keeps_the_duration() -> None:
    tone = np.sin(np.arange(22050) / 20).astype(np.float32)
    assert len(resampled(tone, 22050)) == RATE
    assert resampled(tone, RATE) is tone
    assert len(resampled(np.zeros(0, np.float32), 8000)) == 0


def test_a_last_clip_that_ends_between_two_samples() -> None:
    span = Span(3.5 / RATE, 5.5 / RATE)
    sprite = Sprite(np.ones(9, np.float32), {"hao": span})
    assert sprite.joined([Part("hao", 0.0)]).sum() == 5


@pytest.mark.parametrize("broken", ["missing", "no json", "no clips", "no sound", "too short"])
def test_clips_that_cannot_be_used(broken: str, tmp_path: Path) -> None:
    told = {"file": "voice.ogg", "clips": {"chime": [0, 99999]}}
    if broken != "missing":
        shutil.copy(CLIPS_FOLDER / "voice.ogg", tmp_path)
        (tmp_path / "voice.json").write_text(json.dumps(told))
    if broken == "no json":
        (tmp_path / "voice.json").write_text("{")
    if broken == "no clips":
        (tmp_path / "voice.json").write_text('{"file": "voice.ogg"}')
    if broken == "no sound":
        (tmp_path / "voice.ogg").write_bytes(b"OggS")
    with pytest.raises(LinkError, match="语音文件"):
        load_sprite(tmp_path)


# ---------------------------------------------------------------------------------------- free text


def test_pinyin() -> None:
    assert pinyin("请张女士到3号窗口") == "qing3 zhang1 nv3 shi4 dao4 3 hao4 chuang1 kou3"
    assert pinyin("A012，绿色") == "A 0 1 2 ， lv4 se4"
    assert pinyin("2026年；电话 82345678") == "2026 nian2 ； dian4 hua4 8 2 3 4 5 6 7 8"
    assert pinyin("-w /etc\n<ssml>\ud800\\") == "w etc ssml"


def test_free_text_is_given_to_the_engine_as_pinyin(programs: Programs) -> None:
    programs.with_espeak()
    assert speech_problem() == ""
    assert len(speak("请保持安静")) == pytest.approx(0.5 * RATE, abs=2)
    assert programs.spoken == ["qing3 bao3 chi2 an1 jing4"]


def test_without_an_engine_the_text_has_its_reason(programs: Programs) -> None:
    assert speech_problem() == NOT_INSTALLED == "未安装 espeak-ng，自由文本无法播报"
    with pytest.raises(SpeechError, match=NOT_INSTALLED):
        speak("你好")


@pytest.mark.parametrize("text", ["不", "", "。"])
def test_an_engine_that_cannot(programs: Programs, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    programs.with_espeak()
    if text == "。":
        monkeypatch.setattr("tinghao.drivers.voice.speech.TIMEOUT", 0.0)
    with pytest.raises(SpeechError, match=FAILED):
        speak(text)


# ---------------------------------------------------------------------------------------- the queue


def wish(key: str, asked_at: float = 0.0) -> Utterance:
    return Utterance(key, f"text {key}", asked_at)


def test_calls_are_said_in_order_and_the_same_one_waiting_once() -> None:
    waiting = Waiting(limit=20, keep_for=60)
    assert [waiting.put(wish(key))[0] for key in "abab"] == [True, True, False, False]
    assert waiting.take(0)[0] == wish("a")
    assert waiting.put(wish("a"))[0], "while it is being said it is a recall"
    assert [waiting.take(0)[0] for _ in range(3)] == [wish("b"), wish("a"), None]


def test_too_many_push_out_the_oldest() -> None:
    waiting = Waiting(limit=2, keep_for=60)
    assert [waiting.put(wish(key))[1] for key in "abcd"] == [[], [], [wish("a")], [wish("b")]]
    assert len(waiting) == 2


def test_what_waited_too_long_is_not_said() -> None:
    waiting = Waiting(limit=20, keep_for=60)
    waiting.put(wish("a", 0))
    waiting.put(wish("b", 50))
    assert waiting.take(100) == (wish("b", 50), [wish("a", 0)])


def test_what_was_begun_is_first_again_and_all_can_be_forgotten() -> None:
    waiting = Waiting(limit=20, keep_for=60)
    waiting.put(wish("a"))
    waiting.put_back(wish("b"))
    assert waiting.take(0)[0] == wish("b")
    waiting.clear()
    assert waiting.take(0)[0] is None


def test_a_wish_does_not_tell_its_text() -> None:
    assert "text a" not in repr(wish("a"))


# ---------------------------------------------------------------------------------------- words, rubbish


def test_the_player_s_wire_in_words() -> None:
    explainer = VoiceExplainer()
    assert explainer.feed("out", wav(np.zeros(RATE, np.float32))) == ["播放 1.00 秒，24000 Hz"]
    assert explainer.feed("in", DONE) == ["播放完毕"]
    assert explainer.feed("out", STOP) == ["停止播放"]
    assert explainer.feed("out", b"RIFF") == ["无法识别 52 49 46 46"]


def test_fuzz_any_call_and_any_text(programs: Programs) -> None:
    chance = Random(72)
    signs = "ABCXYZ0123456789" * 4 + "-_ 号窗\\\n\0ßİ𠀀é.😀"
    sprite = load_sprite(CLIPS_FOLDER)
    by_clips = 0
    for _ in range(FUZZ_CASES):
        number = "".join(chance.choice(signs) for _ in range(chance.choice((0, 1, 4, 4, 4, 16))))
        window = chance.choice(("desk", chance.randrange(-3, 120), chance.randrange(1, 100)))
        sentence = compose(number, window)
        samples, how, problem = _sound(sprite, Utterance(0, sentence.text, 0.0, sentence.parts))
        known = re.fullmatch("[A-Z0-9]*", number.upper(), re.ASCII)
        assert how == ("clips" if known and (window == "desk" or 1 <= window <= 99) else "chime")
        assert (problem == "") == (how == "clips")
        assert sound_is_right(
            samples, wanted_seconds(sentence.parts if how == "clips" else sentence.parts[:1])
        )
        by_clips += how == "clips"
        text = "".join(chr(chance.randrange(0x20, 0x30000)) for _ in range(chance.randrange(30)))
        assert "\n" not in pinyin(text)
    assert by_clips > FUZZ_CASES // 8


def wanted_seconds(parts: Any) -> float:
    durations = {name: duration for name, (_, duration) in index()["clips"].items()}
    return float(sum(part.gap + durations[part.clip] for part in parts))


def sound_is_right(samples: Samples, seconds: float) -> bool:
    return abs(len(samples) / RATE - seconds) <= 0.001 and float(np.abs(samples).max()) < 1
