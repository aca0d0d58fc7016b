"""An SMS gateway over HTTP: our own small contract, which a provider's own is adapted to.

    POST <address>                                       GET <address>
    {"reference": "…", "to": "+8613800138000",           → 200 {"ready": true}
     "text": "…", "sign": "衡南政务"}                     → 200 {"ready": false, "reason": "余额不足"}

    → 200 or 202 {"result": "accepted"}                  it is on its way
    → 200 or 422 {"result": "refused", "reason": "…"}    it will never be sent; the reason is for people
    → 401, 403                                           wrong key
    → 429, Retry-After: <seconds>                        too many; not taken, ask again later
    → 500 and above                                      nobody knows

The same `reference` again has the first answer and sends nothing twice; so whatever is in doubt is asked
again with the same reference, as often as time allows.  Either the bearer token stands in `Authorization`,
or every request is signed: `X-Time` is the Unix time, `X-Signature` the hex HMAC-SHA256 of that time, a
line feed and the body (empty for GET).  The full contract is in `docs/devices/sms.md`.

A gateway that answers GET with 404 or 405 can't be asked how it is; it is taken for ready.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

import requests

from tinghao.drivers.address import Address
from tinghao.drivers.base import OPENING, READY, SLICE, OnState
from tinghao.drivers.links import absent, faulty
from tinghao.drivers.sms.sender import CALLER_BUDGET, Errand, OnReport, SmsOutcome, SmsSender

ANSWER_LIMIT = 64 * 1024
REASON_LIMIT = 60
ACCEPTED = SmsOutcome("sent")

WRONG_KEY = "短信网关拒绝了密钥，请核对设置"
UNREADABLE = "短信网关的应答无法识别"
TOO_MANY = "短信网关限流，请稍后再试"
NO_ANSWER = "短信网关没有应答，不确定短信是否发出"

_LONG_NUMBER = re.compile(r"[0-9]{7,}")


@dataclass(frozen=True)
class GatewayKey:
    """A bearer token, or a secret that signs; neither is shown."""

    token: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)

    def headers(self, body: bytes, now: int) -> dict[str, str]:
        if self.secret:
            signed = hmac.new(self.secret.encode(), f"{now}\n".encode() + body, hashlib.sha256)
            return {"X-Time": str(now), "X-Signature": signed.hexdigest()}
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


@dataclass(frozen=True)
class GatewayTiming:
    """Seconds: to connect, to wait for an answer, for all attempts of a message, between attempts and looks."""

    connect: float = 3.0
    answer: float = 10.0
    message: float = 40.0
    pause: float = 1.0
    look_every: float = 60.0


@dataclass(frozen=True)
class _Answer:
    status: int
    body: dict[str, Any]
    retry_after: float | None

    @property
    def reason(self) -> str:
        """Without the number, which some gateways repeat."""
        reason = self.body.get("reason")
        return _LONG_NUMBER.sub("****", reason)[:REASON_LIMIT] if isinstance(reason, str) else ""


class _Lost(Exception):
    """No answer; `left` says whether the request may have arrived."""

    def __init__(self, left: bool) -> None:
        super().__init__()
        self.left = left


class SmsGateway(SmsSender):
    family = "sms_gateway"
    title = "短信网关"
    kinds = ("http", "https")

    def __init__(
        self,
        address: Address,
        on_report: OnReport | None = None,
        on_state: OnState | None = None,
        *,
        key: GatewayKey | None = None,
        sign: str = "",
        caller_budget: float = CALLER_BUDGET,
        timing: GatewayTiming | None = None,
    ) -> None:
        super().__init__(address, on_report, on_state, caller_budget=caller_budget)
        self._key = key or GatewayKey()
        self._sign = sign
        self._timing = timing or GatewayTiming()
        self._http = requests.Session()
        self._http.trust_env = False  # neither a proxy nor a .netrc of the account the station runs as

    def _session(self) -> None:
        self._set_state(OPENING)
        self._look()
        with self._taking_errands():
            self._set_state(READY)
            looked = time.monotonic()
            while not self._closing.is_set():
                errand = self._next(SLICE)
                if errand:
                    self._carry(errand)
                if time.monotonic() - looked >= self._timing.look_every:
                    self._look()
                    looked = time.monotonic()

    def _look(self) -> None:
        try:
            answer = self._request("GET", b"")
        except _Lost:
            raise absent(f"连接不上短信网关 {self.address.host}，请检查网络和地址") from None
        if answer.status in (401, 403):
            raise faulty(WRONG_KEY)
        if answer.status in (404, 405):
            return
        if answer.status != 200 or not isinstance(answer.body.get("ready"), bool):
            raise faulty(f"{UNREADABLE}（{answer.status}）")
        if not answer.body["ready"]:
            raise faulty(answer.reason or "短信网关暂停服务")

    # ------------------------------------------------------------------------------------ sending

    def _deliver(self, errand: Errand) -> SmsOutcome:
        message = {
            "reference": errand.reference,
            "to": errand.number,
            "text": errand.text,
            "sign": self._sign,
        }
        body = json.dumps(message, ensure_ascii=False).encode()
        until = time.monotonic() + self._timing.message
        in_doubt = False
        while True:
            pause = self._timing.pause
            try:
                answer = self._request("POST", body)
            except _Lost as lost:
                in_doubt = in_doubt or lost.left
                outcome = SmsOutcome("failed", f"连接不上短信网关 {self.address.host}")
            else:
                outcome = _outcome(answer)
                if not _may_ask_again(outcome, answer):
                    return outcome
                in_doubt = in_doubt or outcome.result == "unknown"
                pause = max(pause, answer.retry_after or 0)
            if time.monotonic() + pause >= until or self._closing.wait(pause):
                return SmsOutcome("unknown", NO_ANSWER) if in_doubt else outcome

    def _request(self, method: str, body: bytes) -> _Answer:
        headers = {"Content-Type": "application/json"} | self._key.headers(body, int(time.time()))
        until = time.monotonic() + self._timing.answer
        try:
            with self._http.request(
                method,
                self.address.path,
                data=body or None,
                headers=headers,
                timeout=(self._timing.connect, self._timing.answer),
                allow_redirects=False,
                stream=True,
            ) as response:
                return _Answer(response.status_code, _json_of(response, until), _retry_after(response))
        except requests.ConnectTimeout:
            raise _Lost(left=False) from None
        except requests.ConnectionError as error:
            raise _Lost(left=not _never_connected(error)) from None
        except requests.RequestException:
            raise _Lost(left=True) from None


def _outcome(answer: _Answer) -> SmsOutcome:
    if answer.status in (200, 202) and answer.body.get("result") == "accepted":
        return ACCEPTED
    if answer.status in (200, 422) and answer.body.get("result") == "refused":
        return SmsOutcome("failed", answer.reason or "短信网关拒绝发送")
    if answer.status in (401, 403):
        return SmsOutcome("failed", WRONG_KEY)
    if answer.status == 429:
        return SmsOutcome("failed", TOO_MANY)
    if answer.status >= 500 or answer.status in (200, 202):
        return SmsOutcome("unknown", UNREADABLE)
    return SmsOutcome("failed", f"{UNREADABLE}（{answer.status}）")


def _may_ask_again(outcome: SmsOutcome, answer: _Answer) -> bool:
    return outcome.result == "unknown" or answer.status == 429


def _json_of(response: requests.Response, until: float) -> dict[str, Any]:
    """The object in the body; empty for anything else, for too much and for too slow."""
    body = b""
    for piece in response.iter_content(4096):
        body += piece
        if len(body) > ANSWER_LIMIT or time.monotonic() > until:
            return {}
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _retry_after(response: requests.Response) -> float | None:
    value = response.headers.get("Retry-After", "")
    return float(value) if value.isascii() and value.isdigit() and len(value) < 6 else None


def _never_connected(error: requests.ConnectionError) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return type(reason).__name__ in ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
