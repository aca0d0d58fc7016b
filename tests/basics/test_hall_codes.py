"""Our own signed codes: round trips, rotation, and that nothing changed is ever believed."""

import hmac
import string
from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from tinghao.basics.hall_codes import (
    Expired,
    Forged,
    HallCode,
    HallCodeError,
    Kind,
    NotOurs,
    OtherHall,
    read,
    sign,
)

NEW, OLD = "new key " * 4, "old key " * 4
NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TICKET = HallCode(Kind.TICKET, 1, "1f-AbC_d-9x")
QR_ALPHANUMERIC = set(string.digits + string.ascii_uppercase + " $%*+-./:")

codes = st.builds(
    HallCode,
    st.sampled_from(Kind),
    st.integers(1, 0xFFFF),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40),
    st.none() | st.integers(1, 2**31).map(lambda seconds: NOW + timedelta(seconds=seconds)),
)


@given(codes)
def test_what_was_signed_is_read(code: HallCode) -> None:
    text = sign(code, [NEW, OLD])
    assert set(text) <= QR_ALPHANUMERIC
    assert read(text, [NEW], code.hall, NOW) == code


def test_a_known_code_stays_readable() -> None:
    """Printed codes outlive a release: this one was signed when the format was made."""
    text = "TH1TAAAQAAAAAAYWMLKBMJBV6ZBNHF4AEBGMWBRG755NKQW2"
    assert sign(TICKET, [NEW]) == text
    assert read(text, [NEW], 1, NOW) == TICKET


def test_a_tickets_code_fits_a_small_qr_code() -> None:
    made = segno.make(sign(TICKET, [NEW]), error="m")
    assert (made.mode, made.version) == ("alphanumeric", 3)


@given(codes, st.data())
def test_no_changed_character_is_believed(code: HallCode, data: st.DataObject) -> None:
    """Every place, each with a few other characters, look-alikes and lower case among them."""
    text = sign(code, [NEW])
    other = data.draw(st.characters())
    for at, true in enumerate(text):
        for wrong in {true.lower(), "A", "7", "0", " ", "\N{FULLWIDTH DIGIT ONE}", other} - {true}:
            with pytest.raises(HallCodeError):
                read(text[:at] + wrong + text[at + 1 :], [NEW, OLD], code.hall, NOW)


def test_every_single_change_of_a_code_is_refused() -> None:
    text = sign(TICKET, [NEW])
    for at, true in enumerate(text):
        for wrong in {chr(code) for code in range(128)} - {true}:
            with pytest.raises(NotOurs if at < 3 else Forged):
                read(text[:at] + wrong + text[at + 1 :], [NEW], 1, NOW)


@given(codes, st.integers(0, 80))
def test_no_cut_or_lengthened_code_is_believed(code: HallCode, at: int) -> None:
    text = sign(code, [NEW])
    for wrong in (text[: at % len(text)], text + "A", text + "=", text + "\n", " " + text, text + text):
        with pytest.raises(HallCodeError):
            read(wrong, [NEW], code.hall, NOW)


@given(st.text())
def test_anything_else_is_refused(text: str) -> None:
    for given_text in (text, "TH1" + text, "TH1T" + text):
        with pytest.raises(HallCodeError):
            read(given_text, [NEW], 1, NOW)


def test_keys_rotate() -> None:
    before, after = sign(TICKET, [OLD]), sign(TICKET, [NEW, OLD])
    assert before != after
    assert read(before, [NEW, OLD], 1, NOW) == read(after, [NEW, OLD], 1, NOW) == TICKET
    with pytest.raises(Forged):
        read(before, [NEW], 1, NOW)


def test_an_end_and_another_hall_are_told_apart() -> None:
    text = sign(HallCode(Kind.APPOINTMENT, 2, "a-77", NOW + timedelta(minutes=5)), [NEW])
    assert read(text, [NEW], 2, NOW + timedelta(minutes=4, seconds=59)).reference == "a-77"
    with pytest.raises(Expired):
        read(text, [NEW], 2, NOW + timedelta(minutes=5))
    with pytest.raises(OtherHall):
        read(text, [NEW], 1, NOW)


def test_a_kind_of_a_later_version_is_not_ours() -> None:
    text = "TH1Z" + sign(TICKET, [NEW])[4:-16]
    signature = b32encode(hmac.digest(NEW.encode(), text.encode(), "sha256")[:10]).decode()
    with pytest.raises(NotOurs):
        read(text + signature, [NEW], 1, NOW)


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        (HallCode(Kind.TICKET, 0, "x"), [NEW]),
        (HallCode(Kind.TICKET, 70_000, "x"), [NEW]),
        (HallCode(Kind.TICKET, 1, ""), [NEW]),
        (HallCode(Kind.TICKET, 1, "张"), [NEW]),
        (HallCode(Kind.TICKET, 1, "x" * 200), [NEW]),
        (HallCode(Kind.TICKET, 1, "x", datetime(1970, 1, 1, tzinfo=UTC)), [NEW]),
        (HallCode(Kind.TICKET, 1, "x", datetime(2200, 1, 1, tzinfo=UTC)), [NEW]),
        (TICKET, []),
        (TICKET, ["short"]),
    ],
)
def test_what_cannot_be_signed_is_refused(code: HallCode, keys: list[str]) -> None:
    with pytest.raises(ValueError, match=r"."):
        sign(code, keys)
