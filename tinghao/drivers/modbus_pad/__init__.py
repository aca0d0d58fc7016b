"""Call pads with a Modbus RTU port: `rtu.py` has the frames, `registers.py` the map, `driver.py` the behaviour."""

from tinghao.drivers.modbus_pad.driver import ModbusPads, Timing

__all__ = ["ModbusPads", "Timing"]
