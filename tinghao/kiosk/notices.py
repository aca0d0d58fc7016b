"""Every sentence the agent says to a visitor, in both languages."""

from tinghao.kiosk.hall_server import Refused
from tinghao.kiosk.visit import Notice, Tone
from tinghao.web.catalogue import _, english


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
    return Notice(error.code, error.detail, error.detail_en, "bad")


def unknown_code() -> Notice:
    """A code that means nothing here."""
    return _notice("unknown-code", _("无法识别此码。请扫描身份证号码的二维码，或号票上的二维码。"))


def mistyped_number() -> Notice:
    """A code with a wrong ID number."""
    return _notice("mistyped-number", _("码中的身份证号码有误，请核对，或请工作人员协助。"))


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
