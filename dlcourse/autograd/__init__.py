"""Reverse-mode differentiation in NumPy alone.

Read in this order: ``scalar`` (the idea, with single numbers), ``tensor`` (the same with arrays), ``functions``,
``reductions`` and ``shapes`` (every operation with its derivative). The rest is convenience.
"""

# ruff: noqa: E501, F401, I001
# fmt: off
from inspect import ismodule as _is_module

from dlcourse.autograd.creation import arange, as_tensor, bool_ as bool, cuda, device, eye, float32, float32 as float
from dlcourse.autograd.creation import float64, float64 as double, from_numpy, full, full_like, int32, int64, int64 as long
from dlcourse.autograd.creation import linspace, ones, ones_like, rand, rand_like, randint, randn, randn_like, randperm
from dlcourse.autograd.creation import tensor, uint8, zeros, zeros_like
from dlcourse.autograd.functions import abs, add, atan, clamp, clip, cos, div, erf, exp, expm1, floor, isfinite, isnan
from dlcourse.autograd.functions import log, log1p, logical_not, matmul, maximum, minimum, mm, mul, neg, pow, relu, round
from dlcourse.autograd.functions import sigmoid, sign, sin, softplus, sqrt, sub, tanh, where
from dlcourse.autograd.grad_mode import is_grad_enabled, no_grad, set_grad_enabled
from dlcourse.autograd.gradcheck import GradcheckError, gradcheck
from dlcourse.autograd.graph import Graph, Node, trace
from dlcourse.autograd.methods import allclose, equal
from dlcourse.autograd.random import generator, manual_seed
from dlcourse.autograd.reductions import all, amax, amin, any, argmax, argmin, max, mean, min, norm, std, sum, var
from dlcourse.autograd.scalar import Value, topological_order
from dlcourse.autograd.shapes import broadcast_to, cat, clone, concat, concatenate, flatten, permute, reshape
from dlcourse.autograd.shapes import squeeze, stack, t, transpose, unsqueeze
from dlcourse.autograd.tensor import Tensor

__all__ = [name for name, value in globals().items() if not name.startswith("_") and not _is_module(value)]
