"""Downloads end in a whole file or in one clear sentence, and never leave a bad file in the cache."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest

from dlcourse import data
from dlcourse.data import downloads, network, registry

from .conftest import closed_port, pinned

pytestmark = pytest.mark.usefixtures("only_good_files")


def one_sentence(text: str) -> bool:
    return "\n" not in text and text.endswith(".") and ". " not in text


# --- Mirrors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["good", "without_length", "labelled_gzip", "moved"])
def test_a_good_mirror_fills_the_cache_with_the_very_files(kind, register, cache, server):
    register(kind)
    assert data.fetch("mnist", progress=False) == cache / "mnist"
    assert {p.name: p.read_bytes() for p in (cache / "mnist").iterdir()} == server.files


BAD = {
    "dead": "there is no network",
    "404": "answered with status 404",
    "500": "answered with status 500",
    "damaged": "sent a damaged file",
    "truncated": "sent only|broke off",
    "short": "instead of",
    "short_without_length": "sent only",
    "endless": "sent more than",
    "login_page": "offers 43 bytes instead of",
    "silent": "stopped answering",
    "trickle": "is too slow",
}


@pytest.mark.parametrize("kind", BAD)
def test_after_a_bad_first_mirror_the_second_is_used(kind, register, server):
    register(kind, "good")
    assert downloads.read("mnist", progress=False) == server.files


@pytest.mark.parametrize(("kind", "reason"), BAD.items())
def test_with_bad_mirrors_alone_one_sentence_says_what_happened(kind, reason, register, cache):
    register(kind)
    with pytest.raises(data.DataUnavailable, match=reason) as caught:
        data.fetch("mnist", progress=False)
    assert one_sentence(str(caught.value))
    assert not any(path.is_file() for path in cache.rglob("*"))


def test_every_mirror_that_failed_is_named_with_its_reason(register):
    register("damaged", "404")
    with pytest.raises(data.DataUnavailable, match=r"127\.0\.0\.1:\d+ sent a damaged file; 127\.0\.0\.1:\d+ answered"):
        data.fetch("mnist", progress=False)


def test_a_progress_bar_names_the_file(register, capsys):
    register("good")
    data.fetch("mnist")
    assert registry.TRAIN_IMAGES in capsys.readouterr().err


def test_without_progress_nothing_is_printed(register, capsys):
    register("good")
    data.fetch("mnist", progress=False)
    printed = capsys.readouterr()
    assert printed.out + printed.err == ""


def test_the_second_load_asks_nobody(register, server):
    register("good")
    downloads.read("mnist", progress=False)
    server.asked.clear()
    downloads.read("mnist", progress=False)
    data.fetch("mnist", progress=False)
    assert server.asked == []


def test_other_users_may_read_the_cached_files(register, cache):
    register("good")
    data.fetch("mnist", progress=False)
    assert all(p.stat().st_mode & 0o444 == 0o444 for p in (cache / "mnist").iterdir())


def test_the_pinned_checksums_are_whole_and_the_mirrors_are_several():
    for spec in registry.SETS.values():
        assert len(spec.mirrors) >= 3
        assert all(len(f.sha256) == 64 and set(f.sha256) <= set("0123456789abcdef") for f in spec.files)
        assert len({f.sha256 for f in spec.files}) == len(spec.files)
        assert all(not m.endswith("/") and m.startswith("http") for m in spec.mirrors)


# --- No network ------------------------------------------------------------------------------------------


def test_offline_one_sentence_says_what_is_missing_how_large_and_how_to_get_it(register):
    spec = register("dead", "dead")
    with pytest.raises(data.DataUnavailable) as caught:
        data.load_mnist()
    sentence = str(caught.value)
    assert one_sentence(sentence)
    for part in (
        "Tiny-MNIST",
        f"{spec.size / 1e6:.1f} MB",
        "`dlcourse data fetch mnist`",
        "DLCOURSE_MIRROR",
        "no network",
    ):
        assert part in sentence
    assert isinstance(caught.value, RuntimeError)
    assert caught.value.__suppress_context__


def test_offline_and_not_required_one_line_is_printed_and_none_returned(register, capsys):
    register("dead")
    assert data.load_mnist(required=False) is None
    assert one_sentence(capsys.readouterr().out.strip())


def test_a_name_look_up_that_hangs_costs_only_the_seconds_of_the_probe(cache, monkeypatch):
    ended = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: ended.wait(30) and [])
    monkeypatch.setattr(network, "PROBE_SECONDS", 0.3)
    began = time.monotonic()
    assert data.load_cifar10(required=False) is None
    assert time.monotonic() - began < 2
    ended.set()


def test_the_public_mirrors_are_given_up_within_seconds():
    assert network.PROBE_SECONDS + network.GRACE_SECONDS <= 5
    assert network.CONNECT_SECONDS <= network.PROBE_SECONDS


def test_a_host_that_does_not_answer_does_not_delay_the_one_that_does(server, monkeypatch):
    real, ended = network._knock, threading.Event()

    def knock(address, answers):
        if address[0] == "hanging.invalid":
            ended.wait(30)
        real(address, answers)

    monkeypatch.setattr(network, "_knock", knock)
    began = time.monotonic()
    urls = ["http://hanging.invalid/data", closed_port(), server.mirror("good")]
    assert network.answering(urls) == [urls[0], urls[2]]
    assert time.monotonic() - began < 2
    ended.set()


def test_behind_a_proxy_it_is_the_proxy_that_must_answer(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert network._address("https://files.invalid/data") == ("proxy.invalid", 3128)
    monkeypatch.setenv("NO_PROXY", "files.invalid")
    assert network._address("https://files.invalid/data") == ("files.invalid", 443)


def test_a_fruitless_search_is_not_repeated_at_once(register, server, capsys):
    register("404")
    assert data.load_mnist(required=False) is None
    asked = len(server.asked)
    assert data.load_mnist(required=False) is None
    assert len(server.asked) == asked
    first, second = capsys.readouterr().out.splitlines()
    assert first == second


def test_a_fruitless_search_is_repeated_after_a_minute_and_by_fetch(register, server, monkeypatch):
    register("404")
    assert data.load_mnist(required=False) is None
    asked = len(server.asked)
    with pytest.raises(data.DataUnavailable):
        data.fetch("mnist", progress=False)
    assert len(server.asked) == asked + 1
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + downloads.REMEMBER_SECONDS + 1)
    assert data.load_mnist(required=False) is None
    assert len(server.asked) == asked + 2


# --- Damaged files in the cache --------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["flip", "truncate", "empty", "append"])
def test_a_damaged_cached_file_is_noticed_and_fetched_again(damage, register, cache, server):
    register("good")
    data.fetch("mnist", progress=False)
    path = cache / "mnist" / registry.TRAIN_IMAGES
    stamp, good = path.stat(), path.read_bytes()
    path.write_bytes(
        {
            "flip": good[:99] + bytes([good[99] ^ 4]) + good[100:],
            "truncate": good[:99],
            "empty": b"",
            "append": good + b"x",
        }[damage]
    )
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # even with its old time stamp
    assert downloads.read("mnist", progress=False) == server.files


def test_a_damaged_cached_file_is_removed_even_when_there_is_no_network(register, cache):
    register("dead")
    path = cache / "mnist" / registry.TRAIN_LABELS
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not what it says")
    assert data.load_mnist(required=False) is None
    assert not path.exists()


def test_a_damaged_file_that_another_process_has_just_replaced_is_kept(register, cache, server):
    spec = register("dead")
    path = cache / "mnist" / registry.TRAIN_LABELS
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    seen = path.stat()
    fresh = path.with_name("fresh")
    fresh.write_bytes(server.files[path.name])
    fresh.replace(path)
    downloads._discard(path, seen)
    assert downloads._verified(path, spec.files[1]) is not None


def test_only_the_missing_file_is_fetched_again(register, cache, server):
    register("good")
    data.fetch("mnist", progress=False)
    (cache / "mnist" / registry.TEST_LABELS).unlink()
    server.asked.clear()
    data.fetch("mnist", progress=False)
    assert server.asked == [f"/good/{registry.TEST_LABELS}"]


# --- A mirror of one's own -------------------------------------------------------------------------------


def fill(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("below", ["", "mnist"])
@pytest.mark.parametrize("as_address", [False, True])
def test_a_folder_mirror_serves_without_network_or_cache(below, as_address, register, server, tmp_path, monkeypatch):
    register("dead")
    fill(tmp_path / "my mirror" / below, server.files)
    mirror = tmp_path / "my mirror"
    monkeypatch.setenv("DLCOURSE_MIRROR", mirror.as_uri() if as_address else str(mirror))
    monkeypatch.setenv("DLCOURSE_DATA", str(tmp_path / "my mirror" / "no" / "cache"))
    assert data.load_mnist().x_train.shape == (300, 1, 9, 7)
    assert not (tmp_path / "my mirror" / "no").exists()


def test_a_folder_mirror_serves_where_the_cache_cannot_be_written(register, server, tmp_path, monkeypatch, capsys):
    register("dead")
    monkeypatch.setenv("DLCOURSE_MIRROR", str(fill(tmp_path / "mirror", server.files)))
    monkeypatch.setenv("DLCOURSE_DATA", str(below_a_file(tmp_path)))
    assert data.load_mnist()
    assert capsys.readouterr().out == ""


def test_fetch_copies_a_folder_mirror_into_the_cache(register, server, cache, tmp_path, monkeypatch):
    register("dead")
    monkeypatch.setenv("DLCOURSE_MIRROR", str(fill(tmp_path / "mirror", server.files)))
    data.fetch("mnist", progress=False)
    assert {p.name: p.read_bytes() for p in (cache / "mnist").iterdir()} == server.files


def test_a_damaged_file_in_a_folder_mirror_is_passed_over(register, server, tmp_path, monkeypatch):
    register("good")
    mirror = fill(tmp_path / "mirror", server.files | {registry.TEST_IMAGES: b"damaged"})
    monkeypatch.setenv("DLCOURSE_MIRROR", str(mirror))
    assert downloads.read("mnist", progress=False) == server.files
    assert server.asked == [f"/good/{registry.TEST_IMAGES}"]
    assert (mirror / registry.TEST_IMAGES).read_bytes() == b"damaged"  # it is not ours to remove


@pytest.mark.parametrize("name", ["mnist", "good"])  # "good": the files lie below the set's name
def test_an_address_as_mirror_goes_first(name, register, server, monkeypatch):
    register("500", name=name)
    monkeypatch.setenv("DLCOURSE_MIRROR", server.mirror("good" if name == "mnist" else "").rstrip("/") + "/")
    assert downloads.read(name, progress=False) == server.files
    assert not any(path.startswith("/500") for path in server.asked)


def test_a_mirror_that_failed_is_not_asked_first_for_the_next_file(register, server):
    register("silent", "good")
    downloads.read("mnist", progress=False)
    assert [path.split("/")[1] for path in server.asked] == ["silent", "good", "good", "good", "good"]


@pytest.mark.parametrize(("exists", "words"), [(True, "has no sound copy"), (False, "does not exist")])
def test_the_sentence_says_when_the_mirror_folder_is_the_wrong_one(exists, words, register, tmp_path, monkeypatch):
    register("dead")
    folder = tmp_path / "mirror"
    if exists:
        folder.mkdir()
    monkeypatch.setenv("DLCOURSE_MIRROR", str(folder))
    with pytest.raises(data.DataUnavailable, match=words) as caught:
        data.load_mnist()
    assert one_sentence(str(caught.value))


# --- Disks -----------------------------------------------------------------------------------------------


def below_a_file(tmp_path: Path) -> Path:
    """A folder that nobody, root included, can create."""
    (tmp_path / "a file").write_text("in the way")
    return tmp_path / "a file" / "cache"


def refusing_folder(tmp_path: Path, monkeypatch) -> Path:
    """A folder in which the system opens no file for writing, root included."""
    folder, real = tmp_path / "read only", os.open
    folder.mkdir()

    def refuse(path, flags, *args, **kwargs):
        if str(path).startswith(str(folder)) and flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, *args, **kwargs)

    monkeypatch.setattr(os, "open", refuse)
    return folder


@pytest.fixture(params=["below a file", "read-only"])
def unwritable(request, tmp_path, monkeypatch):
    folder = below_a_file(tmp_path) if request.param == "below a file" else refusing_folder(tmp_path, monkeypatch)
    monkeypatch.setenv("DLCOURSE_DATA", str(folder))
    return folder


def test_with_an_unwritable_cache_loading_works_for_the_session_and_says_so_once(unwritable, register, server, capsys):
    register("good")
    assert data.load_mnist(progress=False)
    line = capsys.readouterr().out.strip()
    assert str(unwritable) in line
    assert "DLCOURSE_DATA" in line
    assert one_sentence(line)
    server.asked.clear()
    assert data.load_mnist(progress=False)
    assert server.asked == []
    assert capsys.readouterr().out == ""


def test_with_an_unwritable_cache_fetch_says_where_it_cannot_store(unwritable, register):
    register("good")
    with pytest.raises(data.DataUnavailable, match="cannot be stored in") as caught:
        data.fetch("mnist", progress=False)
    assert one_sentence(str(caught.value))
    assert "DLCOURSE_DATA" in str(caught.value)


def test_files_in_an_unwritable_cache_are_used(cache, register, tmp_path, monkeypatch):
    register("good")
    data.fetch("mnist", progress=False)
    register("dead")
    monkeypatch.setattr(tempfile, "TemporaryFile", _no_space)
    assert data.load_mnist()


def _no_space(*args, **kwargs):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class _FullDisk(io.FileIO):
    """An open file that takes a hundred bytes and then has no room."""

    def write(self, content):
        super().write(content[: max(0, 100 - self.tell())])
        if self.tell() >= 100:
            _no_space()
        return len(content)


@pytest.fixture
def small_disk(cache, monkeypatch):
    """A cache on a disk of 8 kB: a real one where mounting is allowed, otherwise one that says it is full."""
    cache.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(cache)]
    mounted = (
        hasattr(os, "geteuid") and os.geteuid() == 0 and subprocess.run(mount, capture_output=True).returncode == 0
    )
    if not mounted:
        monkeypatch.setattr(network, "open", _FullDisk, raising=False)
    yield cache
    if mounted:
        subprocess.run(["umount", "-l", str(cache)], check=True)


def check_full_disk(folder):
    for load in (lambda: data.fetch("mnist", progress=False), lambda: data.load_mnist(progress=False)):
        with pytest.raises(data.DataUnavailable, match=r"cannot be stored in .*[Nn]o space left") as caught:
            load()
        assert one_sentence(str(caught.value))
        assert not any(path.is_file() for path in folder.rglob("*"))


def test_a_disk_that_fills_up_ends_in_one_sentence(small_disk, register):
    register("good")
    check_full_disk(small_disk)


def test_a_write_that_finds_no_space_ends_in_one_sentence(cache, register, monkeypatch):
    register("good")
    monkeypatch.setattr(network, "open", _FullDisk, raising=False)
    check_full_disk(cache)
    monkeypatch.undo()


# --- Names and status ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["imagenet", "digits"])
def test_an_unknown_or_bundled_name_is_answered_with_the_names_on_demand(name, cache):
    with pytest.raises(ValueError, match="mnist, fashion_mnist, cifar10"):
        data.fetch(name)


@pytest.mark.parametrize("name", ["Fashion-MNIST", "fashion_mnist", "fashionmnist"])
def test_capitals_and_hyphens_do_not_matter(name, register, cache):
    register("good", name="fashion_mnist")
    assert data.fetch(name, progress=False) == cache / "fashion_mnist"


def test_status_tells_what_is_here_and_what_is_not(register, cache, server, tmp_path, monkeypatch):
    register("good")

    def place(name):
        return next(s.place for s in data.status() if s.name == name)

    assert place("digits") == "bundled"
    assert place("mnist") == ""
    monkeypatch.setenv("DLCOURSE_MIRROR", str(fill(tmp_path / "mirror", server.files)))
    assert place("mnist") == "mirror"
    data.fetch("mnist", progress=False)
    assert place("mnist") == "cache"
    monkeypatch.delenv("DLCOURSE_MIRROR")
    (cache / "mnist" / registry.TEST_LABELS).write_bytes(b"damaged")
    assert place("mnist") == ""
    (cache / "mnist" / registry.TEST_LABELS).unlink()


def test_status_gives_sizes_in_megabytes_and_downloads_nothing(cache):
    sizes = {s.name: round(s.megabytes, 1) for s in data.status()}
    assert (sizes["mnist"], sizes["fashion_mnist"], sizes["cifar10"]) == (11.6, 30.9, 170.1)
    assert not cache.exists()


def test_the_cache_folder_is_the_platforms_unless_chosen(monkeypatch, cache, tmp_path):
    assert data.cache_folder() == cache
    monkeypatch.delenv("DLCOURSE_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert data.cache_folder().name == "dlcourse"


def test_large_files_arrive_whole_over_many_packets(register, server, cache):
    server.files = {"big.bin": os.urandom(3_000_000)}
    spec = register("good")
    assert spec.files == pinned(server.files)
    assert downloads.read("mnist", progress=False) == server.files
