"""Optimisers and learning-rate schedules, with PyTorch's names and defaults."""

from dlcourse.optim import lr_scheduler
from dlcourse.optim.algorithms import SGD, Adagrad, Adam, AdamW, RMSprop
from dlcourse.optim.optimizer import Optimizer

__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "lr_scheduler"]
