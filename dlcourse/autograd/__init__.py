"""Reverse-mode differentiation in NumPy alone.

Read in this order: ``scalar`` (the idea, with single numbers), ``tensor`` (the same with arrays),
``functions`` (every operation with its derivative).
"""

from dlcourse.autograd.creation import (
    as_tensor, from_numpy, ones, rand, randn, tensor, zeros,
)
from dlcourse.autograd.functions import add, mul, sum
from dlcourse.autograd.grad_mode import enable_grad, is_grad_enabled, no_grad, set_grad_enabled
from dlcourse.autograd.graph import Graph, Node, trace
from dlcourse.autograd.random import generator, manual_seed
from dlcourse.autograd.scalar import Value, topological_order
from dlcourse.autograd.tensor import Tensor

__all__ = [
    "Graph", "Node", "Tensor", "Value", "add", "as_tensor", "enable_grad", "from_numpy", "generator",
    "is_grad_enabled", "manual_seed", "mul", "no_grad", "ones", "rand", "randn", "set_grad_enabled", "sum",
    "tensor", "topological_order", "trace", "zeros",
]
