"""Pictures and codes as the emulated printer understands them: raster, graphics, QR codes, barcodes."""

from __future__ import annotations

from tinghao.drivers.printer.emulated_code128 import Barcode, NotCode128, read_code128
from tinghao.drivers.printer.emulated_paper import QrCode, Raster
from tinghao.drivers.printer.emulated_text import Typesetter


class Pictures(Typesetter):
    """Each method is given that a command begins, and gives its length."""

    def _gs_barcode(self) -> int:
        kind, size = self._at(2), self._at(3)
        if kind != 0x49:
            return self._refuse(4 + size if kind >= 65 else 3, "unknown barcode")
        try:
            code = Barcode(
                read_code128(self._slice(4, size)),
                self._look.bar_width,
                self._look.bar_height,
                self._look.bar_text,
                self._look.align,
            )
        except NotCode128:
            return self._refuse(4 + size, "not Code128")
        if code.width > self.width:
            return self._refuse(4 + size, "barcode does not fit")
        self._flush()
        self.put(code)
        return 4 + size

    def _gs_graphics(self) -> int:
        size = self._at(3) + 256 * self._at(4)
        body, used = self._slice(5, size), 5 + size
        if body[:2] in (b"02", b"0\x02") and size == 2:
            if self._look.graphics is None:
                return self._refuse(used, "no graphics stored")
            self._flush()
            self.put(self._look.graphics)
            self._look.graphics = None
            return used
        if body[:3] != b"0p0" or size < 10:
            return self._refuse(used, "wrong graphics")
        width, rows = body[6] + 256 * body[7], body[8] + 256 * body[9]
        stride = (width + 7) // 8
        if body[3:6] != b"\x01\x011" or not width or not rows or size != 10 + stride * rows:
            return self._refuse(used, "wrong graphics")
        self._look.graphics = Raster(stride * 8, rows, body[10:], self._look.align)
        return used

    def _gs_raster(self) -> int:
        _, m, xl, xh, yl, yh = self._slice(2, 6)
        stride, rows = xl + 256 * xh, yl + 256 * yh
        if self.buffer[2] != 0x30 or m % 48 > 3 or not stride or not rows or stride > 256:
            return self._refuse(8, "wrong raster")
        data = self._slice(8, stride * rows)
        self._flush()
        self.put(Raster(stride * 8, rows, data, self._look.align))
        return 8 + len(data)

    def _gs_qr(self) -> int:
        size = self._at(3) + 256 * self._at(4)
        body = self._slice(5, size)
        used = 5 + size
        if size < 3 or body[0] != 0x31:
            return self._refuse(used, "wrong 2D code")
        function, value = body[1], body[2]
        if function == 0x43 and 1 <= value <= 16:
            self._look.qr_module = value
        elif function == 0x45 and 0x30 <= value <= 0x33:
            self._look.qr_level = "lmqh"[value - 0x30]
        elif function == 0x50 and value == 0x30:
            self._look.qr_data = body[3:]
        elif function == 0x51 and value == 0x30:
            return self._qr(used)
        elif function != 0x41:
            return self._refuse(used, "wrong 2D code")
        return used

    def _qr(self, used: int) -> int:
        code = QrCode(
            self._look.qr_data.decode("utf-8", "replace"),
            self._look.qr_module,
            self._look.qr_level,
            self._look.align,
        )
        try:
            fits = 0 < code.rows <= self.width and bool(code.text)
        except ValueError:
            fits = False
        if not fits:
            return self._refuse(used, "2D code does not fit")
        self._flush()
        self.put(code)
        return used
