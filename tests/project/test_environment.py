"""The report on what a notebook runs on."""

from __future__ import annotations

import importlib.metadata
import os
import sys

import numpy as np
import pytest

from dlcourse import environment


def by_name() -> dict[str, environment.Finding]:
    return {finding.what: finding for finding in environment.findings()}


def test_versions_processor_and_linear_algebra_are_reported():
    found = by_name()
    assert found["Python"].found.startswith(sys.version.split()[0])
    assert found["numpy"].found == np.__version__
    assert set(environment.PACKAGES) <= set(found)
    assert 1 <= environment.cores() <= os.cpu_count()


def test_where_all_is_well_it_says_so(capsys, monkeypatch):
    monkeypatch.setattr(environment, "gflops", lambda: 50.0)
    environment.show()
    printed = capsys.readouterr().out
    assert "✗" not in printed
    assert printed.endswith("Everything is up.\n")


def test_numpys_own_blas_is_named_with_its_threads():
    pytest.importorskip("threadpoolctl")
    assert ", threads: " in environment.blas()


def test_blas_is_named_without_threadpoolctl_too(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    assert environment.blas() == " ".join(
        np.show_config(mode="dicts")["Build Dependencies"]["blas"][key] for key in ("name", "version")
    )


def test_numpys_blas_goes_before_scipys(monkeypatch):
    threadpoolctl = pytest.importorskip("threadpoolctl")
    pool = {"user_api": "blas", "internal_api": "openblas", "num_threads": 2}
    scipys, numpys = (
        pool | {"filepath": "scipy.libs/x", "version": "1"},
        pool | {"filepath": "numpy.libs/x", "version": "2"},
    )
    openmp = pool | {"user_api": "openmp", "filepath": "x", "version": "3"}
    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: [openmp, scipys, numpys])
    assert environment.blas() == "openblas 2, threads: 2"
    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: [openmp])
    assert "does not know" in environment.blas()


def test_a_missing_package_comes_with_advice(monkeypatch, capsys):
    monkeypatch.setitem(environment.PACKAGES, "no-such-package", "no_such_package")
    environment.show()
    printed = capsys.readouterr().out
    assert "✗ no-such-package missing" in printed
    assert "run the set-up cell at the top again" in printed
    assert "Everything is up" not in printed


def test_a_kernel_that_runs_an_older_version_than_is_installed_is_told_to_restart(monkeypatch):
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99.0")
    found = by_name()["numpy"]
    assert found.advice == f"Restart the kernel: it runs numpy {np.__version__}, but 99.0 has been installed since."


def test_a_slow_matrix_product_and_a_read_only_folder_are_noticed(monkeypatch):
    monkeypatch.setattr(environment, "gflops", lambda: 0.01)
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    found = by_name()
    assert "very slow" in found["matrix product"].advice
    assert "read-only" in found["this folder"].advice


def test_the_speed_is_a_sensible_number():
    assert 0.01 < environment.gflops() < 1e5


def test_colab_is_recognised(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", object())
    assert environment.place() == "Google Colab"


def test_without_pytorch_only_lesson_07_is_named(monkeypatch):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    assert "lesson 07 alone" in by_name()["PyTorch"].found
    assert by_name()["PyTorch"].advice == ""
