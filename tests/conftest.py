"""The order of all tests."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that execute whole lessons: at the end, one process would wait for the other."""
    items.sort(key=lambda item: "test_lessons.py" not in item.nodeid)
