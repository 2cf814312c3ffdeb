"""The sliding window's figure says what the numbers say."""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse import plots


def drawn(place, padding=0):
    figure, axes = plt.subplots(1, 3)
    image, kernel, output = np.arange(9.0).reshape(3, 3), np.ones((2, 2)), np.array([[8.0, 12], [20, 24]])
    plots.draw_convolution(axes, image, kernel, output, [(0, 1), (0, 2), (1, 1), (1, 2)], place, padding)
    texts = [[text.get_text() for text in ax.texts] for ax in axes]
    frames = [sum(patch.get_linewidth() == 3 for patch in ax.patches) for ax in axes]
    dashed = sum(patch.get_linestyle() == "--" for patch in axes[0].patches)
    plt.close(figure)
    return texts, frames, dashed


def test_places_that_come_later_are_empty():
    texts, frames, dashed = drawn(place=1)
    assert texts == [[str(k) for k in range(9)], ["1"] * 4, ["8", "12"]]
    assert frames == [4, 0, 1]
    assert dashed == 0


def test_the_image_stands_out_from_its_border():
    assert drawn(place=3, padding=1)[2] == 1
    assert drawn(place=3)[0][2] == ["8", "12", "20", "24"]
