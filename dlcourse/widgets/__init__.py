"""Demos to play with: each is a model that works without a screen, and a thin view over it."""

from dlcourse.widgets.broadcasting import BroadcastExplorer
from dlcourse.widgets.broadcasting_view import broadcast_explorer
from dlcourse.widgets.convolution import FilterDesigner, SlidingWindow
from dlcourse.widgets.convolution_view import filter_designer, sliding_window
from dlcourse.widgets.descent import Descent
from dlcourse.widgets.descent_view import descent
from dlcourse.widgets.knobs_view import line_by_hand, loading_pipeline, polynomial_fit, softmax_temperature
from dlcourse.widgets.line import LineByHand
from dlcourse.widgets.memory import LetterMemory
from dlcourse.widgets.memory_view import letter_memory
from dlcourse.widgets.pipeline import Pipeline
from dlcourse.widgets.playground import Playground
from dlcourse.widgets.playground_view import playground
from dlcourse.widgets.polynomial import PolynomialFit
from dlcourse.widgets.race import OptimizerRace
from dlcourse.widgets.race_view import optimizer_race
from dlcourse.widgets.stepper import BackpropStepper
from dlcourse.widgets.stepper_view import backprop_stepper
from dlcourse.widgets.temperature import Temperature
from dlcourse.widgets.timeline import Timeline
from dlcourse.widgets.timeline_view import timeline

__all__ = [
    "BackpropStepper",
    "BroadcastExplorer",
    "Descent",
    "FilterDesigner",
    "LetterMemory",
    "LineByHand",
    "OptimizerRace",
    "Pipeline",
    "Playground",
    "PolynomialFit",
    "SlidingWindow",
    "Temperature",
    "Timeline",
    "backprop_stepper",
    "broadcast_explorer",
    "descent",
    "filter_designer",
    "letter_memory",
    "line_by_hand",
    "loading_pipeline",
    "optimizer_race",
    "playground",
    "polynomial_fit",
    "sliding_window",
    "softmax_temperature",
    "timeline",
]
