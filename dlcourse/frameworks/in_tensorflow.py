"""The lesson's problems in TensorFlow 2."""

from __future__ import annotations

from typing import Any


def graph(t1: Any, t2: Any, t3: Any) -> tuple[Any, list[Any]]:
    """The sum of (t1 + t2) · t3, and its gradients. The tape records what happens inside the block."""
    import tensorflow as tf

    t1, t2, t3 = (tf.Variable(t) for t in (t1, t2, t3))
    with tf.GradientTape() as tape:
        a = t1 + t2
        b = a * t3
        c = tf.reduce_sum(b)
    return c.numpy(), [slope.numpy() for slope in tape.gradient(c, [t1, t2, t3])]


def train(x: Any, y: Any, w1: Any, w2: Any, rate: float, steps: int) -> list[float]:
    """The losses of plain gradient descent on the two-layer network."""
    import tensorflow as tf

    x, y, w1, w2 = tf.constant(x), tf.constant(y), tf.Variable(w1), tf.Variable(w2)

    @tf.function  # record the step once as a static graph, and run the graph from then on
    def step() -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((tf.nn.relu(x @ w1) @ w2 - y) ** 2)
        for w, slope in zip((w1, w2), tape.gradient(loss, (w1, w2)), strict=True):
            w.assign_sub(rate * slope)
        return loss

    return [float(step()) for _ in range(steps)]


def times_recorded(sizes: list[int]) -> int:
    """How often Python runs the body of a tf.function that is called once for each size."""
    import tensorflow as tf

    runs = []

    @tf.function
    def total(t: Any) -> Any:
        runs.append(t.shape)  # Python comes here only while it records
        return tf.reduce_sum(t)

    for n in sizes:
        total(tf.ones(n))
    return len(runs)
