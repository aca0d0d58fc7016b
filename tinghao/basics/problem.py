"""Typed errors that a person can act on; the API answers them as RFC 9457 problem details."""

from typing import ClassVar


class Problem(Exception):
    """A refusal with a stable code, an HTTP status and a sentence in Chinese and in English.

    Subclasses set `code`, `status`, `detail` and `detail_en`; the sentences may hold `{fields}` that are filled from
    keyword arguments.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    detail: ClassVar[str] = "系统出现故障，请稍后重试或联系工作人员。"
    detail_en: ClassVar[str] = "Something went wrong. Please try again or ask the staff."

    def __init__(self, **fields: object) -> None:
        self.sentence = self.detail.format(**fields)
        self.sentence_en = self.detail_en.format(**fields)
        super().__init__(self.sentence_en)

    def as_json(self) -> dict[str, object]:
        """The members of `application/problem+json`."""
        return {
            "type": f"/problems/{self.code}",
            "title": self.code,
            "status": self.status,
            "detail": self.sentence,
            "detail_en": self.sentence_en,
            "code": self.code,
        }
