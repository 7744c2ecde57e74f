"""Warm processes as a user's build starts them: they are what these tests are about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from warm_kernels import use_cold_kernels, use_warm_kernels


@pytest.fixture(scope="module", autouse=True)
def cold_kernels() -> Iterator[None]:
    use_cold_kernels()
    yield
    use_warm_kernels()
