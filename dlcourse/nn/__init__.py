"""Layers, activations, losses and initialisation, with PyTorch's names, shapes and defaults.

``functional`` holds the mathematics, ``layers`` the same as objects with parameters and settings, and ``module``
what all of those objects can do.
"""

# ruff: noqa: F401, I001
# fmt: off
from dlcourse.nn import functional, init, utils
from dlcourse.nn.layers import (
    APL, Arctan, AvgPool2d, BatchNorm1d, BatchNorm2d, BCELoss, BCEWithLogitsLoss, BinaryStep, CenteredSoftplus,
    Conv2d, CrossEntropyLoss, Dropout, ELU, Embedding, Flatten, GELU, HingeLoss, HuberLoss, Identity, L1Loss,
    LayerNorm, LeakyReLU, Linear, Logistic, LogSoftmax, Maxout, MaxPool2d, ModuleList, MSELoss, NLLLoss, PReLU,
    ReLU, RReLU, Sequential, Sigmoid, SiLU, SoftMarginLoss, Softmax, Softplus, Softsign, Tanh, VLReLU,
)
from dlcourse.nn.machine import keep_freed_memory
from dlcourse.nn.module import Module, Parameter

keep_freed_memory()
