import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinghao.basics.id_number import IdNumberError, birth_date, check_digit, check_id_number

TODAY = date(2026, 11, 23)
TEXTBOOK = "11010519491231002X"


@pytest.mark.parametrize(
    "number", [TEXTBOOK, "810000199408230021", "830000199201300022", "932682198501010017"]
)
def test_published_samples_are_right(number: str) -> None:
    check_id_number(number, today=TODAY)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("", "length"),
        ("110105491231002", "length"),
        ("11010519491231002x", "characters"),
        ("1101051949123100AX", "characters"),
        ("１１０１０５１９４９１２３１００２Ｘ", "characters"),
        ("11010519491331002X", "birth_date"),
        ("11010519490229002X", "birth_date"),
        ("110105000012310020", "birth_date"),
        ("110105194912310021", "check_digit"),
    ],
)
def test_says_what_is_wrong(number: str, code: str) -> None:
    with pytest.raises(IdNumberError) as refusal:
        check_id_number(number, today=TODAY)
    assert refusal.value.code == code
    assert refusal.value.reason
    assert number == "" or number not in str(refusal.value)


def test_nobody_is_born_tomorrow() -> None:
    body = "43042220261124911"
    number = body + check_digit(body)
    check_id_number(number, today=date(2026, 11, 24))
    with pytest.raises(IdNumberError, match="晚于今天"):
        check_id_number(number, today=TODAY)


def test_birth_date() -> None:
    assert birth_date(TEXTBOOK) == date(1949, 12, 31)


@settings(deadline=None)
@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(born: date, sequence: int, place: int, shift: int) -> None:
    body = f"430422{born:%Y%m%d}{sequence:03}"
    number = body + check_digit(body)
    check_id_number(number, today=TODAY)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(IdNumberError):
        check_id_number(wrong, today=TODAY)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_right_or_refused(text: str) -> None:
    with contextlib.suppress(IdNumberError):
        check_id_number(text, today=TODAY)
