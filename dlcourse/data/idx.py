"""Reading idx, the file format of MNIST and Fashion-MNIST.

It works on bytes in memory and believes no number in a file before it has checked it against the
file's length.
"""

from __future__ import annotations

import math
import zlib

import numpy as np

_UNSIGNED_BYTE = 0x08
_LARGEST = 1 << 28  # 256 MiB: five times MNIST's training images


def read_idx(content: bytes, name: str = "the file") -> np.ndarray:
    """Decode a gzip-compressed idx file of unsigned bytes into a uint8 array of the shape it states.

    An idx file is two zero bytes, the code of the number type, the number of dimensions, each
    dimension as a big-endian 32-bit integer, and then the numbers (Y. LeCun's MNIST page). Anything
    else, and any length that does not fit, raises ValueError naming ``name``.
    """
    decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)  # 16: a gzip header, with its checksum
    try:
        start = decoder.decompress(content, 4)
        dimensions = _dimension_count(start, name)
        sizes = decoder.decompress(decoder.unconsumed_tail, 4 * dimensions)
        shape = tuple(int(size) for size in np.frombuffer(sizes, dtype=">u4")) if len(sizes) % 4 == 0 else ()
        count = math.prod(shape)
        if len(shape) != dimensions or count > _LARGEST:
            raise ValueError(f"{name} is damaged: its header states an impossible shape {shape}")
        values = decoder.decompress(decoder.unconsumed_tail, count + 1)
    except zlib.error as error:
        raise ValueError(f"{name} is damaged: it cannot be decompressed ({error})") from error
    if len(values) != count or not decoder.eof:
        raise ValueError(f"{name} is damaged: it does not hold the {count:,} values of the shape {shape} it states")
    return np.frombuffer(values, dtype=np.uint8).reshape(shape)


def _dimension_count(start: bytes, name: str) -> int:
    if len(start) < 4 or start[:2] != b"\0\0" or start[2] != _UNSIGNED_BYTE or not 1 <= start[3] <= 4:
        raise ValueError(f"{name} is not an idx file of unsigned bytes: it starts with {start.hex(' ') or 'nothing'}")
    return start[3]
