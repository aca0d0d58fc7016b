"""What is said about an order of calls, in Chinese and in English: polite and plain, fit to be read out to a visitor."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

Pair = tuple[str, str]
"""The same in Chinese and in English."""

# Where the other one was. {a}: the one called, {b}: the one asked about.
SAME = ("{a} 和 {b} 是同一个号。", "{a} and {b} are the same ticket.")
NOT_TAKEN = (
    "{b} 当时还没有取号：{a} 于 {at} 被叫，{b} 于 {issued} 取号。",
    "{b} had not been taken yet: {a} was called at {at}, {b} was taken at {issued}.",
)
CALLED_BEFORE = (
    "{b} 比 {a} 先被叫到：{b} 于 {b_at} 叫到{b_window}，{a} 于 {at} 才叫到。",
    "{b} was called before {a}: {b} at {b_at} to {b_window}, {a} only at {at}.",
)
HELD = ("{b} 当时已暂挂，不在等候。", "{b} was on hold then, not waiting.")
MISSED = (
    "{b} 已于 {b_at} 叫过号，当时已过号，不在等候。",
    "{b} had been called at {b_at} and missed; it was not waiting then.",
)
MISSED_UNCALLED = ("{b} 当时已过号，不在等候。", "{b} had been missed then; it was not waiting.")
OVER = ("{b} 当时{state}，不在等候。", "{b} was {state} then, not waiting.")
OTHER_LINE = (
    "{b} 在“{line}”队列，{window}当时不办理该队列。",
    "{b} was in the line “{line}”, which {window} did not serve then.",
)
APART = (
    "两个号由不同窗口分别叫号，先后不能直接比较。",
    "The two are called by different windows; their order cannot be compared.",
)
SENT = ("{b} 指定由{to}办理。", "{b} had been sent to {to}.")
OTHER_SKILL = (
    "{b} 所办事项须由专门人员办理，{window}当时办不了。",
    "The matter of {b} needs special skills that {window} did not have then.",
)
TOO_EARLY = (
    "{b} 的叫号时间是 {from_} 以后，{at} 时还没有到。",
    "{b} was not to be called before {from_}; at {at} it was too early.",
)

# Why the one was called.
BY_HAND = (
    "{a} 是{actor}在{window}直接选叫的，不是按叫号规则排到的。",
    "{a} was picked by {actor} at {window}, not by the order of the line.",
)
PLACED = ("{a} 已被排到最前，须先叫。", "{a} had been placed first and had to be called first.")
PLACED_BY = (
    "{a} 由{actor}于 {when} 排到最前，须先叫。",
    "{a} was placed first by {actor} at {when} and had to be called first.",
)
PLACED_BOTH = (
    "{a} 和 {b} 都被排到最前，{a} 从 {a_since} 起等候，{b} 从 {b_since} 起，先到的先叫。",
    "{a} and {b} had both been placed first; {a} waited since {a_since}, {b} since {b_since}; the older comes first.",
)
NEAR_GUARANTEE = (
    "{a} 已等候 {waited} 分钟，接近“{class_}”类别保证的最长等候 {most} 分钟，须先叫。",
    "{a} had waited {waited} minutes, close to the guaranteed longest wait of {most} minutes for “{class_}”.",
)
OVER_GUARANTEE = (
    "{a} 已等候 {waited} 分钟，超过“{class_}”类别保证的最长等候 {most} 分钟，须先叫。",
    "{a} had waited {waited} minutes, more than the guaranteed longest wait of {most} minutes for “{class_}”.",
)
KEEP_GUARANTEE = (
    "{a} 属“{class_}”类别，保证最长等候 {most} 分钟；按当时的叫号速度，再不叫这一类就会有人超时，须先叫。",
    "{a} is of the class “{class_}”, which waits {most} minutes at most; at the pace of calls somebody would have waited longer.",
)
CONDITION = (
    "当时按叫号规则“{rule}”，{window}先叫“{line}”队列，{a} 排到了。",
    "By the calling rule “{rule}”, {window} took the line “{line}” first, where it was the turn of {a}.",
)
ORDER = (
    "{window}按队列先后叫号，“{line}”队列有人时先叫，{a} 排到了。",
    "{window} calls line by line, “{line}” first while somebody waits there; it was the turn of {a}.",
)
ORDER_OTHER = (
    "{window}按队列先后叫号：{a} 所在的“{line}”队列排在 {b} 所在的“{b_line}”队列前面。",
    "{window} calls line by line: “{line}”, the line of {a}, comes before “{b_line}”, the line of {b}.",
)
RATIO = (
    "{window}在几个队列间按比例轮流叫号，当时轮到“{line}”队列，{a} 排到了。",
    "{window} takes its lines in turn by a ratio; it was the turn of “{line}” and there of {a}.",
)
RATIO_OTHER = (
    "{window}在几个队列间按比例轮流叫号，当时轮到 {a} 所在的“{line}”队列，还没轮到 {b} 所在的“{b_line}”队列。",
    "{window} takes its lines in turn by a ratio; it was the turn of “{line}” ({a}), not of “{b_line}” ({b}).",
)
FIRST = (
    "在{window}可以叫的号里，{a} 排在第一位。",
    "{a} comes first of all that {window} could call.",
)
ONLY = (
    "按记录，当时{window}可以叫的号里只轮到 {a}，{b} 不在其中。",
    "By the record {a} was all that {window} could call then; {b} was not among them.",
)
DUE_FIRST = (
    "{a} 的最长等候到 {due} 为止，{b} 的到 {b_due} 为止，先到的先叫。",
    "The longest wait of {a} ends at {due}, that of {b} at {b_due}; the earlier comes first.",
)
NEXT = (
    "其后是 {b}：等候 {waited} 分钟，计 {score}。",
    "Next was {b}, which had waited {waited} minutes and counted {score}.",
)

# Two of one order.
LATER_TAKEN = (
    "{b} 当时比 {a} 晚取号 {apart}，且同为“{class_}”类别。",
    "{b} was taken {apart} later than {a}; both are of the class “{class_}”.",
)
LATER_SINCE = (
    "{a} 从 {a_since} 起排队，{b} 从 {b_since} 起，且同为“{class_}”类别，先到的先叫。",
    "{a} counts as waiting since {a_since}, {b} since {b_since}; both are of the class “{class_}”, so {a} comes first.",
)
SAME_MOMENT = (
    "{a} 和 {b} 同时开始排队，且同为“{class_}”类别，先发的号先叫。",
    "{a} and {b} began to wait at the same moment in the class “{class_}”; the number issued first comes first.",
)
SCORES = ("{a_score}；{b_score}。分高的先叫。", "{a_score}; {b_score}. The higher is called first.")
EQUAL_SCORES = (
    "{a_score}；{b_score}。两者相同，等得久的先叫。",
    "{a_score}; {b_score}. They are equal, so the one who waits longer is called first.",
)
SCORE_PLAIN = ("{x} 等候 {waited} 分钟，计 {score}", "{x} had waited {waited} minutes and counts {score}")
SCORE_CLASS = (
    "{x} 属“{class_}”类别，等候 {waited} 分钟{weighed}{started}，共 {score}",
    "{x} is of the class “{class_}”: {waited} minutes waited{weighed}{started}, in all {score}",
)
WEIGHED = ("按 {weight} 倍计", " × {weight}")
STARTED = ("，再加 {start} 分钟", " + {start} minutes")
NOTHING = ("", "")
SCORE_KEPT = (
    "{x} 属“{class_}”类别，等候 {waited} 分钟，当时计 {score}",
    "{x} is of the class “{class_}”, had waited {waited} minutes and counted {score} then",
)
UNKNOWN = (
    "从记录看不出 {a} 为什么先于 {b}，请管理员核对。",
    "The record does not tell why {a} came before {b}; the manager should look into it.",
)

# Not called yet.
NOT_CALLED = ("{a} 还没有被叫号。", "{a} has not been called yet.")
NOT_CALLED_STATE = (
    "{a} 没有被叫过号，现在{state}。",
    "{a} has not been called; it is {state} now.",
)
OTHER_CALLED = (
    "{a} 还没有被叫号；{b} 已于 {b_at} 叫到{b_window}。",
    "{a} has not been called yet; {b} was called at {b_at} to {b_window}.",
)
OVER_NOW = ("{b} 现在{state}，不在等候。", "{b} is {state} now, not waiting.")
NOW_BEFORE = (
    "{a} 还没有被叫号，目前排在 {b} 前面。",
    "{a} has not been called yet; it stands before {b} now.",
)
NOW_BEHIND = (
    "{a} 还没有被叫号，目前排在 {b} 后面。",
    "{a} has not been called yet; it stands behind {b} now.",
)
NOW_APART = (
    "{a} 还没有被叫号；它和 {b} 不在同一队列，先后要看由哪个窗口叫号。",
    "{a} has not been called yet; it is not in the line of {b}, so their order depends on the window that calls.",
)

# What else to know.
RECLASSED = (
    "{x} 的类别由{actor}于 {when} 从“{was}”调为“{class_}”。",
    "{x} was moved by {actor} at {when} from the class “{was}” to “{class_}”.",
)
CLASS_IS_FOR = (
    "“{class_}”类别的取号规则：{rules}。",
    "Tickets get the class “{class_}” by these rules on arrival: {rules}.",
)
MOVED = (
    "{x} 于 {when} {verb}，排队时间从 {since} 算起。",
    "{x} was {verb} at {when}; its waiting counts from {since}.",
)
BOOKED = (
    "{x} 的排队时间按预约从 {since} 算起。",
    "By appointment the waiting of {x} counts from {since}.",
)
REASON = ("登记的原因：{reason}。", "The reason given: {reason}.")

WINDOW = ("{number}号窗口", "window {number}")
A_WINDOW = ("窗口", "a window")
SECONDS = ("{count} 秒", "{count} s")
MINUTES = ("{count} 分钟", "{count} min")


def say(text: Pair, **fields: object) -> Pair:
    """The text with its fields filled in; a field that is a pair gives each language its own."""

    def filled(language: int) -> str:
        own = {name: value[language] if isinstance(value, tuple) else value for name, value in fields.items()}
        return text[language].format(**own)

    return filled(0), filled(1)


def window_words(number: int | None) -> Pair:
    """`3号窗口`."""
    return A_WINDOW if number is None else say(WINDOW, number=number)


def time_words(moment: datetime, timezone: str) -> str:
    """The time of day on the hall's clock."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%H:%M}"


def span_words(span: timedelta) -> Pair:
    """`12 分钟`; under a minute in seconds, at least one."""
    seconds = max(1, round(span.total_seconds()))
    return say(SECONDS, count=seconds) if seconds < 60 else say(MINUTES, count=seconds // 60)


def number_words(value: float, digits: int = 1) -> str:
    """With so many decimals, as far as there are any."""
    return f"{round(value, digits):.10g}"
