"""Social security card readers for the commands, the workbench and the tests that every family has to pass."""

from __future__ import annotations

from threading import Event

from tinghao.basics.masking import mask_name, mask_number
from tinghao.drivers.address import Address
from tinghao.drivers.families import Family, Say
from tinghao.drivers.links import Link, LinkError
from tinghao.drivers.social_card.driver import PROBLEM_TEXT, SocialCardReader
from tinghao.drivers.social_card.emulator import SocialCardEmulator
from tinghao.drivers.social_card.explain import SocialCardExplainer
from tinghao.drivers.social_card.protocol import SocialCard
from tinghao.drivers.social_card.wire import CardSlot, is_atr

PROBE_BUDGET = 0.6


def listening(address: Address, say: Say) -> SocialCardReader:
    def card(card: SocialCard) -> None:
        say(
            f"读到社保卡：{mask_name(card.name)}，{mask_number(card.number)}，卡号 {mask_number(card.card_number)}"
        )

    return SocialCardReader(
        address, card, lambda: say("卡已取出"), lambda problem: say(f"读卡失败：{PROBLEM_TEXT[problem]}")
    )


def probe(link: Link) -> str | None:
    """A reader tells its card's ATR, or twice that there is none; an echo would be no ATR."""
    slot = CardSlot(link, Event(), PROBE_BUDGET)
    try:
        link.drain()
        atrs = slot.atr(), slot.atr()
    except LinkError:
        return None
    if atrs == (b"", b""):
        return "社保卡读卡器，无卡"
    return f"社保卡读卡器，有卡（ATR {atrs[0].hex(' ').upper()}）" if all(map(is_atr, atrs)) else None


FAMILY = Family(
    name="social-card",
    title="社保卡读卡器",
    title_en="Social security card reader",
    driver=SocialCardReader,
    listening=listening,
    probe=probe,
    explainer=SocialCardExplainer,
    emulator=SocialCardEmulator,
)
