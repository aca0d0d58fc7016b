"""Every sentence the agent says to a visitor, in both languages."""

from typing import Literal

from tinghao.kiosk.hall_server import Refused
from tinghao.kiosk.resolvers import Unresolved
from tinghao.kiosk.visit import Notice, Tone
from tinghao.web.catalogue import _, english

NOT_CONNECTED = "与大厅系统的连接中断"

CALM = frozenset(
    {
        "already-waiting",
        "person-daily-limit",
        "line-full",
        "hall-closed",
        "last-ticket-over",
        "done-elsewhere",
    }
)
"""Refusals that are nobody's fault: they say what to do next, and are not shown as an error."""


def _notice(code: str, text: str, tone: Tone = "warn") -> Notice:
    return Notice(code, text, english(text), tone)


def unreachable() -> Notice:
    """The server is away while a number is wanted."""
    return _notice(
        "unreachable", _("与大厅系统的连接暂时中断，正在自动重试。您的取号请求已保留，不会重复取号。")
    )


def place_unreachable() -> Notice:
    """The server is away while a ticket's place is asked for."""
    return _notice("unreachable", _("与大厅系统的连接暂时中断，请稍后再扫码查询。"))


def refused(error: Refused) -> Notice:
    """The server's own reason."""
    return Notice(error.code, error.detail, error.detail_en, "warn" if error.code in CALM else "bad")


def unknown_code() -> Notice:
    """A code that means nothing here."""
    return _notice("unknown-code", _("无法识别此码。请扫描身份证号码的二维码，或号票上的二维码。"))


def mistyped_number() -> Notice:
    """A code with a wrong ID number."""
    return _notice("mistyped-number", _("码中的身份证号码有误，请核对，或请工作人员协助。"))


def checking_code() -> Notice:
    """The issuer of a code is being asked."""
    return _notice("checking-code", _("正在核验您的二维码，请稍候。"), "info")


def unresolved(why: Unresolved) -> Notice:
    """The issuer of a code knows nobody, or could not be asked."""
    if why is Unresolved.UNKNOWN:
        return _notice(
            "unknown-code", _("未能识别此码，可能已过期。请在手机上刷新后重新扫描，或使用身份证。")
        )
    return _notice("code-unreachable", _("暂时无法核验此码。请使用身份证，或到咨询服务台办理。"))


def desk_code(kind: Literal["appointment", "pickup"]) -> Notice:
    """A code of ours that a person at the desk serves."""
    if kind == "appointment":
        return _notice("desk-appointment", _("预约签到请到咨询服务台办理，请向工作人员出示此码。"), "info")
    return _notice("desk-pickup", _("领取证件或材料请到咨询服务台办理，请向工作人员出示此码。"), "info")


def useless_code(why: Literal["expired", "other-hall", "unverified"]) -> Notice:
    """A code of ours that is good no more, or not here, or that is not really ours."""
    if why == "expired":
        return _notice("code-expired", _("此码已过期。请重新获取后再扫描，或到咨询服务台办理。"))
    if why == "other-hall":
        return _notice("code-other-hall", _("此码属于其他大厅，请核对办理地点，或到咨询服务台询问。"))
    return unknown_code()


def busy() -> Notice:
    """Somebody is taking a number."""
    return _notice("busy", _("正在为您取号，请稍候再刷证或扫码。"), "info")


def finish_first() -> Notice:
    """A ticket is scanned while somebody chooses."""
    return _notice("finish-first", _("查询号票请先返回首页，再扫描号票上的二维码。"), "info")


def card_unread(reason: str) -> Notice:
    """The reader saw a card and could not read it; `reason` is the driver's sentence."""
    return Notice("card-unread", reason, english(reason))


def interrupted() -> Notice:
    """The machine started anew in the middle of a wish."""
    return _notice(
        "interrupted", _("本机刚刚重新启动。如果上一次取号没有完成，请重新取号或联系工作人员。"), "info"
    )
