"""Reading CIFAR-10's binary version: fixed-length records in a compressed tar archive.

It works on bytes in memory, believes no number in a file before it has checked it, and writes nothing
to the disk.
"""

from __future__ import annotations

import io
import tarfile
import zlib

import numpy as np

TRAIN = tuple(f"data_batch_{i}.bin" for i in range(1, 6))
TEST = "test_batch.bin"
_RECORD = 1 + 3 * 32 * 32
_LARGEST = 10_000 * _RECORD


def read_cifar10(archive: bytes, name: str = "the archive") -> dict[str, np.ndarray]:
    """Give the records of each batch of CIFAR-10's binary archive: uint8 of shape ``(N, 3073)``.

    A record is the label, then 3 x 32 x 32 pixels, channel by channel (A. Krizhevsky's CIFAR page).
    Members are found by their base name and read in memory, so no path in the archive matters.
    Missing, repeated or damaged batches raise ValueError naming ``name``.
    """
    expected = {*TRAIN, TEST}
    found: dict[str, np.ndarray] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            for member in tar:
                batch = member.name.rpartition("/")[2]
                if member.isreg() and batch in expected - found.keys():
                    found[batch] = _cifar_records(tar, member, name)
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise ValueError(f"{name} is damaged: it cannot be unpacked ({error})") from error
    if missing := sorted(expected - found.keys()):
        raise ValueError(f"{name} is damaged: it lacks {', '.join(missing)}")
    return found


def _cifar_records(tar: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> np.ndarray:
    if not 0 < member.size <= _LARGEST or member.size % _RECORD:
        raise ValueError(f"{name} is damaged: {member.name} has {member.size:,} bytes, not records of 3,073")
    stream = tar.extractfile(member)
    content = stream.read() if stream else b""
    if len(content) != member.size:
        raise ValueError(f"{name} is damaged: {member.name} ends early")
    records = np.frombuffer(content, dtype=np.uint8).reshape(-1, _RECORD)
    if records[:, 0].max() > 9:
        raise ValueError(f"{name} is damaged: {member.name} has a label above 9")
    return records
