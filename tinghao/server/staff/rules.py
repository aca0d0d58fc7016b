"""Pure decisions about accounts."""

from datetime import datetime, timedelta
from typing import ClassVar

from tinghao.basics.problem import Problem

MOST_FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION_LASTS = timedelta(hours=12)
SHORTEST_PASSWORD = 8


class LoginRefused(Problem):
    code: ClassVar[str] = "login-refused"
    status: ClassVar[int] = 401
    detail: ClassVar[str] = "用户名或密码不正确。"
    detail_en: ClassVar[str] = "The user name or password is not right."


class AccountLocked(Problem):
    code: ClassVar[str] = "account-locked"
    status: ClassVar[int] = 429
    detail: ClassVar[str] = "密码错误次数过多，账号已锁定 {minutes} 分钟，请稍后再试或联系管理员。"
    detail_en: ClassVar[str] = "Too many wrong passwords. The account is locked for {minutes} minutes."


class WeakPassword(Problem):
    code: ClassVar[str] = "weak-password"
    status: ClassVar[int] = 422
    detail: ClassVar[str] = "密码至少 8 位，且须含字母和数字。"
    detail_en: ClassVar[str] = "A password needs at least 8 characters with letters and digits."


def after_failure(failures: int, now: datetime) -> tuple[int, datetime | None]:
    """The count of failures and the end of the lock after one more wrong password."""
    failures += 1
    return (0, now + LOCKED_FOR) if failures >= MOST_FAILURES else (failures, None)


def check_lock(locked_until: datetime | None, now: datetime) -> None:
    """Refuses an account while it is locked."""
    if locked_until and locked_until > now:
        raise AccountLocked(minutes=int((locked_until - now).total_seconds() // 60) + 1)


def check_password_strength(password: str) -> None:
    """Refuses a password that is too easy."""
    if len(password) < SHORTEST_PASSWORD or password.isalpha() or password.isdigit():
        raise WeakPassword
