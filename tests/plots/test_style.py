"""The look: colours that can be told apart, white ground, the same bytes each time, a cheap import."""

import io
import itertools
import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbclient
import nbformat
import numpy as np
import pytest

from dlcourse import plots
from dlcourse.plots import style

# Machado, Oliveira & Fernandes (2009), severity 1; for linear RGB.
BLINDNESS = {
    "none": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


def linear(rgb):
    rgb = np.asarray(rgb)
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(linear_rgb):
    """CIE Lab, in which a distance of 10 is a difference that nobody overlooks."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = to_xyz @ np.clip(linear_rgb, 0, 1) / [0.9505, 1.0, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def contrast(a, b):
    """WCAG's contrast ratio of two colours."""
    high, low = sorted(([0.2126, 0.7152, 0.0722] @ linear(mpl.colors.to_rgb(c)) for c in (a, b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_first_eight_colours_differ_for_colour_blind_readers(kind):
    seen = [lab(BLINDNESS[kind] @ linear(mpl.colors.to_rgb(c))) for c in style.COLOURS[:8]]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert nearest > 10


@pytest.mark.parametrize("kind", BLINDNESS)
def test_the_two_signs_of_the_diverging_scale_differ_for_colour_blind_readers(kind):
    low, high = (lab(BLINDNESS[kind] @ linear(mpl.colormaps[style.DIVERGING](v)[:3])) for v in (0.1, 0.9))
    assert np.linalg.norm(low - high) > 30


def test_text_colours_have_contrast_on_white():
    for colour in (style.INK, style.GREY, style.BLUE):
        assert contrast(colour, "white") >= 4.5
    assert contrast(style.VERMILLION, "white") >= 3  # large or bold letters only


def test_letters_read_on_every_ground():
    for share in np.linspace(0, 1, 21):
        ground = mpl.colormaps[style.SEQUENTIAL](share)
        assert contrast(style.ink_on(ground), ground[:3]) >= 4


def test_classes_differ_in_marker_and_curves_in_dashes_as_well():
    assert len(set(style.MARKERS)) == len(style.MARKERS) >= len(style.COLOURS)
    assert len(set(style.LINES)) == len(style.LINES) >= 5


def test_figures_have_a_white_opaque_ground():
    figure = plots.plot_bars("ab", [1, 2]).figure
    buffer = io.BytesIO()
    figure.savefig(buffer)
    buffer.seek(0)
    pixels = plt.imread(buffer)
    assert (pixels[..., 3] == 1).all()
    assert (pixels[0, 0, :3] == 1).all()


def test_use_style_sets_the_sessions_look_and_plots_leave_it_alone():
    before = plt.rcParams["font.size"], plt.rcParams["figure.dpi"]
    plots.plot_bars("ab", [1, 2])
    assert (plt.rcParams["font.size"], plt.rcParams["figure.dpi"]) == before
    plots.use_style()
    assert plt.rcParams["font.size"] == 12
    assert plt.rcParams["figure.constrained_layout.use"]


def test_numbers_are_written_with_three_digits_and_a_true_minus():
    written = [style.number(v) for v in (0.0, -0.25, 2.0, 8.80812, 1138, 1.5e-7, 123456.0)]
    assert written == ["0", "−0.25", "2", "8.81", "1138", "1.5e−7", "1.23e5"]


def test_the_package_does_not_import_pyplot_until_plots_are_asked_for():
    code = (
        "import sys, dlcourse; assert 'matplotlib.pyplot' not in sys.modules;"
        "dlcourse.plots; assert 'matplotlib.pyplot' in sys.modules; assert 'ipywidgets' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_figure_of_a_notebook_is_shown_and_not_only_the_first():
    cell = "from dlcourse import plots\nplots.plot_curves([0, 1], {'a': [0, 1]}, 'x', 'y');"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for _ in range(2)])
    nbclient.NotebookClient(notebook, timeout=60).execute()
    pictures = [[out for out in c.outputs if "image/png" in out.get("data", {})] for c in notebook.cells]
    assert [len(found) for found in pictures] == [1, 1]
