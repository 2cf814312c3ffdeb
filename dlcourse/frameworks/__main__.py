"""Run a framework's part of lesson 07 and print it as JSON, or store all of them with the course.

python -m dlcourse.frameworks tensorflow    # or jax
python -m dlcourse.frameworks --store       # writes dlcourse/datasets/frameworks_results.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dlcourse.frameworks import live


def main(arguments: list[str]) -> int:
    """Do what the arguments say; the exit status."""
    if arguments == ["--store"]:
        results = {name: live.result(name) for name in live.NAMES if live.is_live(name)}
        if len(results) < len(live.NAMES):
            print("Install both first: pip install 'dlcourse[frameworks]'", file=sys.stderr)
            return 1
        lines = ",\n".join(f'"{name}": {json.dumps(found)}' for name, found in results.items())
        Path(str(live.STORED)).write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
        return 0
    if len(arguments) == 1 and arguments[0] in live.NAMES:
        print(json.dumps(live.run(arguments[0])))
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
