"""The announcer at work: into a folder that is listened to, and through a stand-in for `aplay`."""

import io
import re
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.drivers.fuzz import PlayedLink
from tests.drivers.voice_programs import Programs
from tinghao.drivers.address import Address
from tinghao.drivers.face import Heard as HeardFace
from tinghao.drivers.links import LinkError
from tinghao.drivers.voice import Announcer, Said, Timing
from tinghao.drivers.voice import players as p
from tinghao.drivers.voice.driver import ALREADY_WAITING
from tinghao.drivers.voice.emulator import Listener
from tinghao.drivers.voice.family import FAMILY
from tinghao.drivers.voice.players import DONE
from tinghao.drivers.voice.port import FolderPort
from tinghao.drivers.voice.sound import wav
from tinghao.drivers.voice.speech import NOT_INSTALLED

AT_ONCE = Timing(between=0.0)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(tmp_path, monkeypatch)


class Bench:
    """An announcer and who listens to it, in a folder."""

    def __init__(self, folder: Path, hear: Callable[[], Any], **options: Any) -> None:
        self.said, self.states, self.changes = hear(), hear(), hear()
        self.listener = Listener(FolderPort(folder), self.changes)
        self.listener.plug()
        options.setdefault("timing", AT_ONCE)
        self.voice = Announcer(self.listener.address, self.states, on_said=self.said, **options)

    def start(self) -> None:
        self.voice.start()
        self.states.until_state("ready")

    def hears(self, count: int) -> list[str]:
        while len(self.listener.heard) < count:
            self.changes.next()
        return [heard.text for heard in self.listener.heard]

    def close(self) -> None:
        self.voice.close()
        self.listener.close()


