"""Devices, byte by byte.  Nothing here knows of queues, tickets in lines or visitors' rights.

    address.py       where a device is: `serial:/dev/ttyUSB0?baud=115200`, `tcp://10.0.0.8:9100`
    base.py          what every driver shares: its state, its link, its own thread that heals
    emulated.py      what the serial emulators share: a pseudo-terminal behind a symlink

    card_reader/     resident ID card reader, SDT protocol (GA 450 / GA 467), serial
    scanner/         bar and QR code scanner, serial
    printer/         ESC/POS receipt printer, TCP

A family is a package with the same furniture: `driver.py` (the only thing a station needs),
`emulator.py` (a stand-in that speaks the same bytes, for tests and demonstrations), and one file for
each thing worth reading alone (`protocol.py`, `paper.py`).

    reader = CardReader(Address.parse("serial:/dev/ttyUSB0"), on_card=…, on_lift=…, on_problem=…, on_state=…)
    reader.start()
    …
    reader.close()

Every call back comes from the driver's own thread.
"""
