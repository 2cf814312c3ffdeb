"""The optimisers: each is its settings with their defaults, and what a step does to the numbers ``p``.

``weight_decay`` is the factor of an L2 term: weight_decay · p is added to the gradient g (but see ``AdamW``).
"""

import math

import numpy as np

from dlcourse.optim.flat import Piece, Scaled
from dlcourse.optim.optimizer import Optimizer


class SGD(Optimizer):
    """v ← momentum · v + g,  p ← p − lr · v; with ``nesterov`` by g + momentum · v instead of v."""

    def _update(self, piece: Piece, lr=1e-3, momentum=0.0, *, weight_decay=0.0, nesterov=False) -> None:
        g = piece.gradient(weight_decay)
        if nesterov or not momentum:
            piece.descend(lr, g)
        if momentum:
            v = piece.state("momentum_buffer").update(momentum, g)
            piece.descend(lr * momentum if nesterov else lr, v)


class Adagrad(Optimizer):
    """s ← s + g²,  p ← p − lr · g / (√s + eps) (Duchi et al. 2011)."""

    def _update(self, piece: Piece, lr=1e-2, *, weight_decay=0.0, eps=1e-10) -> None:
        g = piece.gradient(weight_decay)
        s = piece.state("sum").update(1, np.square(g))
        piece.descend(lr, Scaled(g).over_root(s, eps))


class RMSprop(Optimizer):
    """s ← alpha · s + (1 − alpha) · g²,  p ← p − lr · g / (√s + eps) (Hinton's lecture 6e, 2012)."""

    def _update(self, piece: Piece, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0) -> None:
        g = piece.gradient(weight_decay)
        s = piece.state("square_avg").update(alpha, np.square(g), 1 - alpha)
        piece.descend(lr, Scaled(g).over_root(s, eps))


class Adam(Optimizer):
    """p ← p − lr · m̂ / (√v̂ + eps), with running means m of g and v of g² (Kingma & Ba 2015).

    m̂ and v̂ are corrected for the start at 0: m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
    """

    def _update(self, piece: Piece, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0) -> None:
        g, (beta1, beta2), t = piece.gradient(weight_decay), betas, piece.step
        m = piece.state("exp_avg").update(beta1, g, 1 - beta1)
        v = piece.state("exp_avg_sq").update(beta2, np.square(g), 1 - beta2)
        # m̂ / (√v̂ + eps) = c / (1 − β₁ᵗ) · m / (√v + c · eps): the corrections cost no pass over the arrays.
        c = math.sqrt(1 - beta2**t)
        piece.descend(lr * c / (1 - beta1**t), m.over_root(v, c * eps))


class AdamW(Adam):
    """Adam with weight decay on the parameters: p ← (1 − lr · weight_decay) · p first (Loshchilov & Hutter 2019)."""

    def _update(self, piece: Piece, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2) -> None:
        np.multiply(piece.p, 1 - lr * weight_decay, out=piece.p)
        super()._update(piece, lr, betas, eps)
