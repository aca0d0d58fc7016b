"""A technician at the page of all devices: each thing told to a driver is seen at its device, and the other way round."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Demo, Open

PHONE = "13800138000"
DOOR = "1-3"


@pytest.fixture
def devices(demo: Demo, open_page: Open) -> Page:
    page = open_page(f"{demo.workbench}/devices", 1366, 768)
    return page


def panel(page: Page, family: str) -> Locator:
    return page.locator(f"[data-test=device-{family}]")


def order(device: Locator, text: str) -> None:
    """Types it into the field below the driver's buttons and sends it."""
    device.locator(".driver input").fill(text)
    device.locator(".driver form button").click()


def connect(device: Locator) -> None:
    device.locator("[data-wish=connect]").click()
    expect(device.locator(".log-state").last).to_contain_text("就绪")


def test_a_text_for_the_strip_is_seen_on_it(devices: Page) -> None:
    strip = panel(devices, "led-strip")
    order(strip, "请到三号窗口")
    expect(strip.locator(".led text")).to_have_text("请到三号窗口")
    expect(strip.get_by_role("img", name="请到三号窗口")).to_be_visible()
    expect(strip.locator(".log-out").first).to_be_visible()


def test_a_door_opens_by_order_and_shuts_by_hand(devices: Page) -> None:
    locker = panel(devices, "locker")
    door = locker.locator(".door").get_by_text(DOOR, exact=True)
    expect(door).to_have_attribute("aria-pressed", "false")
    order(locker, DOOR)
    expect(door).to_have_attribute("aria-pressed", "true")
    door.click()
    expect(door).to_have_attribute("aria-pressed", "false")
    expect(locker.locator(".door[aria-pressed=true]")).to_have_count(0)


def test_a_pressed_key_reaches_the_driver(devices: Page) -> None:
    pads = panel(devices, "call-pad")
    connect(pads)
    pads.locator("[data-control=key-2-next]").click()
    expect(pads.locator(".log-said").last).to_contain_text("呼叫器 2")


def test_a_message_lies_in_the_outbox(devices: Page) -> None:
    modem = panel(devices, "sms-modem")
    order(modem, f"{PHONE} A012 号请到 3 号窗口")
    expect(modem.locator(".messages .bubble")).to_have_text("A012 号请到 3 号窗口")
    expect(modem.locator(".messages .to")).to_contain_text(re.compile(r"138\D*0013\D*8000|138\*+8000"))
    expect(modem.locator(".log-said").last).to_be_visible()
    expect(modem.locator(".log")).not_to_contain_text(PHONE)


def test_a_fault_goes_on_and_off(devices: Page) -> None:
    pads = panel(devices, "modbus-pad")
    connect(pads)
    pads.locator(".wire summary").click()
    fault = pads.locator("[data-control=fault-silence]")
    fault.click()
    expect(fault).to_have_attribute("aria-pressed", "true")
    expect(pads.locator(".log-state").last).to_contain_text("没有应答")
    fault.click()
    expect(fault).to_have_attribute("aria-pressed", "false")
