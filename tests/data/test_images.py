"""Image sets on demand, from small stand-ins; and the real MNIST wherever it can be had."""

from __future__ import annotations

import gc
import time

import numpy as np
import pytest

from dlcourse import data
from dlcourse.data import cifar, images, registry
from dlcourse.data.idx import read_idx

from .conftest import idx_bytes
from .test_formats import archive, records


def test_images_are_float32_from_zero_to_one_in_nchw(register, server):
    register("good")
    mnist = data.load_mnist(progress=False)
    assert mnist.x_train.shape == (300, 1, 9, 7)
    assert mnist.x_test.shape == (20, 1, 9, 7)
    assert mnist.x_train.dtype == mnist.x_test.dtype == np.float32
    pixels = read_idx(server.files[registry.TRAIN_IMAGES])
    np.testing.assert_array_equal(mnist.x_train[:, 0], pixels.astype(np.float32) / np.float32(255))
    assert mnist.y_train.dtype == np.int64
    np.testing.assert_array_equal(mnist.y_train, np.arange(300) % 10)
    assert (mnist.n_classes, mnist.n_features, mnist.image_shape) == (10, 63, (1, 9, 7))


def test_flat_images_are_the_same_numbers_in_rows_and_keep_their_shape_in_mind(register):
    register("good")
    flat, square = data.load_mnist(flat=True, progress=False), data.load_mnist(progress=False)
    assert flat.x_train.shape == (300, 63)
    np.testing.assert_array_equal(flat.x_train, square.x_train.reshape(300, -1))
    assert flat.image_shape == square.image_shape


def test_fashion_mnist_has_its_own_names(register):
    register("good", name="fashion_mnist")
    fashion = data.load_fashion_mnist(progress=False)
    assert fashion.name == "fashion_mnist"
    assert fashion.class_names[0] == "T-shirt/top"
    assert fashion.n_classes == 10


@pytest.fixture
def small_cifar(register, server):
    batches = {name: records(3, label=i) for i, name in enumerate((*cifar.TRAIN, cifar.TEST))}
    server.files = {registry.CIFAR_ARCHIVE: archive(batches)}
    register("good", name="cifar10")
    return batches


def test_cifar10_keeps_the_order_of_its_batches_channels_and_rows(small_cifar):
    cifar10 = data.load_cifar10(progress=False)
    assert cifar10.x_train.shape == (15, 3, 32, 32)
    assert cifar10.x_test.shape == (3, 3, 32, 32)
    assert cifar10.y_train.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert cifar10.y_test.tolist() == [5, 5, 5]
    third = np.frombuffer(small_cifar["data_batch_2.bin"], np.uint8)[1:3073].reshape(3, 32, 32)
    np.testing.assert_array_equal(cifar10.x_train[3], third.astype(np.float32) / np.float32(255))
    assert cifar10.class_names[3] == "cat"


def test_flat_cifar10_is_in_rows(small_cifar):
    assert data.load_cifar10(flat=True, progress=False).x_train.shape == (15, 3072)


def test_every_set_of_ten_classes_has_ten_names():
    assert len(set(images.DIGITS)) == len(set(images.CLOTHES)) == len(set(images.CIFAR10)) == 10


def test_images_and_labels_that_do_not_belong_together_are_an_error(register, server):
    server.files[registry.TEST_LABELS] = idx_bytes(np.zeros(19))
    register("good")
    with pytest.raises(ValueError, match=r"\(20, 9, 7\).*\(19,\).*do not belong together"):
        data.load_mnist(progress=False)


# --- The real one ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mnist():
    loaded = data.load_mnist(required=False, progress=False)
    if loaded is None:
        pytest.skip("the real MNIST is neither cached nor in DLCOURSE_MIRROR, and could not be downloaded")
    return loaded


@pytest.mark.mnist
def test_mnist_has_its_known_sizes_classes_and_values(mnist):
    assert mnist.x_train.shape == (60_000, 1, 28, 28)
    assert mnist.x_test.shape == (10_000, 1, 28, 28)
    assert np.bincount(mnist.y_train).tolist() == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert np.bincount(mnist.y_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert (mnist.x_train.min(), mnist.x_train.max()) == (0, 1)
    # The mean and the deviation of the training pixels that everybody normalises with.
    assert mnist.x_train.mean(dtype=np.float64) == pytest.approx(0.1307, abs=5e-5)
    assert mnist.x_train.std(dtype=np.float64) == pytest.approx(0.3081, abs=5e-5)
    assert mnist.y_train[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


@pytest.mark.mnist
def test_mnist_loads_in_well_under_a_second(mnist):
    seconds = []
    for _ in range(3):
        began = time.process_time()
        data.load_mnist(flat=True, progress=False)
        seconds.append(time.process_time() - began)
        gc.collect()
    assert min(seconds) < 0.7
