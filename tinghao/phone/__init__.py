"""The visitor's own phone: the page behind the QR code on his paper, which tells where he stands."""

from tinghao.phone.pages import blueprint

__all__ = ["blueprint"]
