"""Faces that are drawn, smiling or not: a set for detectors that needs no photographs.

No two faces are alike. Position, size, tilt, light, hair, glasses, brows, nose and mouth vary, lips may be darker or
lighter than the skin, and mouths are open or closed in both classes. What tells a smile is one thing alone: the
corners of the mouth lie higher than its middle.
"""

from __future__ import annotations

import numpy as np

from dlcourse.data.dataset import Dataset

SIDE = 32  # pixels
CLASSES = ("serious", "smiling")
Array = np.ndarray


def make_faces(n: int, seed: int | np.random.Generator = 0, *, smiling: float = 0.25) -> tuple[Array, Array]:
    """Draw ``n`` faces in random order.

    Args:
        n: how many.
        seed: an integer, or a NumPy generator that is drawn from.
        smiling: the share of smiles.

    Returns:
        ``(x, y)``: float32 of shape ``(n, 1, 32, 32)`` with values from 0 (black) to 1, and int64 of shape ``(n,)``,
        1 where the face smiles.

    Raises:
        ValueError: ``n`` is less than 1, or ``smiling`` is not between 0 and 1.
    """
    if n < 1:
        raise ValueError(f"n is the number of faces and must be at least 1, not {n}")
    if not 0 <= smiling <= 1:
        raise ValueError(f"smiling is a share, from 0 to 1, not {smiling}")
    rng = np.random.default_rng(seed)
    y = rng.permutation((np.arange(n) < round(smiling * n)).astype(np.int64))
    return _draw(y == 1, rng)[:, None], y


def load_faces(n_train: int = 3000, n_test: int = 2000, *, flat: bool = False, seed: int = 0) -> Dataset:
    """Draw a training and a test set; a quarter of the faces smile.

    ``x`` is ``(N, 1, 32, 32)``, or ``(N, 1024)`` with ``flat=True``. Training and test faces come from two streams of
    random numbers, so that the size of one set does not change the other.
    """
    (x, y), (x_test, y_test) = (
        make_faces(n, np.random.default_rng((seed, k))) for k, n in enumerate((n_train, n_test))
    )
    if flat:
        x, x_test = x.reshape(n_train, -1), x_test.reshape(n_test, -1)
    return Dataset("faces", x, y, x_test, y_test, CLASSES, image_shape=(1, SIDE, SIDE))


# ------------------------------------------------------------------------------------ drawing
# Lengths are in half heights of a face, u to the right and v downward from its centre. Everything that differs from
# face to face has the shape (n, 1, 1), so each line below draws one feature into all faces at once.


class _Sheet:
    """Pictures that are painted on, one layer over the other."""

    def __init__(self, n: int, rng: np.random.Generator) -> None:
        self.rng, self.n = rng, n
        self.scale = self.any(11.0, 14.0)  # pixels in a unit
        rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32) - (SIDE - 1) / 2
        tilt = self.any(-0.25, 0.25)  # radians
        x, y = columns - self.any(-3, 3), rows - self.any(-2, 2)
        self.u = (np.cos(tilt) * x + np.sin(tilt) * y) / self.scale
        self.v = (np.cos(tilt) * y - np.sin(tilt) * x) / self.scale
        self.x = np.zeros((n, SIDE, SIDE), np.float32) + self.any(0.05, 0.95)

    def any(self, low: float, high: float) -> Array:
        """A number for each face, evenly spread between two bounds, shape (n, 1, 1)."""
        return self.rng.uniform(low, high, (self.n, 1, 1)).astype(np.float32)

    def some(self, share: float) -> Array:
        """1 for a random share of the faces, 0 for the others, shape (n, 1, 1)."""
        return (self.rng.random((self.n, 1, 1)) < share).astype(np.float32)

    def soft(self, depth: Array) -> Array:
        """How much of each pixel is covered, given how deep it lies inside a shape."""
        return np.clip(depth * self.scale + 0.5, 0, 1)

    def ellipse(self, u: Array | float, v: Array | float, width: Array | float, height: Array | float) -> Array:
        """The cover of an ellipse around (u, v) with these half axes."""
        radius = np.sqrt(((self.u - u) / width) ** 2 + ((self.v - v) / height) ** 2)
        return self.soft((1 - radius) * np.minimum(width, height))

    def paint(self, cover: Array, level: Array | float) -> None:
        """Bring covered pixels to a grey level."""
        self.x += cover * (level - self.x)


