"""Damaged or foreign files are recognised while they are decoded, and say which file it is."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.data import cifar
from dlcourse.data.idx import read_idx

from .conftest import idx_bytes


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=4))
def test_idx_files_of_every_shape_come_back_as_they_were_written(shape):
    values = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    read = read_idx(idx_bytes(values))
    assert read.dtype == np.uint8
    np.testing.assert_array_equal(read, values)


def test_an_idx_file_cut_anywhere_is_an_error_that_names_it():
    whole = idx_bytes(np.arange(60).reshape(3, 4, 5))
    for length in range(len(whole)):
        with pytest.raises(ValueError, match=r"train\.gz (is|does)"):
            read_idx(whole[:length], "train.gz")


def test_a_changed_byte_is_an_error_or_changes_nothing():
    values = np.arange(60).reshape(3, 4, 5)
    whole = idx_bytes(values)
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 0x10
        try:
            read = read_idx(bytes(changed), "train.gz")
        except ValueError as error:
            read, said = None, str(error)
        if read is None:
            assert said.startswith(("train.gz is", "train.gz does"))
        else:  # a byte of gzip's own header, such as its date
            np.testing.assert_array_equal(read, values)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), st.booleans())
def test_arbitrary_bytes_give_nothing_but_a_value_error(content, compressed):
    with pytest.raises(ValueError, match=r"idx|damaged"):
        read_idx(gzip.compress(b"\1" + content) if compressed else content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0\0\x08\x03" + struct.pack(">3I", 60000, 28, 28), "does not hold the 47,040,000 values"),
        (b"\0\0\x08\x04" + struct.pack(">4I", *[2**32 - 1] * 4), "impossible shape"),
        (b"\0\0\x08\x01" + struct.pack(">I", 2) + b"abc", "does not hold the 2 values"),
        (b"\0\0\x08\x02" + struct.pack(">I", 2), "impossible shape"),
        (b"\0\0\x0d\x01" + struct.pack(">I", 1) + b"abcd", "not an idx file of unsigned bytes"),
        (b"\0\0\x08\0", "not an idx file"),
        (b"", "nothing"),
    ],
)
def test_a_header_that_does_not_fit_the_content_is_an_error(content, words):
    with pytest.raises(ValueError, match=words):
        read_idx(gzip.compress(content), "x.gz")


def test_a_short_file_that_expands_without_end_is_given_up_early():
    bomb = gzip.compress(b"\0\0\x08\x01" + struct.pack(">I", 10) + bytes(50_000_000))
    with pytest.raises(ValueError, match="does not hold the 10 values"):
        read_idx(bomb)


# --- CIFAR-10 --------------------------------------------------------------------------------------------


def records(n: int, label: int = 3) -> bytes:
    content = np.random.default_rng(n).integers(0, 256, (n, 3073)).astype(np.uint8)
    content[:, 0] = label
    return content.tobytes()


def batches_of(n: int = 2) -> dict[str, bytes]:
    return {f"cifar-10-batches-bin/{name}": records(n) for name in (*cifar.TRAIN, cifar.TEST)}


def archive(members: dict[str, bytes], links: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, target in (links or {}).items():
            link = tarfile.TarInfo(name)
            link.type, link.linkname = tarfile.SYMTYPE, target
            tar.addfile(link)
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def test_the_six_batches_are_found_and_other_members_ignored():
    found = cifar.read_cifar10(archive({"cifar-10-batches-bin/readme.html": b"<html>", **batches_of(4)}))
    assert sorted(found) == sorted([*cifar.TRAIN, cifar.TEST])
    assert all(r.shape == (4, 3073) and r.dtype == np.uint8 for r in found.values())
    assert found[cifar.TEST].tobytes() == records(4)


def test_paths_and_links_in_the_archive_lead_nowhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    members = {f"../../{name.rpartition('/')[2]}": content for name, content in batches_of().items()}
    found = cifar.read_cifar10(archive(members, links={cifar.TEST: "/etc/passwd"}))
    assert found[cifar.TEST].tobytes() == records(2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"data_batch_3.bin": None}, "lacks data_batch_3.bin"),
        ({"test_batch.bin": b""}, "0 bytes"),
        ({"test_batch.bin": records(2)[:-1]}, "6,145 bytes"),
        ({"test_batch.bin": records(2, label=10)}, "label above 9"),
        ({"test_batch.bin": bytes(3073 * 10_001)}, "not records"),
    ],
)
def test_a_batch_that_is_missing_or_not_made_of_records_is_an_error(change, words):
    members = batches_of()
    for name, content in change.items():
        del members[f"cifar-10-batches-bin/{name}"]
        if content is not None:
            members[name] = content
    with pytest.raises(ValueError, match=words):
        cifar.read_cifar10(archive(members), "cifar.tar.gz")


def test_an_archive_cut_anywhere_or_of_another_kind_is_an_error_that_names_it():
    whole = archive(batches_of())
    for content in (*(whole[: len(whole) * i // 12] for i in range(12)), b"not a tar", gzip.compress(b"nor this")):
        with pytest.raises(ValueError, match=r"cifar\.tar\.gz is damaged"):
            cifar.read_cifar10(content, "cifar.tar.gz")
