import pytest

from tinghao.drivers.address import Address, AddressError


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("serial:/dev/ttyUSB0?baud=115200", Address("serial", path="/dev/ttyUSB0", baud=115200)),
        ("serial:/dev/ttyUSB0", Address("serial", path="/dev/ttyUSB0")),
        ("serial:COM3", Address("serial", path="COM3")),
        ("tcp://10.0.0.8:9100", Address("tcp", host="10.0.0.8", port=9100)),
        ("tcp://[fd00::8]:9100", Address("tcp", host="fd00::8", port=9100)),
    ],
)
def test_reads_and_writes(text: str, address: Address) -> None:
    assert Address.parse(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "开头"),
        ("/dev/ttyUSB0", "开头"),
        ("usb:0400:c35a", "开头"),
        ("serial:", "缺少串口"),
        ("serial:/dev/ttyUSB0?baud=fast", "波特率"),
        ("serial:/dev/ttyUSB0?baud=٩٦٠٠", "波特率"),
        ("serial:/dev/ttyUSB0?speed=9600", "speed"),
        ("tcp://10.0.0.8", "缺少端口"),
        ("tcp://:9100", "缺少主机"),
        ("tcp://10.0.0.8:99999", "写法"),
        ("tcp://10.0.0.8:9100/print", "只含"),
    ],
)
def test_says_what_is_wrong(text: str, reason: str) -> None:
    with pytest.raises(AddressError) as refusal:
        Address.parse(text)
    assert reason in refusal.value.reason