def _draw(smiling: Array, rng: np.random.Generator) -> Array:
    """Faces, shape (n, 32, 32)."""
    sheet = _Sheet(len(smiling), rng)
    skin = _head(sheet)
    _eyes(sheet, skin)
    _mouth(sheet, skin, smiling[:, None, None])
    light = 1 + sheet.any(-0.3, 0.3) * sheet.u + sheet.any(-0.3, 0.3) * sheet.v
    noise = sheet.any(0.01, 0.04) * rng.standard_normal(sheet.x.shape, np.float32)
    return np.clip(sheet.x * light + noise, 0, 1)


def _head(sheet: _Sheet) -> Array:
    """Hair behind, the face before it, the nose; gives the level of the skin."""
    skin, width = sheet.any(0.35, 0.85), sheet.any(0.72, 0.92)
    hair, line = sheet.any(0.0, 0.8), sheet.any(-0.75, -0.45)
    sheet.paint(sheet.ellipse(0, -0.1, width + 0.1, 1.08) * sheet.some(0.85), hair)
    sheet.paint(sheet.ellipse(0, 0, width, 1), skin)
    sheet.paint(sheet.ellipse(0, 0, width, 1) * sheet.soft(line - sheet.v) * sheet.some(0.8), hair)
    sheet.paint(sheet.ellipse(sheet.any(-0.05, 0.05), 0.1, 0.07, sheet.any(0.1, 0.22)), skin * sheet.any(0.6, 1.2))
    return skin


def _eyes(sheet: _Sheet, skin: Array) -> None:
    """Two eyes with brows, some behind glasses."""
    apart, height, size, dark = sheet.any(0.28, 0.4), sheet.any(-0.3, -0.15), sheet.any(0.07, 0.13), sheet.any(0, 0.6)
    slant, above, glasses = sheet.any(-0.3, 0.3), sheet.any(0.18, 0.28), sheet.some(0.3)
    for side in (-1, 1):
        u = side * apart
        sheet.paint(sheet.ellipse(u, height, 1.6 * size, size * sheet.any(0.7, 1.1)), 0.9)
        sheet.paint(sheet.ellipse(u + 0.04 * sheet.any(-1, 1), height, size, size), dark * skin)
        brow = height - above + side * slant * (sheet.u - u)
        sheet.paint(sheet.soft(0.05 - abs(sheet.v - brow)) * sheet.soft(0.16 - abs(sheet.u - u)), dark * skin)
        rim = sheet.ellipse(u, height, 0.25, 0.22) - sheet.ellipse(u, height, 0.18, 0.15)
        sheet.paint(rim * glasses, dark * skin)


def _mouth(sheet: _Sheet, skin: Array, smiling: Array) -> None:
    """A parabola of lips, in some faces open in the middle, with or without teeth."""
    bend = np.where(smiling, sheet.any(0.16, 0.34), sheet.any(-0.22, 0.0))  # how far the corners lie above the middle
    width, height = sheet.any(0.28, 0.45), sheet.any(0.42, 0.58)
    along = (sheet.u - sheet.any(-0.05, 0.05)) / width
    middle = height + bend * (1 / 3 - along**2)  # the mean height says nothing
    inside = np.clip(1 - along**2, 0, 1)
    opening = sheet.some(0.5) * sheet.any(0.05, 0.14) * inside
    ends = sheet.soft((1 - abs(along)) * width)
    lips = np.where(sheet.some(0.6), skin * sheet.any(0.1, 0.5), np.minimum(1, skin + 0.4))
    sheet.paint(ends * sheet.soft(sheet.any(0.05, 0.08) + opening - abs(sheet.v - middle)), lips)
    sheet.paint(ends * sheet.soft(opening - 0.03 - abs(sheet.v - middle)), np.where(sheet.some(0.5), 0.95, 0.1))
