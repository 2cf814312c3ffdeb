"""The options of ``dlcourse grade``, apart from what they need."""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of ``dlcourse grade``."""
    parser.add_argument(
        "submissions", type=Path, metavar="SUBMISSIONS",
        help="a folder with a folder or a notebook for each student, or the zip or folder that Moodle or Canvas gives",
    )  # fmt: skip
    parser.add_argument("--lesson", metavar="NN", help="such as 04; by default each notebook tells its own")
    parser.add_argument("--out", type=Path, default=Path("grades"), help="where to write (default: %(default)s)")
    parser.add_argument("--roster", type=Path, metavar="CSV", help="the class, such as Canvas's or Moodle's export")
    parser.add_argument(
        "--late", metavar="POLICY", help='such as "2026-11-01T23:59, 10%%/day, at most 50%%, grace 15m"'
    )
    parser.add_argument("--attempts", choices=("latest", "best"), default="latest", help="which one counts")
    parser.add_argument("--form", choices=("auto", "folders", "moodle", "canvas"), default="auto", help="of file names")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes side by side")
    parser.add_argument("--dask", metavar="ADDRESS", help="grade on the Dask cluster at this address")
    parser.add_argument("--timeout", type=float, default=30, metavar="S", help="seconds for each exercise")
    parser.add_argument("--memory", type=int, default=1024, metavar="MB", help="for each submission")
    parser.add_argument("--seed-file", type=Path, metavar="FILE", help="your secret, which the cases are drawn from")
    parser.add_argument("--sandbox", choices=("auto", "bwrap", "none"), default="auto", help="none protects nothing")
    parser.add_argument("--again", action="store_true", help="grade what has not changed, too")
    parser.add_argument("--similar", action="store_true", help="list pairs with suspiciously equal answers")
