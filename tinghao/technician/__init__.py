"""What a technician types at a machine: `tinghao devices …` and `tinghao emulate …`.

    commands.py   the commands and their options
    finding.py    what is attached to this machine
    probing.py    which family answers at an address
    running.py    a driver at work: reading, trying, watching its wire
    frames.py     what passes on a wire, as a person reads it
    emulating.py  an emulator in the terminal
    faces.py      an emulator's face as text
    screen.py     columns in a terminal where a hanzi takes two

Knows drivers only: no server, no pages.  Native threads; nothing here is patched by gevent.
"""
