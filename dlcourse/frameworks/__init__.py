"""Other frameworks beside the course's own engine: what lesson 07 runs, live where they are installed.

PyTorch runs in the notebook itself. TensorFlow and JAX run in a process of their own, so that three large
libraries need not share one; where one of them is missing, the result that travels with the course is shown.
"""

from dlcourse.frameworks.live import is_live, result, stored
from dlcourse.frameworks.missing import LibraryMissing, require
from dlcourse.frameworks.problem import graph_inputs, training_problem

__all__ = ["LibraryMissing", "graph_inputs", "is_live", "require", "result", "stored", "training_problem"]
