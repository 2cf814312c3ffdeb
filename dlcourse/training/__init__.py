"""Training: the loop, its history, and stopping early."""

from dlcourse.training.early_stopping import EarlyStopping
from dlcourse.training.fit import Evaluation, evaluate, fit, predict
from dlcourse.training.history import History

__all__ = ["EarlyStopping", "Evaluation", "History", "evaluate", "fit", "predict"]
