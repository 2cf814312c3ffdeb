"""Reverse-mode differentiation in NumPy alone.

Read in this order: ``scalar`` (the idea, with single numbers), ``tensor`` (the same with arrays), ``functions``,
``reductions`` and ``shapes`` (every operation with its derivative). The rest is convenience.
"""

# ruff: noqa: E501, I001
# fmt: off
from dlcourse.autograd.comparisons import all, allclose, any, argmax, argmin, equal, isfinite, isnan, logical_not
from dlcourse.autograd.creation import (
    arange, as_tensor, eye, from_numpy, full, full_like, linspace, ones, ones_like, rand, rand_like, randint, randn,
    randn_like, randperm, tensor, zeros, zeros_like,
)
from dlcourse.autograd.dtypes import bool_ as bool
from dlcourse.autograd.dtypes import cuda, device, float32, float64, int32, int64, uint8
from dlcourse.autograd.dtypes import float32 as float
from dlcourse.autograd.dtypes import float64 as double
from dlcourse.autograd.dtypes import int64 as long
from dlcourse.autograd.functions import (
    abs, add, atan, clamp, cos, div, erf, exp, expm1, floor, log, log1p, matmul, maximum, minimum, mm, mul, neg, pow,
    relu, round, sigmoid, sign, sin, softplus, sqrt, sub, tanh, where,
)
from dlcourse.autograd.functions import clamp as clip
from dlcourse.autograd.grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from dlcourse.autograd.gradcheck import GradcheckError, gradcheck
from dlcourse.autograd.graph import Graph, Node, trace
from dlcourse.autograd import inplace  # noqa: F401 (adds methods)
from dlcourse.autograd.random import generator, manual_seed
from dlcourse.autograd.reductions import amax, amin, logsumexp, max, mean, min, norm, std, sum, var
from dlcourse.autograd.scalar import Value, topological_order
from dlcourse.autograd.shapes import (
    broadcast_to, cat, clone, concat, concatenate, flatten, pad, permute, reshape, squeeze, stack, t, transpose, unsqueeze,
)
from dlcourse.autograd.tensor import Tensor

__all__ = [
    "GradcheckError", "Graph", "Node", "Tensor", "Value", "abs", "add", "all", "allclose", "amax", "amin", "any",
    "arange", "argmax", "argmin", "as_tensor", "atan", "bool", "broadcast_to", "cat", "clamp", "clip", "clone", "concat",
    "concatenate", "cos", "cuda", "device", "div", "double", "enable_grad", "equal", "erf", "exp", "expm1", "eye",
    "flatten", "float", "float32", "float64", "floor", "from_numpy", "full", "full_like", "generator", "gradcheck",
    "int32", "int64", "is_grad_enabled", "isfinite", "isnan", "linspace", "log", "log1p", "logical_not", "logsumexp",
    "long", "manual_seed", "matmul", "max", "maximum", "mean", "min", "minimum", "mm", "mul", "neg", "no_grad", "norm",
    "ones", "ones_like", "pad", "permute", "pow", "rand", "rand_like", "randint", "randn", "randn_like", "randperm",
    "relu", "reshape", "round", "set_grad_enabled", "sigmoid", "sign", "sin", "softplus", "sqrt", "squeeze", "stack",
    "std", "sub", "sum", "t", "tanh", "tensor", "topological_order", "trace", "transpose", "uint8", "unsqueeze", "var",
    "where", "zeros", "zeros_like",
]
