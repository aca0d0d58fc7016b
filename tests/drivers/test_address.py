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
        (
            "serial:/dev/ttyS1?baud=9600&parity=even",
            Address("serial", path="/dev/ttyS1", baud=9600, parity="even"),
        ),
        ("usb:0400:c35a", Address("usb", vendor=0x0400, product=0xC35A)),
        ("usb:0416:5011?at=1-1.4", Address("usb", vendor=0x0416, product=0x5011, at="1-1.4")),
        ("usb:0416:5011?serial=A%201", Address("usb", vendor=0x0416, product=0x5011, serial="A 1")),
        ("lp:/dev/usb/lp0", Address("lp", path="/dev/usb/lp0")),
        ("hid:/dev/input/event3", Address("hid", path="/dev/input/event3")),
        ("pcsc:", Address("pcsc")),
        ("pcsc:ACS ACR38", Address("pcsc", path="ACS ACR38")),
        ("sound:default", Address("sound", path="default")),
        ("wav:/tmp/said", Address("wav", path="/tmp/said")),
        (
            "http://10.0.0.9:8080/sms",
            Address("http", path="http://10.0.0.9:8080/sms", host="10.0.0.9", port=8080),
        ),
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
        ("serial:/dev/ttyUSB0?parity=some", "校验"),
        ("usb:0400", "厂商号"),
        ("usb:0400:c35a?at=left", "位置"),
        ("usb:0400:c35a?baud=9600", "baud"),
        ("lp:", "缺少打印机"),
        ("hid:", "缺少输入设备"),
        ("http://", "网址"),
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
