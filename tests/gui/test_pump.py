"""What the engine has drawn for the views reaches the window one answer a tick."""

from dataclasses import astuple

import numpy as np

from core.insight._base import Request
from gui.training.engine import Engine


class Box:
    """Always has a fresh answer."""

    def __init__(self, request):
        self.request = request

    def receive(self):
        return {"values": np.zeros(1)}, {"request": list(astuple(self.request)), "step": 1}


def test_every_view_has_its_turn_and_none_is_forgotten(qapp):
    engine, framed = Engine(), []
    requests = [Request("filters", name) for name in ("conv1", "conv2", "conv3")]
    engine._boxes = {request: Box(request) for request in requests}
    engine.framed.connect(lambda frame: framed.append(frame.request))
    for tick in range(6):
        engine._pump()
        assert len(framed) == tick + 1
    assert framed == 2 * requests
