"""Sessions of small networks on small data, opened once and closed at the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.insight import registry
from core.insight._base import Array, Request
from core.training.session import Session
from tests.networks import DIGITS8, DIGITS28, LENET, MLP, chain

SIGNS = {"labels": "signs"}
TANH_NET = (
    {"type": "input", "shape": [2]}, {"type": "dense", "units": 5}, {"type": "tanh"},
    {"type": "dense", "units": 1}, {"type": "tanh"}, {"type": "output", "loss": "half_squared_error"},
)  # fmt: skip


def look(session: Session, insight: str, block: str = "", sample: int = 0, channel: int = -1) -> dict[str, Array]:
    return registry()[insight].look(session, Request(insight, block, sample, channel))


def opened(*blocks: dict, data: dict, steps: int = 3, **training) -> Session:
    session = Session(chain(*blocks, data=data, **training), threads=1)
    session.advance(steps=steps)
    return session


@pytest.fixture(scope="module")
def lenet() -> Iterator[Session]:
    session = opened(*LENET, data=DIGITS28)
    yield session
    session.close()


@pytest.fixture(scope="module")
def digits() -> Iterator[Session]:
    session = opened(*MLP, data=DIGITS8, steps=40)
    yield session
    session.close()


@pytest.fixture(scope="module")
def circle() -> Iterator[Session]:
    session = opened(*TANH_NET, data={"source": "circle", **SIGNS}, steps=30)
    yield session
    session.close()
