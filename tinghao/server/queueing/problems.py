"""What the queue refuses, and in which words."""

from typing import ClassVar

from tinghao.basics.problem import Problem


class NoSuchSubject(Problem):
    code: ClassVar[str] = "no-such-matter"
    status: ClassVar[int] = 404
    detail: ClassVar[str] = "本大厅没有该事项，请重新选择或咨询导办台。"
    detail_en: ClassVar[str] = "This hall has no such matter. Please choose again or ask the desk."


class DoneElsewhere(Problem):
    code: ClassVar[str] = "done-elsewhere"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "该事项在「{place}」办理，请前往该处。"
    detail_en: ClassVar[str] = "This matter is handled at {place}. Please go there."


class NoSuchTicket(Problem):
    code: ClassVar[str] = "no-such-ticket"
    status: ClassVar[int] = 404
    detail: ClassVar[str] = "没有找到该号码，请核对后再试或咨询导办台。"
    detail_en: ClassVar[str] = "There is no such ticket. Please check it or ask the desk."


class NoSuchWindow(Problem):
    code: ClassVar[str] = "no-such-window"
    status: ClassVar[int] = 404
    detail: ClassVar[str] = "本大厅没有该窗口。"
    detail_en: ClassVar[str] = "This hall has no such window."


class NobodyWaiting(Problem):
    code: ClassVar[str] = "nobody-waiting"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "暂时没有等候的群众。"
    detail_en: ClassVar[str] = "Nobody is waiting at the moment."


class WindowBusy(Problem):
    code: ClassVar[str] = "window-busy"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "窗口还有未办结的号码，请先办结、暂挂或标记过号。"
    detail_en: ClassVar[str] = (
        "A visitor is still at the window. Please finish the ticket, hold it or mark it as missed first."
    )


class WindowNotYours(Problem):
    code: ClassVar[str] = "window-not-yours"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "您没有在该窗口开窗，请先开窗。"
    detail_en: ClassVar[str] = "You have not opened that window. Please open it first."


class WindowTaken(Problem):
    code: ClassVar[str] = "window-taken"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "{window}正由{clerk}使用，请选择其他窗口。"
    detail_en: ClassVar[str] = "{window_en} is in use by {clerk}. Please choose another window."


class OpenElsewhere(Problem):
    code: ClassVar[str] = "open-elsewhere"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "您已在{window}开窗，请先关闭该窗口。"
    detail_en: ClassVar[str] = "You have {window_en} open. Please close it first."


class TicketElsewhere(Problem):
    code: ClassVar[str] = "ticket-elsewhere"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "号码 {number} 不在您的窗口。"
    detail_en: ClassVar[str] = "Ticket {number} is not at your window."


class AtAnotherWindow(Problem):
    code: ClassVar[str] = "at-another-window"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "号码 {number} 正在{window}，请稍后再叫。"
    detail_en: ClassVar[str] = "Ticket {number} is at {window_en} now. Please call it later."


class NotIssuedHere(Problem):
    code: ClassVar[str] = "not-issued-here"
    status: ClassVar[int] = 403
    detail: ClassVar[str] = "该号码不是由本机取出的。"
    detail_en: ClassVar[str] = "That ticket was not taken at this station."


class HallClosed(Problem):
    code: ClassVar[str] = "hall-closed"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "现在不是取号时间，请于{next}再来。"
    detail_en: ClassVar[str] = "No numbers are given now. Please come back {next_en}."


class LastTicketOver(Problem):
    code: ClassVar[str] = "last-ticket-over"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "今天的取号已截止，请于{next}再来。"
    detail_en: ClassVar[str] = "No more numbers are given today. Please come back {next_en}."


class LineFull(Problem):
    code: ClassVar[str] = "line-full"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "今日{line}的号已发完。下一次取号时间：{next}。"
    detail_en: ClassVar[str] = (
        "Today's numbers for {line_en} have all been given. Please come back {next_en}."
    )


