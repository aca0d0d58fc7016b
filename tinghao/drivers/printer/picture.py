"""A hall's logo: read once, and brought to black dots for the width it is printed at."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from tinghao.drivers.printer.markup import Fault

LARGEST_FILE = 2 * 1024 * 1024
MOST_PIXELS = 4_000_000
TALLEST = 1600
PICTURES_KEPT = 16


@dataclass(frozen=True, eq=False)
class Picture:
    """As it came from the file, grey on white."""

    grey: Image.Image


def open_picture(path: Path) -> Picture:
    """Raises `Fault`."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
        if len(data) > LARGEST_FILE:
            raise Fault(f"图片“{path.name}”太大")
        with Image.open(io.BytesIO(data), formats=("PNG", "BMP")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Fault(f"图片“{path.name}”太大")
            colours = image.convert("RGBA")
    except Fault:
        raise
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Fault(f"图片“{path.name}”打不开，应为 PNG 或 BMP") from None
    sheet = Image.new("RGBA", colours.size, "white")
    return Picture(Image.alpha_composite(sheet, colours).convert("L"))


@lru_cache(maxsize=PICTURES_KEPT)
def black_dots(picture: Picture, width: int, dither: bool) -> Image.Image:
    """Dithering keeps the greys of a photograph; without it a drawing's edges stay sharp."""
    grey = picture.grey
    height = max(1, round(grey.height * width / grey.width))
    if height > TALLEST:
        raise Fault("图片太高")
    method = Image.Dither.FLOYDSTEINBERG if dither else Image.Dither.NONE
    return grey.resize((width, height), Image.Resampling.LANCZOS).convert("1", dither=method)
