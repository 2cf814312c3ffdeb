"""The lesson's problems in JAX."""

from __future__ import annotations

from typing import Any


def graph(t1: Any, t2: Any, t3: Any) -> tuple[Any, list[Any]]:
    """The sum of (t1 + t2) · t3, and its gradients: a function goes in, and a function of its slopes comes out."""
    import jax
    import jax.numpy as jnp

    def c(t1: Any, t2: Any, t3: Any) -> Any:
        return jnp.sum((t1 + t2) * t3)

    value, slopes = jax.value_and_grad(c, argnums=(0, 1, 2))(t1, t2, t3)
    return value, list(slopes)


def train(x: Any, y: Any, w1: Any, w2: Any, rate: float, steps: int) -> list[float]:
    """The losses of plain gradient descent on the two-layer network."""
    import jax
    import jax.numpy as jnp

    def loss(weights: Any) -> Any:
        w1, w2 = weights
        return jnp.sum((jax.nn.relu(x @ w1) @ w2 - y) ** 2)

    @jax.jit  # record the step once, compile it, and run the compiled step from then on
    def step(weights: Any) -> Any:
        value, slopes = jax.value_and_grad(loss)(weights)
        return value, [w - rate * slope for w, slope in zip(weights, slopes, strict=True)]

    losses, weights = [], [jnp.array(w1), jnp.array(w2)]
    for _ in range(steps):
        value, weights = step(weights)
        losses.append(float(value))
    return losses


def times_recorded(sizes: list[int]) -> int:
    """How often Python runs the body of a compiled function that is called once for each size."""
    import jax
    import jax.numpy as jnp

    runs = []

    @jax.jit
    def total(t: Any) -> Any:
        runs.append(t.shape)  # Python comes here only while it records
        return t.sum()

    for n in sizes:
        total(jnp.ones(n))
    return len(runs)