class AlreadyWaiting(Problem):
    code: ClassVar[str] = "already-waiting"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "您已取号 {number}，{place}，请勿重复取号。"
    detail_en: ClassVar[str] = "You already have number {number} ({place_en})."
    ticket: dict[str, object] | None = None
    """The ticket that the visitor has, as a kiosk sees it: it may be printed again."""

    def as_json(self) -> dict[str, object]:
        """The problem's members, with the ticket."""
        return {**super().as_json(), "ticket": self.ticket}


class PersonDailyLimit(Problem):
    code: ClassVar[str] = "person-daily-limit"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "您今天已取 {count} 个号，已达上限。如仍需办理，请咨询导办台。"
    detail_en: ClassVar[str] = (
        "You have taken {count} numbers today, which is the limit. Please ask the desk if you need more."
    )


class WindowPaused(Problem):
    code: ClassVar[str] = "window-paused"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "窗口已暂停服务，请先恢复服务。"
    detail_en: ClassVar[str] = "The window is paused. Please resume it first."


class RecallLimit(Problem):
    code: ClassVar[str] = "recall-limit"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "号码 {number} 已重呼 {count} 次，请标记过号或开始办理。"
    detail_en: ClassVar[str] = (
        "Ticket {number} was called again {count} times. Please mark it as missed or start."
    )


class UndoTooLate(Problem):
    code: ClassVar[str] = "undo-too-late"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "只能在叫号后 {seconds} 秒内撤回，号码 {number} 已不能撤回。"
    detail_en: ClassVar[str] = (
        "A call can be taken back within {seconds} seconds only; {number} cannot any more."
    )


class ReturnTooLate(Problem):
    code: ClassVar[str] = "return-too-late"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "号码 {number} 过号已超过 {minutes} 分钟，请重新取号。"
    detail_en: ClassVar[str] = (
        "Ticket {number} was missed more than {minutes} minutes ago. Please take a new number."
    )


class WithoutNumber(Problem):
    code: ClassVar[str] = "without-number"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "该群众没有号码，不能暂挂或转办。请先办结，再请其取号。"
    detail_en: ClassVar[str] = (
        "This visitor has no number to be called by. Please finish, and let the visitor take one."
    )


class NotYourLine(Problem):
    code: ClassVar[str] = "not-your-line"
    status: ClassVar[int] = 403
    detail: ClassVar[str] = "号码 {number} 不在您窗口办理的队列，请由导办台处理。"
    detail_en: ClassVar[str] = "Ticket {number} is in no line that your window serves. Please ask the desk."


class NoSuchLine(Problem):
    code: ClassVar[str] = "no-such-line"
    status: ClassVar[int] = 404
    detail: ClassVar[str] = "本大厅没有该队列。"
    detail_en: ClassVar[str] = "This hall has no such line."


class NoSuchProfile(Problem):
    code: ClassVar[str] = "no-such-profile"
    status: ClassVar[int] = 404
    detail: ClassVar[str] = "本大厅没有该窗口方案。"
    detail_en: ClassVar[str] = "This hall has no such window profile."


class NoSuchPriority(Problem):
    code: ClassVar[str] = "no-such-priority"
    status: ClassVar[int] = 404
    detail: ClassVar[str] = "本大厅没有该优先级。"
    detail_en: ClassVar[str] = "This hall has no such priority."


class NotAtWork(Problem):
    code: ClassVar[str] = "not-at-work"
    status: ClassVar[int] = 409
    detail: ClassVar[str] = "该人员当前没有开窗，请选择其他人员或窗口。"
    detail_en: ClassVar[str] = "That clerk has no window open. Please choose another clerk or window."


class NowhereToGo(Problem):
    code: ClassVar[str] = "nowhere-to-go"
    status: ClassVar[int] = 422
    detail: ClassVar[str] = "请选择要转往的队列、窗口或人员。"
    detail_en: ClassVar[str] = "Please choose a line, a window or a person."
