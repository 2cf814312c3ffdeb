"""The kernel's surroundings, and waiting for it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from queue import Empty
from types import SimpleNamespace

import pytest

from dlcourse.authoring.execute import _never_miss_a_reply, kernel_environment
from dlcourse.authoring.memory import peak_megabytes


class Channel:
    """A channel that is not woken up by its reply: only a later question finds it."""

    def __init__(self, found_at: int) -> None:
        self.asked, self.found_at = 0, found_at

    async def get_msg(self, timeout: float) -> str:
        assert timeout <= 1
        self.asked += 1
        if self.asked < self.found_at:
            raise Empty
        return "reply"


def test_a_reply_that_wakes_nobody_is_found() -> None:
    channel = Channel(found_at=3)
    _never_miss_a_reply(SimpleNamespace(kc=SimpleNamespace(shell_channel=channel)))
    assert asyncio.run(channel.get_msg(timeout=900)) == "reply"


def test_waiting_ends_with_the_time_of_the_cell() -> None:
    channel = Channel(found_at=10**9)
    _never_miss_a_reply(SimpleNamespace(kc=SimpleNamespace(shell_channel=channel)))
    with pytest.raises(Empty):
        asyncio.run(channel.get_msg(timeout=0.01))


def test_a_mirror_beside_the_working_folder_is_found_from_the_kernels(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "mirror").mkdir()
    monkeypatch.chdir(tmp_path)
    for given, seen in [("mirror", str(tmp_path / "mirror")), ("https://a.b/c", "https://a.b/c"), ("", "")]:
        monkeypatch.setenv("DLCOURSE_MIRROR", given)
        assert kernel_environment(tmp_path)["DLCOURSE_MIRROR"] == seen


def test_offline_nothing_outside_can_be_reached(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("DLCOURSE_MIRROR", "https://a.b/c")
    monkeypatch.setenv("no_proxy", "*")
    around = kernel_environment(tmp_path, offline=True)
    assert around["DLCOURSE_MIRROR"] == around["no_proxy"] == ""
    assert around["https_proxy"].startswith("http://127.0.0.1")
    assert around["DLCOURSE_DATA"].startswith(str(tmp_path))


def test_peak_memory_remembers_what_was_held() -> None:
    held = bytearray(150_000_000)
    held[::4096] = b"x" * len(held[::4096])  # touch every page
    del held
    assert peak_megabytes() >= 150
