"""What is attached and which families there are, as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from tinghao.drivers.address import Address
from tinghao.drivers.families import families
from tinghao.technician.emulating import folder
from tinghao.technician.finding import Found, everything
from tinghao.technician.probing import ask_in_turn
from tinghao.technician.screen import table

NOTHING = "没有找到外设。网络设备不会出现在这里，请直接使用 tcp://主机:端口 地址。"
MOST_FAMILIES = 3
EMULATED_ONLY = "仅模拟器"

Print = Callable[[str], None]


def list_all(line: Print, *, ask: bool, as_json: bool) -> None:
    """Prints what is attached; with `ask`, each is asked what it is."""
    found = everything(folder())
    if as_json:
        line(json.dumps([_as_json(one, ask) for one in found], ensure_ascii=False, indent=2))
        return
    for one in found:
        for row in described(one):
            line(row)
        if ask and (answer := _answer(one)):
            line(f"    应答：{answer}")
    if not found:
        line(NOTHING)


def described(one: Found) -> Iterator[str]:
    """The address to type, and below it what is known."""
    yield one.address
    yield f"    {one.what}"
    if one.other_names:
        yield f"    即 {'、'.join(one.other_names)}"
    if one.families:
        yield f"    {_may_be(one)}"
    if one.refusal:
        yield f"    {one.refusal}"


def _may_be(one: Found) -> str:
    if len(one.families) > MOST_FAMILIES:
        return f"可能是 {len(one.families)} 种设备之一，可询问：tinghao devices probe {one.address}"
    return "可能是 " + "、".join(f"{families()[name].title}（{name}）" for name in one.families)


def _as_json(one: Found, ask: bool) -> dict[str, object]:
    return one.as_json() | ({"answer": _answer(one)} if ask else {})


def _answer(one: Found) -> str:
    if one.refusal:
        return ""
    for outcome in ask_in_turn(Address.parse(one.address), None, lambda _: None):
        if outcome.answer:
            return f"{outcome.family.title}（{outcome.family.name}）{outcome.answer}"
    return ""


def family_table() -> list[str]:
    """One row for each family."""
    rows = [
        (
            family.name,
            family.title,
            " ".join(family.driver.kinds),
            str(family.driver.baud) if "serial" in family.driver.kinds else "",
            "、".join(family.tried_on) or EMULATED_ONLY,
        )
        for family in families().values()
    ]
    return table([("种类", "名称", "地址", "速率", "试过的真机"), *rows])
