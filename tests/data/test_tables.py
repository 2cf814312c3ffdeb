"""The small tables: they are whole, say where they come from, travel in the wheel, and hold what the talks say."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import dlcourse
from dlcourse import data

FOLDER = Path(dlcourse.__file__).parent / "datasets"
ROOT = FOLDER.parents[1]
README = (FOLDER / "README.md").read_text(encoding="utf-8")
NAMES = data.table_names()
every_table = pytest.mark.parametrize("name", NAMES)


@every_table
def test_a_table_is_small_and_has_no_odd_cells(name):
    path = FOLDER / f"{name}.csv"
    assert path.stat().st_size < 10_000
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not re.search(r" ,|, |\t|\r|\"\"", re.sub(r'"[^"\n]*"', "", text))


@every_table
def test_a_table_names_its_source_and_licence(name):
    (line,) = [line for line in README.splitlines() if line.startswith(f"| `{name}.csv` |")]
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert len(cells) == 4
    assert all(cells)
    assert re.search(r"MIT|CC BY", cells[3])


def test_the_readme_names_no_table_that_is_missing():
    assert sorted(re.findall(r"^\| `(\w+)\.csv`", README, re.MULTILINE)) == NAMES


@every_table
def test_a_table_has_columns_of_equal_length_and_a_printed_form(name):
    table = data.load_table(name)
    assert {len(table[column]) for column in table.columns} == {len(table)}
    assert len(repr(table).splitlines()) == len(table) + 1


def test_columns_are_whole_numbers_numbers_or_strings():
    table = data.load_table("ilsvrc_by_year")
    assert table["year"].dtype == np.int64
    assert table["top5_error_percent"].dtype == np.float64
    assert np.isnan(table["layers"][0])
    assert table["layers"][2] == 8
    assert table["system"][2] == "AlexNet"


def test_rows_and_columns_can_be_selected():
    table = data.load_table("ilsvrc_by_year")
    deep = table.select(table["kind"] == "deep network", ["year", "system"])
    assert deep.columns == ("year", "system")
    assert deep["year"].tolist() == list(range(2012, 2018))


def test_what_does_not_exist_is_refused_with_the_names_that_do():
    with pytest.raises(ValueError, match=r"no table called 'ilsvrc'.*ilsvrc_2012"):
        data.load_table("ilsvrc")
    with pytest.raises(KeyError, match=r"no column 'Year'.*year"):
        data.load_table("timeline")["Year"]


def test_the_tables_travel_in_the_wheel(tmp_path):
    pytest.importorskip("setuptools")
    build = [sys.executable, "-c", "import setuptools; setuptools.setup()", "-q", "build_py", "--build-lib", tmp_path]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    installed = {path.name for path in (tmp_path / "dlcourse" / "datasets").iterdir()}
    assert installed == {path.name for path in FOLDER.iterdir()}


# --- what the talks say --------------------------------------------------------------------------------


def test_2012_as_the_talk_has_it():
    table = data.load_table("ilsvrc_2012")
    assert table["top5_error_percent"].tolist() == [16, 26, 27, 27, 34]


def test_errors_on_imagenet_fall_every_year_below_the_human_5_percent():
    table = data.load_table("ilsvrc_by_year")
    errors = table["top5_error_percent"]
    assert table["year"].tolist() == list(range(2010, 2018))
    assert (np.diff(errors) < 0).all()
    assert table["year"][errors < 5][0] == 2015
    by_name = dict(zip(table["system"], zip(table["layers"], table["gflop"], strict=True), strict=True))
    assert by_name["AlexNet"] == (8, 1.4)
    assert by_name["ResNet"] == (152, 22.6)


def test_a_gflops_cost_145_billion_dollars_in_1961_and_3_cents_in_2017():
    table = data.load_table("gflops_cost")
    assert (table["year"][0], table["dollars_2013"][0]) == (1961, 145.5e9)
    assert (table["year"][-1], table["dollars_2013"][-1]) == (2017, 0.03)
    assert (np.diff(table["dollars_2013"]) < 0).all()
    assert (np.diff(table["year"]) >= 0).all()


def test_the_twenty_systems_are_numbered_and_each_count_says_how():
    table = data.load_table("networks")
    assert table["number"].tolist() == list(range(1, 21))
    counted = ~np.isnan(table["neurons"]) | ~np.isnan(table["connections"]) | ~np.isnan(table["training_examples"])
    assert ((table["counted"] != "") == counted).all()
    assert (~np.isnan(table["neurons"])).sum() == 12


def test_counts_of_networks_follow_from_their_layers():
    table = data.load_table("networks")
    neurons, connections = ({n: table[c][n - 1] for n in range(1, 21)} for c in ("neurons", "connections"))
    assert (neurons[1], connections[1]) == (512 + 8, 40 * 400 + 512 * 8)
    assert neurons[3] == 24 * (16**2 + 10**2 + 8**2 + 6**2 + 2**2 + 1)
    assert (neurons[4], connections[4]) == (54, 24 * 6 + 12 * 6 + 12 * 12 + 12 * 6 + 6 * 24)
    assert (neurons[7], connections[7]) == (8 + 24 + 64, 8 * 24 + 24 * 64)
    assert neurons[8] == 6 * 28**2 + 6 * 14**2 + 16 * 10**2 + 16 * 5**2 + 120 + 84 + 10
    assert connections[10] == 784 * 500 + 500 * 500 + 510 * 2000
    assert connections[12] == 784 * 500 + 500 * 1000
    sizes = [784, 2500, 2000, 1500, 1000, 500, 10]
    assert neurons[15] == sum(sizes[1:])
    assert connections[15] == sum(m * n for m, n in itertools.pairwise(sizes))
    assert connections[18] == pytest.approx(ALEXNET, rel=0.001)


# outputs times inputs of AlexNet's eight layers (two halves from the second on, as its paper draws them)
ALEXNET = (
    55**2 * 96 * 363
    + 27**2 * 256 * 1200
    + 13**2 * (384 * 2304 + 384 * 1728 + 256 * 1728)
    + 9216 * 4096
    + 4096 * 4096
    + 4096 * 1000
)


def test_the_brain_against_four_machines_as_the_talk_has_it():
    table = data.load_table("neuromorphic")
    row = {name: k for k, name in enumerate(table["platform"])}
    assert list(row) == ["Human brain", "Neurogrid", "BrainScaleS", "TrueNorth", "SpiNNaker"]
    brain, spinnaker = row["Human brain"], row["SpiNNaker"]
    assert table["system_synapses"][brain] == 1e15
    assert (table["system_power_w"][brain], table["system_power_w"][spinnaker]) == (20, 50e3)
    assert table["joules_per_connection"][spinnaker] / table["joules_per_connection"][brain] == pytest.approx(1e6)


def test_the_state_spaces_of_chess_and_go():
    table = data.load_table("games")
    assert dict(zip(table["game"], table["log10_states"], strict=True)) == {"chess": 47, "Go": 170}
    assert [date[:4] for date in table["date"]] == ["1996", "2016"]


def test_the_timeline_is_in_order_and_every_event_is_told():
    table = data.load_table("timeline")
    assert (np.diff(table["year"]) >= 0).all()
    assert len(set(table["title"])) == len(table)
    assert set(table["kind"]) == {"idea", "machine", "result", "limit"}
    assert all(20 < len(text) < 200 and text.endswith(".") for text in table["text"])


def test_a_framework_has_an_end_where_its_makers_announced_one():
    table = data.load_table("frameworks")
    assert (np.diff(table["first_year"]) >= 0).all()
    assert ((table["state"] == "ended") == ~np.isnan(table["ended"])).all()
    assert {"Torch", "Theano", "Caffe", "Neon", "Keras", "MXNet", "CNTK", "Caffe2", "PyTorch"} <= set(table["name"])
