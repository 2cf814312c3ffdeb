import itertools

import numpy as np
import pytest

from dlcourse import plots, tensor

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(6, 8, 8), (6, 1, 8, 8), (6, 64)])
def test_grey_images_come_in_three_shapes_and_look_the_same(shape):
    images = RNG.random((6, 64))
    axes = plots.image_grid(images.reshape(shape), columns=4)
    assert axes.shape == (6,)
    for ax, image in zip(axes, images, strict=True):
        assert np.array_equal(ax.images[0].get_array(), image.reshape(8, 8))


def test_all_grey_images_share_one_scale():
    axes = plots.image_grid(np.stack([np.zeros((4, 4)), np.full((4, 4), 0.5), np.ones((4, 4))]))
    assert {ax.images[0].get_clim() for ax in axes} == {(0.0, 1.0)}


def test_colour_images_are_channels_first():
    image = RNG.random((1, 3, 5, 4))
    (ax,) = plots.image_grid(image)
    assert np.array_equal(ax.images[0].get_array(), image[0].transpose(1, 2, 0))


@pytest.mark.parametrize("chosen", [[1], np.array([False, True, False])])
def test_highlights_are_marked_by_more_than_colour(chosen):
    axes = plots.image_grid(RNG.random((3, 4, 4)), titles=[7, 8, 9], highlight=chosen)
    assert [ax.get_title() for ax in axes] == ["7", "▸8", "9"]
    assert [ax.spines["left"].get_visible() for ax in axes] == [False, True, False]
    assert axes[1].title.get_fontweight() == "bold"


def test_titles_do_not_overlap():
    axes = plots.image_grid(RNG.random((8, 8, 8)), titles=["sandal as sneaker"] * 8, highlight=range(8))
    axes[0].figure.canvas.draw()
    boxes = [ax.title.get_window_extent() for ax in axes]
    assert all(a.x1 <= b.x0 for a, b in itertools.pairwise(boxes))


def test_images_of_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"\(5, 60\).*7 × 7"):
        plots.image_grid(np.zeros((5, 60)))
    with pytest.raises(ValueError, match=r"but have \(2, 4, 8, 8\)"):
        plots.image_grid(np.zeros((2, 4, 8, 8)))
    with pytest.raises(ValueError, match="nothing to draw"):
        plots.image_grid(np.zeros((0, 8, 8)))
    with pytest.raises(ValueError, match="3 images, but 2 titles"):
        plots.image_grid(np.zeros((3, 8, 8)), titles="ab")
    with pytest.raises(ValueError, match="3 images, but 2 booleans"):
        plots.image_grid(np.zeros((3, 8, 8)), highlight=[True, False])


def test_weights_share_one_scale_that_is_symmetric_about_zero():
    weights = np.array([[0.0, 1.0, 2.0, 3.0], [-5.0, 0.0, 0.0, 1.0]])
    axes = plots.weight_pictures(tensor(weights))
    assert [ax.images[0].get_clim() for ax in axes] == [(-5.0, 5.0)] * 2
    assert np.array_equal(axes[1].images[0].get_array(), weights[1].reshape(2, 2))


def test_weights_may_be_oblong():
    (ax,) = plots.weight_pictures(np.arange(6.0)[None], shape=(2, 3))
    assert ax.images[0].get_array().shape == (2, 3)
    with pytest.raises(ValueError, match=r"2 × 2"):
        plots.weight_pictures(np.arange(6.0)[None])


def test_the_confusion_matrix_shows_every_number_in_readable_letters():
    matrix = np.array([[980, 0, 3], [1, 1130, 0], [2, 7, 12]])
    ax = plots.plot_confusion_matrix(matrix, ["zero", "one", "two"])
    texts = {tuple(map(int, t.get_position())): t for t in ax.texts}
    assert {(j, i): texts[j, i].get_text() for i in range(3) for j in range(3)} == {
        (j, i): str(matrix[i, j]) if matrix[i, j] else "·" for i in range(3) for j in range(3)
    }
    assert texts[0, 0].get_color() == "white"
    assert texts[0, 1].get_color() != "white"
    assert [t.get_text() for t in ax.get_yticklabels()] == ["zero", "one", "two"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")


def test_shares_are_written_as_such():
    ax = plots.plot_confusion_matrix([[0.975, 0.025], [0.5, 0.5]])
    assert [t.get_text() for t in ax.texts] == ["0.975", "0.025", "0.5", "0.5"]


def test_the_numbers_fit_into_their_cells():
    ax = plots.plot_confusion_matrix(np.full((10, 10), 1138))
    ax.figure.canvas.draw()
    cell = ax.get_window_extent().width / 10
    assert max(t.get_window_extent().width for t in ax.texts) < cell


def test_a_confusion_matrix_must_be_square_and_named_completely():
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        plots.plot_confusion_matrix(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"\(2, 2\), but there are 3 class names"):
        plots.plot_confusion_matrix(np.zeros((2, 2)), "abc")
