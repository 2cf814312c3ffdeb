"""The drawn faces: varied, unbalanced, and not to be told apart pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse import data


def test_faces_are_grey_pictures_in_random_order_a_quarter_of_them_smiling():
    x, y = data.make_faces(400, seed=3)
    assert (x.shape, x.dtype, y.dtype) == ((400, 1, 32, 32), np.float32, np.int64)
    assert (x.min() >= 0, x.max() <= 1) == (True, True)
    assert y.sum() == 100
    assert 10 < y[:100].sum() < 45


def test_the_seed_decides():
    first, again, other = (data.make_faces(20, seed=seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_no_two_faces_are_alike():
    x = data.make_faces(200)[0].reshape(200, -1)
    distances = np.linalg.norm(x[:, None] - x, axis=2) + 1e9 * np.eye(200)
    assert distances.min() > 1


def test_the_size_of_one_set_does_not_change_the_other():
    small, large = data.load_faces(10, 30), data.load_faces(50, 30)
    np.testing.assert_array_equal(small.x_test, large.x_test)
    assert small.class_names == ("serious", "smiling")
    assert data.load_faces(10, 30, flat=True).x_train.shape == (10, 1024)


@pytest.mark.parametrize(("arguments", "message"), [((0,), "at least 1"), ((5, 0), "from 0 to 1")])
def test_what_cannot_be_drawn_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        data.make_faces(*arguments, smiling=2 if len(arguments) == 2 else 0.25)


def test_a_linear_classifier_hardly_beats_guessing():
    from sklearn.linear_model import LogisticRegression

    faces = data.load_faces(2000, 1000, flat=True)
    linear = LogisticRegression(C=0.01, class_weight="balanced").fit(faces.x_train, faces.y_train)
    right = linear.predict(faces.x_test) == faces.y_test
    shares = [right[faces.y_test == k].mean() for k in (0, 1)]
    assert 0.4 < np.mean(shares) < 0.72


def test_a_smile_changes_the_mouth_and_nothing_else():
    """With the same seed, the same faces are drawn: once all of them serious, once all of them smiling."""
    serious, smiling = (data.make_faces(300, seed=0, smiling=share)[0][:, 0] for share in (0, 1))
    change = np.abs(smiling - serious)
    assert np.mean(change.sum(axis=(1, 2)) > 1) > 0.97
    assert change[:, :12].max() == 0
    assert (change > 0).mean() < 0.1
