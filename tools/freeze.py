"""Print the installed versions as pip constraints: names and versions alone, no host, no local path.

NVIDIA's packages are left out: each build of torch pins its own, and the CPU build has none.
"""

from __future__ import annotations

from importlib.metadata import distributions

LEFT_OUT = ("nvidia-", "cuda-", "triton", "dlcourse", "pip", "setuptools", "wheel")


def constraints() -> list[str]:
    """The lines ``name==version``, sorted; a local part such as ``+cpu`` is dropped."""
    pins = {d.metadata["Name"].lower().replace("_", "-"): d.version.partition("+")[0] for d in distributions()}
    return [f"{name}=={version}" for name, version in sorted(pins.items()) if not name.startswith(LEFT_OUT)]


if __name__ == "__main__":
    print("# The versions that the course is tested with. Made by `make constraints`.")
    print("\n".join(constraints()))
