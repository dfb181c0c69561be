"""Pictures that a test can recognise: plain colours."""

RED = (200, 40, 40)
GREEN = (40, 170, 70)
BLUE = (40, 80, 210)


def is_colour(seen: tuple[float, float, float], wanted: tuple[int, int, int]) -> bool:
    """Whether a decoded mean colour is this one, after lossy coding."""
    return sum((a - b) ** 2 for a, b in zip(seen, wanted, strict=True)) ** 0.5 < 60


def yuv_bytes(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """One I420 frame of this colour (BT.601, limited range)."""
    red, green, blue = colour
    y = 16 + (65.738 * red + 129.057 * green + 25.064 * blue) / 256
    u = 128 + (-37.945 * red - 74.494 * green + 112.439 * blue) / 256
    v = 128 + (112.439 * red - 94.154 * green - 18.285 * blue) / 256
    quarter = width * height // 4
    return bytes([round(y)]) * (4 * quarter) + bytes([round(u)]) * quarter + bytes([round(v)]) * quarter


def rgb_of_yuv(y: float, u: float, v: float) -> tuple[float, float, float]:
    luma = 1.164 * (y - 16)
    return (luma + 1.596 * (v - 128), luma - 0.392 * (u - 128) - 0.813 * (v - 128), luma + 2.017 * (u - 128))
