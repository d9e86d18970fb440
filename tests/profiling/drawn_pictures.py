"""Small folders of drawn pictures, laid out as ImageNet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SHAPES = ("circle", "square", "triangle")


def drawn(shape: str, draw: np.random.Generator) -> Image.Image:
    """A bright shape somewhere on a dark, noisy ground."""
    width, height = (int(side) for side in draw.integers(36, 60, 2))
    ground = draw.integers(0, 60, (height, width, 3), dtype=np.uint8)
    picture = Image.fromarray(ground)
    side = int(draw.integers(16, 26))
    left, top = (int(draw.integers(4, most - side - 4)) for most in (width, height))
    box = (left, top, left + side, top + side)
    pen, colour = ImageDraw.Draw(picture), tuple(int(c) for c in draw.integers(130, 256, 3))
    if shape == "circle":
        pen.ellipse(box, fill=colour)
    elif shape == "square":
        pen.rectangle(box, fill=colour)
    else:
        pen.polygon([(left, box[3]), (box[2], box[3]), (left + side // 2, top)], fill=colour)
    return picture


def draw_folder(root: Path, train: int, val: int, seed: int = 0) -> Path:
    """So many pictures of each shape in train and val, as PNG and JPEG."""
    draw = np.random.default_rng(seed)
    for part, count in {"train": train, "val": val}.items():
        for shape in SHAPES:
            (root / part / shape).mkdir(parents=True)
            for number in range(count):
                ending = ".JPEG" if number % 2 else ".png"
                drawn(shape, draw).save(root / part / shape / f"{number:03}{ending}", quality=92)
    return root
