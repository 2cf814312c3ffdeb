"""Optimisers and learning-rate schedules, with PyTorch's names and defaults."""

from dlcourse.optim import lr_scheduler
from dlcourse.optim.adaptive import Adagrad, Adam, AdamW, RMSprop
from dlcourse.optim.optimizer import Optimizer
from dlcourse.optim.sgd import SGD

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "lr_scheduler"]
