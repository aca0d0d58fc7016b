"""What the store can't do for a while."""

from typing import ClassVar

from tinghao.basics.problem import Problem


class DatabaseUnreachable(Problem):
    """The database can't be reached or does not answer in time; whether the use case was committed may be unknown.

    A wish is repeated with its key: if it was fulfilled after all, it has its answer.
    """

    code: ClassVar[str] = "database-unreachable"
    status: ClassVar[int] = 503
    detail: ClassVar[str] = "系统暂时连接不上数据库，请稍后重试；如一直如此，请联系管理员。"
    detail_en: ClassVar[str] = (
        "The database can't be reached at the moment. Please try again; if it lasts, tell the administrator."
    )
