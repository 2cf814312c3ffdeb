"""The course's figures: each function draws what it is given, and returns its Axes.

All figures share one style (:func:`use_style`): a white opaque ground, letters that read from the last
row, and colours that colour-blind readers can tell apart. Where an ``ax`` can be given, the function draws
there; otherwise it opens a figure of its own.
"""

from dlcourse.plots.activations import plot_activation, plot_activations
from dlcourse.plots.arrays import plot_axis_sums, plot_pixels
from dlcourse.plots.bars import plot_bars
from dlcourse.plots.boolean import plot_boolean_functions
from dlcourse.plots.broadcasting import plot_alignment, plot_broadcast
from dlcourse.plots.confusion import plot_confusion_matrix
from dlcourse.plots.convolution import draw_convolution
from dlcourse.plots.course_map import plot_course_map
from dlcourse.plots.curves import plot_curves, plot_histories
from dlcourse.plots.descent import plot_descent, plot_race, plot_slopes
from dlcourse.plots.graphs import draw_graph
from dlcourse.plots.growth import plot_by_year, plot_lifetimes
from dlcourse.plots.histograms import plot_layer_histograms
from dlcourse.plots.images import image_grid, weight_pictures
from dlcourse.plots.live import LiveHistory
from dlcourse.plots.network import plot_network
from dlcourse.plots.neuron import draw_neuron
from dlcourse.plots.pipeline import plot_pipeline
from dlcourse.plots.points import plot_decision_boundary, plot_points
from dlcourse.plots.scores import plot_running_score
from dlcourse.plots.style import COLOURS, use_style
from dlcourse.plots.surfaces import plot_surface
from dlcourse.plots.timeline import draw_timeline

__all__ = [
    "COLOURS",
    "LiveHistory",
    "draw_convolution",
    "draw_graph",
    "draw_neuron",
    "draw_timeline",
    "image_grid",
    "plot_activation",
    "plot_activations",
    "plot_alignment",
    "plot_axis_sums",
    "plot_bars",
    "plot_boolean_functions",
    "plot_broadcast",
    "plot_by_year",
    "plot_confusion_matrix",
    "plot_course_map",
    "plot_curves",
    "plot_decision_boundary",
    "plot_descent",
    "plot_histories",
    "plot_layer_histograms",
    "plot_lifetimes",
    "plot_network",
    "plot_pipeline",
    "plot_pixels",
    "plot_points",
    "plot_race",
    "plot_running_score",
    "plot_slopes",
    "plot_surface",
    "use_style",
    "weight_pictures",
]
