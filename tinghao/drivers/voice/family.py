"""The announcer among the families."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from tinghao.drivers.address import Address
from tinghao.drivers.base import Driver
from tinghao.drivers.families import Family, Order, Say
from tinghao.drivers.ports import EmulatedPort
from tinghao.drivers.voice.driver import Announcer, Said
from tinghao.drivers.voice.emulator import Listener
from tinghao.drivers.voice.explain import VoiceExplainer
from tinghao.drivers.voice.port import FolderPort

TRIAL_WAIT = 15.0
CALL = re.compile(r"([A-Za-z][0-9]{1,6}) ([0-9]{1,2})")


def listening(address: Address, say: Say) -> Driver:
    """Tells what has been said, without its text: free text may be about somebody."""

    def on_said(said: Said) -> None:
        if said.how == "nothing":
            say(f"未播报：{said.problem}")
        else:
            done = "播报中断" if said.cut else f"已播报 {said.seconds:.1f} 秒"
            say("，".join(filter(None, (done, said.problem))))

    return Announcer(address, on_said=on_said)


def trial(driver: Driver, say: Say) -> bool:
    voice = cast(Announcer, driver)
    voice.call("A012", 3)
    finished = voice.settled(TRIAL_WAIT)
    say("应听到“请A012号到3号窗口”" if finished else f"没有播完：{voice.state.reason}")
    return finished


def speak(driver: Driver, text: str, say: Say) -> bool:
    """`A012 3` is a call to a window; anything else is read out."""
    voice = cast(Announcer, driver)
    call = CALL.fullmatch(text.strip())
    refusal = voice.call(call[1], int(call[2])) if call else voice.say(text.strip())
    finished = not refusal and voice.settled(TRIAL_WAIT)
    if not finished:
        say(refusal or f"没有播完：{voice.state.reason}")
    return finished


def make_port(folder: Path) -> EmulatedPort:
    return FolderPort(folder / "voice")


FAMILY = Family(
    name="voice",
    title=Announcer.title,
    title_en="Voice",
    driver=Announcer,
    listening=listening,
    probe=None,
    explainer=VoiceExplainer,
    emulator=Listener,
    trial=trial,
    order=Order("A012 3（号码 窗口），或任意文字", "A012 3 (number, window), or any text", speak),
    make_port=make_port,
)
