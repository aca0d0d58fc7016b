"""Pure decisions about a hall."""

import pytest

from tinghao.server.hall import rules


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([3], "3"), ([1, 2], "1–2"), ([5, 1, 2, 3, 8, 10, 9], "1–3、5、8–10")]
)
def test_ranges(numbers: list[int], text: str) -> None:
    assert rules.ranges(numbers) == text
