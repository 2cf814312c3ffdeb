"""The choice of torch's build: by itself, or as TORCH says."""

from __future__ import annotations

import http.server
import importlib.util
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("install_torch", ROOT / "tools" / "install_torch.py")
install_torch = importlib.util.module_from_spec(spec)
spec.loader.exec_module(install_torch)


@pytest.mark.parametrize(
    ("override", "platform", "has_gpu", "answers", "build"),
    [
        ("", "linux", False, True, "cpu"),
        ("auto", "linux", False, False, "default"),
        ("auto", "linux", True, True, "default"),
        ("auto", "darwin", False, True, "default"),
        ("cpu", "linux", True, False, "cpu"),
        ("cuda", "linux", False, True, "default"),
        ("no", "linux", True, True, "no"),
    ],
)
def test_the_build_follows_the_machine_unless_it_is_overridden(override, platform, has_gpu, answers, build):
    assert install_torch.choose(override, platform, has_gpu, lambda: answers) == build


def test_an_override_does_not_ask_the_network():
    def never():
        raise AssertionError("the index was asked")

    for override in ("cpu", "cuda", "no"):
        install_torch.choose(override, "linux", False, never)


def test_a_misspelt_override_names_the_choices():
    with pytest.raises(ValueError, match="cpu, cuda, no or auto"):
        install_torch.choose("gpu", "linux", False, lambda: True)


class _Index(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/good/torch/" else 404)
        self.end_headers()

    def log_message(self, *args):
        """Keep the test's output quiet."""


def test_an_index_counts_as_there_only_if_it_answers_well():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    assert install_torch.cpu_index_answers(f"{base}/good", seconds=2)
    assert not install_torch.cpu_index_answers(f"{base}/bad", seconds=2)
    server.shutdown()
    server.server_close()
    assert not install_torch.cpu_index_answers(f"{base}/good", seconds=2)
