"""Devices, byte by byte.  Nothing here knows of queues, tickets in lines or visitors' rights.

    address.py       where a device is: `serial:/dev/ttyUSB0?baud=115200`, `tcp://10.0.0.8:9100`, `usb:0400:c35a`
    base.py          what every driver shares: its state, its thread that heals, its tap
    links.py         what a wire is to a driver; wires.py: serial, TCP, device files; usb.py: USB by pyusb
    hotplug.py       wakes drivers when something is plugged in; native.py: what waits inside C
    hexadecimal.py   bytes as a technician may see them
    families.py      the families, found by their folders; settings.py: what differs between installations
    emulated.py      what the emulators share; ports.py, emulated_usb.py: where they are plugged in;
                     faults.py: their bad days; face.py: what they show

    card_reader/     resident ID card reader, SDT protocol (GA 450 / GA 467)
    social_card/     social security card, PC/SC
    scanner/         bar and QR code scanner
    printer/         ESC/POS receipt printer, and the papers it prints
    led_strip/       LED strip, Onbon font card
    voice/           calls spoken through the machine's sound card
    call_pad/        call pads and 4-key raters on one RS-485 line
    modbus_pad/      call pads by Modbus RTU
    locker/          locker boards
    sms/             SMS modem and gateway

A family is a package with the same furniture: `protocol.py` (teaches the bytes), `driver.py` (the only thing
a station needs), `emulator.py` (a stand-in that speaks the same bytes, written from the protocol and not
from the driver), `explain.py` (puts frames into words) and `family.py` (makes it known to commands,
workbench and tests).

    reader = CardReader(Address.parse("serial:/dev/ttyUSB0"), on_card=…, on_lift=…, on_problem=…, on_state=…)
    reader.start()
    …
    reader.close()

Every call back comes from the driver's own thread.
"""
