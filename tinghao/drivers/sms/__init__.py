"""Short messages: `driver.py` is the modem, `gateway.py` the HTTP gateway, `sender.py` what they share.

`at.py` and `pdu.py` teach the modem's protocol.
"""

from tinghao.drivers.address import Address
from tinghao.drivers.base import OnState
from tinghao.drivers.sms.driver import ModemInfo, ModemTiming, SmsModem
from tinghao.drivers.sms.gateway import GatewayKey, SmsGateway
from tinghao.drivers.sms.phone import mask_phone
from tinghao.drivers.sms.sender import OnReport, SmsOutcome, SmsReport, SmsSender

__all__ = [
    "GatewayKey",
    "ModemInfo",
    "ModemTiming",
    "OnReport",
    "SmsGateway",
    "SmsModem",
    "SmsOutcome",
    "SmsReport",
    "SmsSender",
    "mask_phone",
    "sms_sender",
]


def sms_sender(
    address: Address,
    on_report: OnReport | None = None,
    on_state: OnState | None = None,
    *,
    key: GatewayKey | None = None,
    sign: str = "",
) -> SmsSender:
    """The gateway for an http or https address, else the modem; `key` and `sign` are the gateway's."""
    if address.kind in SmsGateway.kinds:
        return SmsGateway(address, on_report, on_state, key=key, sign=sign)
    return SmsModem(address, on_report, on_state)