@pytest.fixture
def bench(tmp_path: Path, hear: Any) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(**options: Any) -> Bench:
        made.append(Bench(tmp_path / "said", hear, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def speaker(programs: Programs, hear: Any) -> Iterator[Any]:
    """An announcer on the stand-in's sound card."""
    programs.with_aplay()
    said, states = hear(), hear()
    voice = Announcer(Address.parse("sound:plughw:1,0"), states, on_said=said, timing=AT_ONCE)
    voice.said, voice.states = said, states  # type: ignore[attr-defined]
    yield voice
    voice.close()


# ---------------------------------------------------------------------------------------- into a folder


def test_calls_are_heard_in_order(bench: Any) -> None:
    one = bench()
    one.start()
    for number, window in (("A012", 3), ("b7", 41), ("Z999", "desk")):
        assert one.voice.call(number, window) == ""
    assert one.hears(3) == [
        "叮咚 请 A 0 1 2 号 到 3 号窗口",
        "叮咚 请 B 7 号 到 41 号窗口",
        "叮咚 请 Z 9 9 9 号 到咨询服务台",
    ]
    face = one.listener.face()[0]
    assert isinstance(face, HeardFace)
    assert (face.text, len(face.picture)) == ("叮咚 请 Z 9 9 9 号 到咨询服务台", 60)
    assert face.seconds == pytest.approx(one.listener.heard[-1].seconds, abs=0.01)
    said = one.said.next()
    assert (said.how, said.cut, said.problem) == ("clips", False, "")
    assert "A" not in repr(said)


def test_the_same_call_waiting_is_said_once_and_a_recall_again(bench: Any) -> None:
    one = bench()
    assert one.voice.call("A001", 1) == ""
    assert one.voice.call("A001", 1) == ALREADY_WAITING
    assert one.voice.call("A001", 2) == ""
    assert one.voice.call("A001", 1, key=7) == ""
    assert one.voice.call("A009", 9, key=7) == ALREADY_WAITING
    assert one.voice.waiting == 3
    one.start()
    assert len(one.hears(3)) == 3
    assert one.voice.settled(5)
    assert one.voice.call("A001", 1) == ""
    assert one.hears(4)[-1] == "叮咚 请 A 0 0 1 号 到 1 号窗口"


def test_too_many_and_too_old_are_told(bench: Any) -> None:
    one = bench(limit=2, timing=Timing(between=0.0, keep_for=-1.0))
    for number in range(3):
        one.voice.call(f"A{number}", 1)
    assert one.said.next() == Said("请 A 零号到一号窗口", "nothing", 0.0, problem="等待播报的内容太多")
    one.start()
    assert {one.said.next().problem for _ in range(2)} == {"等待过久，未播报"}
    assert list(one.listener.heard) == []


def test_what_waits_can_be_forgotten(bench: Any) -> None:
    one = bench()
    one.voice.call("A001", 1)
    one.voice.clear()
    one.voice.call("A002", 2)
    one.start()
    assert one.voice.settled(5)
    assert one.hears(1) == ["叮咚 请 A 0 0 2 号 到 2 号窗口"]


def test_the_volume(bench: Any) -> None:
    one = bench(volume=7)
    assert one.voice.volume == 1.0
    one.start()
    one.voice.call("A1", 1)
    one.hears(1)
    one.voice.volume = 0.5
    one.voice.call("A1", 1)
    one.hears(2)
    one.voice.volume = -1
    assert one.voice.volume == 0.0
    loud, quiet = one.listener.heard
    assert 0.4 < loud.peak < 1
    assert quiet.peak == pytest.approx(loud.peak / 2, rel=0.01)


def test_free_text(bench: Any, programs: Programs) -> None:
    programs.with_espeak()
    one = bench()
    one.start()
    assert one.voice.say("请保持安静") == ""
    assert one.hears(1) == ["叮咚 ……"]
    assert programs.spoken == ["qing3 bao3 chi2 an1 jing4"]
    said = one.said.next()
    assert (said.how, said.problem) == ("speech", "")
    assert said.seconds == pytest.approx(1.25 + 0.1 + 0.5, abs=0.01)


def test_without_an_engine_calls_go_on(bench: Any, programs: Programs) -> None:
    one = bench()
    one.start()
    assert one.voice.say("请保持安静") == NOT_INSTALLED
    assert one.voice.call("A012", 3) == ""
    assert one.voice.call("甲012", 3) == ""
    assert one.hears(2) == ["叮咚 请 A 0 1 2 号 到 3 号窗口", "叮咚"]
    assert [one.said.next().problem for _ in range(2)] == ["", NOT_INSTALLED]
    assert one.voice.state.state == "ready"


def test_an_engine_that_fails_spoils_only_its_own_text(bench: Any, programs: Programs) -> None:
    programs.with_espeak()
    one = bench()
    one.start()
    one.voice.say("不")
    one.voice.say("是")
    assert one.said.next().how == "nothing"
    assert one.said.next().how == "speech"


def test_a_folder_that_goes_and_comes_back(bench: Any) -> None:
    one = bench()
    one.start()
    one.voice.call("A001", 1)
    one.hears(1)
    one.listener.unplug()
    assert "找不到文件夹" in one.states.until_state("absent").reason
    one.voice.call("A002", 2)
    one.listener.plug()
    assert one.hears(2)[-1] == "叮咚 请 A 0 0 2 号 到 2 号窗口"
    assert len(list(Path(one.listener.address.path).glob("*.wav"))) == 2


def test_a_folder_that_may_not_be_written(tmp_path: Path, hear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    states = hear()
    with Announcer(Address.parse(f"wav:{tmp_path}"), states):
        assert "无权写入" in states.until_state("faulty").reason


def test_the_folder_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(p, "FILES_KEPT", 3)
    (tmp_path / "somebody's.wav").write_bytes(b"")
    player = p.FolderPlayer(tmp_path)
    for _ in range(10):
        player.write(wav(np.zeros(10, np.float32)))
    assert len(list(tmp_path.glob("said-*.wav"))) == 3
    assert len(list(tmp_path.iterdir())) == 4


def test_the_folder_does_not_grow_with_every_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(p, "FILES_KEPT", 3)
    for _ in range(4):
        player = p.FolderPlayer(tmp_path)
        player.write(wav(np.zeros(10, np.float32)))
        player.write(wav(np.zeros(10, np.float32)))
    assert len(list(tmp_path.glob("said-*.wav"))) == 3


def test_an_old_file_that_cannot_be_removed_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(p, "FILES_KEPT", 1)
    (tmp_path / "said-20260101-000000-1-000000.wav").mkdir()
    player = p.FolderPlayer(tmp_path)
    player.write(wav(np.zeros(10, np.float32)))
    assert player.read(0) == p.DONE


def test_missing_clips_are_told(tmp_path: Path, hear: Any) -> None:
    states = hear()
    with Announcer(Address.parse(f"wav:{tmp_path}"), states, clips=tmp_path / "nowhere"):
        assert "语音文件" in states.until_state("faulty").reason


def test_many_threads_at_once(bench: Any) -> None:
    one = bench(limit=1000)
    one.start()
    wishes = [(f"{letter}{number}", 1 + number) for letter in "ABCD" for number in range(6)]

    def ask(letter: str) -> None:
        for number, window in wishes:
            if number[0] == letter:
                one.voice.call(number, window)

    threads = [threading.Thread(target=ask, args=(letter,)) for letter in "ABCD"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert one.voice.settled(20)
    assert len(set(one.hears(len(wishes)))) == len(wishes)


def test_a_listener_knows_what_is_no_sound(tmp_path: Path) -> None:
    listener = Listener(FolderPort(tmp_path / "said"))
    for rubbish in (b"", b"RIFF", b"\x00" * 100, wav(np.zeros(0, np.float32))[:30]):
        listener._take(rubbish)
    assert len(listener.malformed) == 4
    listener._take(wav(np.zeros(0, np.float32)))
    assert listener.heard[-1].text == "……"


# ---------------------------------------------------------------------------------------- through a sound card


def test_the_sound_card_is_given_the_whole_sound(speaker: Any, programs: Programs) -> None:
    speaker.start()
    speaker.states.until_state("ready")
    speaker.call("A012", 3)
    said = speaker.said.next()
    assert said.how == "clips"
    [pcm] = programs.played
    assert len(pcm) == 2 * round((p.LEAD + said.seconds) * 24000)
    heard = io.BytesIO()
    with wave.open(heard, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(24000)
        out.writeframes(pcm)
    listener = Listener(FolderPort(programs.folder / "said"))
    listener._take(heard.getvalue())
    assert listener.heard[0].text == "叮咚 请 A 0 1 2 号 到 3 号窗口"
    arguments = (programs.folder / "aplay.args").read_text().splitlines()[-1]
    assert arguments == "-q -D plughw:1,0 -t raw -f S16_LE -c 1 -r 24000"


def test_a_stop_in_the_middle_is_prompt(speaker: Any, programs: Programs) -> None:
    speaker.start()
    speaker.states.until_state("ready")
    programs.card("hang")
    speaker.call("A001", 1)
    speaker.call("A002", 2)
    while not programs.played:
        assert speaker.said.silent
    before = time.monotonic()
    speaker.stop()
    assert speaker.said.next().cut
    assert time.monotonic() - before < 0.5
    assert speaker.settled(1)
    programs.card("ok")
    speaker.call("A003", 3)
    assert speaker.said.next() == Said("请 A 零零三号到三号窗口", "clips", pytest.approx(4.5, abs=1.0))
    assert len(programs.played) == 2


def test_closing_cuts_off_what_sounds(speaker: Any, programs: Programs) -> None:
    speaker.start()
    speaker.states.until_state("ready")
    programs.card("hang")
    speaker.call("A001", 1)
    while not programs.played:
        assert speaker.said.silent
    before = time.monotonic()
    speaker.close()
    assert time.monotonic() - before < 1.0
    assert not speaker._thread.is_alive()


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("aplay: main:831: audio open error: No such file or directory", "找不到声卡 plughw:1,0"),
        ("ALSA lib pcm.c:2666:(snd_pcm_open_noupdate) Unknown PCM plughw:1,0", "找不到声卡 plughw:1,0"),
        ("aplay: main:831: audio open error: Device or resource busy", "被其他程序占用"),
        ("aplay: main:831: audio open error: Permission denied", "audio 组"),
        ("aplay: pcm_write:2146: write error: Input/output error", "无法播放"),
    ],
)
def test_a_card_that_cannot_says_why_and_heals(
    speaker: Any, programs: Programs, mood: str, reason: str
) -> None:
    programs.card(mood)
    speaker.start()
    assert reason in speaker.states.until_state("faulty").reason
    speaker.call("A012", 3)
    programs.card("ok")
    speaker.states.until_state("ready")
    assert speaker.said.next().how == "clips"


def test_a_card_that_goes_away_while_nothing_is_said(
    speaker: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(p, "CHECK_EVERY", 0.1)
    speaker.start()
    speaker.states.until_state("ready")
    programs.card("No such file or directory")
    assert "找不到声卡" in speaker.states.until_state("faulty").reason
    programs.card("ok")
    speaker.states.until_state("ready")


def test_a_call_cut_off_by_the_card_is_said_once_more(speaker: Any, programs: Programs) -> None:
    speaker.start()
    speaker.states.until_state("ready")
    programs.card("Input/output error")
    speaker.call("A012", 3)
    speaker.states.until_state("faulty")
    programs.card("ok")
    assert speaker.said.next().cut is False
    assert len(programs.played) == 2


def test_a_call_the_card_always_breaks_at_is_given_up(tmp_path: Path, hear: Any) -> None:
    said = hear()
    voice = Announcer(Address.parse(f"wav:{tmp_path}"), on_said=said, timing=AT_ONCE)
    voice.opener = lambda: PlayedLink([], silent_reads=0)
    voice.call("A012", 3)
    for _ in range(2):
        assert said.silent
        with pytest.raises(LinkError):
            voice._session()
        assert voice.settled(0) == (not said.silent), "given up is settled, said once more is not"
    assert (said.next().cut, voice.waiting) == (True, 0)


def test_a_card_that_never_ends_is_killed(
    speaker: Any, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(p, "OVERTIME", 0.2)
    programs.card("hang")
    speaker.start()
    assert "没有播放完" in speaker.states.until_state("faulty").reason
    programs.card("ok")
    speaker.states.until_state("ready")


def test_no_aplay(programs: Programs, hear: Any) -> None:
    states = hear()
    with Announcer(Address.parse("sound:default"), states):
        assert states.until_state("faulty").reason == "未安装 aplay，请安装 alsa-utils"
        programs.with_aplay()
        states.until_state("ready")


# ---------------------------------------------------------------------------------------- under gevent

UNDER_GEVENT = """
from gevent import monkey
monkey.patch_all()
import queue, sys, threading, time
from pathlib import Path
from tinghao.drivers.address import Address
from tinghao.drivers.voice import Announcer, Timing
from tinghao.drivers.voice.emulator import Listener
from tinghao.drivers.voice.port import FolderPort

slowest = [0.0]

def tick():
    while True:
        before = time.monotonic()
        time.sleep(0.01)
        slowest[0] = max(slowest[0], time.monotonic() - before)

threading.Thread(target=tick, daemon=True).start()
listener = Listener(FolderPort(Path(sys.argv[1]) / "said"))
listener.plug()
for address in (Address.parse("sound:default"), listener.address):
    said = queue.Queue()
    with Announcer(address, on_said=said.put, timing=Timing(between=0.0)) as voice:
        assert voice.call("A012", 3) == ""
        assert voice.say("请保持安静") == ""
        assert [said.get(timeout=10).how for _ in range(2)] == ["clips", "speech"]
        assert voice.state.state == "ready", voice.state
listener.close()
print(slowest[0])
"""


def test_runs_under_gevent(programs: Programs) -> None:
    programs.with_aplay().with_espeak()
    run = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT, str(programs.folder)],
        capture_output=True,
        text=True,
        timeout=40,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert len(programs.played) == 2
    assert float(run.stdout) < 0.5, "something held up the whole process"


# ---------------------------------------------------------------------------------------- the family


def test_the_trial_is_heard(bench: Any, hear: Any) -> None:
    one, said = bench(), hear()
    one.start()
    assert FAMILY.trial
    FAMILY.trial(one.voice, said)
    assert one.hears(1) == ["叮咚 请 A 0 1 2 号 到 3 号窗口"]
    assert said.next() == "应听到“请A012号到3号窗口”"


def test_what_was_said_is_told_without_its_text(bench: Any, programs: Programs, hear: Any) -> None:
    programs.with_espeak()
    one, told = bench(), hear()
    voice = FAMILY.listening(one.listener.address, told)
    assert isinstance(voice, Announcer)
    with voice:
        voice.say("请张三来窗口吧")
        assert re.fullmatch("已播报 2.[01] 秒", told.next())
        voice.say("不")
        assert told.next() == "未播报：espeak-ng 无法合成此文本"
        voice.call("甲012", 3)
        assert re.fullmatch("已播报 2.[45] 秒", told.next())


def test_a_tap_hears_what_is_played(bench: Any, hear: Any) -> None:
    one = bench()
    words = hear()
    explainer = FAMILY.explainer()
    one.voice.tap = lambda direction, data: [words(line) for line in explainer.feed(direction, data)]
    one.start()
    one.voice.call("A012", 3)
    assert words.next() == "播放 4.57 秒，24000 Hz"
    assert words.next() == "播放完毕"


def test_any_answers_of_a_player_are_stood(tmp_path: Path) -> None:
    voice = Announcer(Address.parse(f"wav:{tmp_path}"), timing=AT_ONCE)
    voice.opener = lambda: PlayedLink([b"?", DONE + DONE, DONE, b"", b"\x00"], silent_reads=1)
    voice.call("A012", 3)
    with pytest.raises(LinkError):
        voice._session()
    assert voice.waiting == 0


def test_a_player_that_cannot_be_killed_holds_nobody_up(programs: Programs) -> None:
    class Stuck:
        killed = False

        def kill(self) -> None:
            self.killed = True

        def wait(self, timeout: float) -> int:
            raise subprocess.TimeoutExpired("aplay", timeout)

    programs.with_aplay()
    player, stuck = p.SoundPlayer("default"), Stuck()
    player._process = stuck  # type: ignore[assignment]
    player.close()
    assert stuck.killed
    assert player._process is None
