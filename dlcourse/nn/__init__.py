"""Layers, activations, losses and initialisation, with PyTorch's names, shapes and defaults."""

from dlcourse.nn import functional, init, utils
from dlcourse.nn.activations import (
    APL,
    ELU,
    GELU,
    Arctan,
    BinaryStep,
    CenteredSoftplus,
    Identity,
    LeakyReLU,
    Logistic,
    LogSoftmax,
    Maxout,
    PReLU,
    ReLU,
    RReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Softsign,
    Tanh,
    VLReLU,
)
from dlcourse.nn.containers import ModuleList, Sequential
from dlcourse.nn.layers import (
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    LayerNorm,
    Linear,
    MaxPool2d,
)
from dlcourse.nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    HingeEmbeddingLoss,
    HingeLoss,
    HuberLoss,
    KLDivLoss,
    L1Loss,
    MSELoss,
    MultiMarginLoss,
    NLLLoss,
    SmoothL1Loss,
    SoftMarginLoss,
    ZeroOneLoss,
)
from dlcourse.nn.memory import keep_freed_memory
from dlcourse.nn.module import Module, Parameter

keep_freed_memory()

__all__ = [
    "APL", "ELU", "GELU", "Arctan", "AvgPool2d", "BCELoss", "BCEWithLogitsLoss", "BatchNorm1d", "BatchNorm2d",
    "BinaryStep", "CenteredSoftplus", "Conv2d", "CrossEntropyLoss", "Dropout", "Embedding", "Flatten",
    "HingeEmbeddingLoss", "HingeLoss", "HuberLoss", "Identity", "KLDivLoss", "L1Loss", "LayerNorm",
    "LeakyReLU", "Linear", "LogSoftmax", "Logistic", "MSELoss", "MaxPool2d", "Maxout", "Module", "ModuleList",
    "MultiMarginLoss", "NLLLoss", "PReLU", "Parameter", "RReLU", "ReLU", "Sequential", "SiLU", "Sigmoid",
    "SmoothL1Loss", "SoftMarginLoss", "Softmax", "Softplus", "Softsign", "Tanh", "VLReLU", "ZeroOneLoss",
    "functional", "init", "utils",
]  # fmt: skip
