"""Install the build of torch and torchvision that suits this machine.

    python tools/install_torch.py [pip options, such as -c constraints.txt]

The environment variable TORCH overrides the choice: ``cpu`` (PyTorch's CPU index), ``cuda`` (the
package registry's default, which on Linux brings CUDA), ``no`` (no torch: lessons 00 to 06 work without).
Unset or ``auto``: the CPU index on a Linux machine without an NVIDIA GPU, provided that index answers;
the registry's default everywhere else.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
SECONDS_TO_ANSWER = 4
PACKAGES = ["torch", "torchvision"]


def choose(override: str, platform: str, has_gpu: bool, index_answers) -> str:
    """Which build to install: ``"cpu"``, ``"default"`` or ``"no"``.

    Args:
        override: the value of ``TORCH``: ``""``, ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"no"``.
        platform: ``sys.platform``.
        has_gpu: whether an NVIDIA GPU is at work here.
        index_answers: called without arguments, only where the answer matters; whether the CPU index answers.

    Raises:
        ValueError: the override is none of these words.
    """
    if override not in ("", "auto", "cpu", "cuda", "no"):
        raise ValueError(f"TORCH must be cpu, cuda, no or auto, but is {override!r}.")
    if override in ("cpu", "no"):
        return override
    if override == "cuda" or platform != "linux" or has_gpu:
        return "default"
    return "cpu" if index_answers() else "default"


def has_nvidia_gpu() -> bool:
    """Whether the NVIDIA driver's own tool lists a GPU."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return False
    listing = subprocess.run([tool, "-L"], capture_output=True, text=True, check=False)
    return listing.returncode == 0 and "GPU" in listing.stdout


def cpu_index_answers(url: str = CPU_INDEX, seconds: float = SECONDS_TO_ANSWER) -> bool:
    """Whether PyTorch's CPU index can be reached from here within a few seconds."""
    try:
        with urllib.request.urlopen(f"{url}/torch/", timeout=seconds) as page:
            return page.status == 200
    except (urllib.error.URLError, OSError):
        return False


def main(pip_options: list[str]) -> int:
    """Choose, say what was chosen, and install."""
    try:
        build = choose(os.environ.get("TORCH", ""), sys.platform, has_nvidia_gpu(), cpu_index_answers)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if build == "no":
        print("torch: left out, as TORCH=no asks.")
        return 0
    print("torch: the CPU build" if build == "cpu" else "torch: the default build (large on Linux)")
    index = ["--extra-index-url", CPU_INDEX] if build == "cpu" else []
    return subprocess.call([sys.executable, "-m", "pip", "install", *pip_options, *index, *PACKAGES])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
