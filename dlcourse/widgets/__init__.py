"""Demos to play with: each is a model that works without a screen, and a thin view over it."""

from dlcourse.widgets.playground import Playground
from dlcourse.widgets.playground_view import playground
from dlcourse.widgets.stepper import BackpropStepper
from dlcourse.widgets.stepper_view import backprop_stepper

__all__ = ["BackpropStepper", "Playground", "backprop_stepper", "playground"]
