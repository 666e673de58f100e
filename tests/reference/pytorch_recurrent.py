"""PyTorch's recurrent layers with a block's weights, over packed sequences: values and all gradients."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.blocks._base import Buffers
from core.blocks._recurrent import Recurrent
from tests.reference.pytorch import pytorch

WAYS = (("", ""), ("_reverse", "_back"))  # the ends of their names and of ours


def peer_of(block: Recurrent, b: Buffers) -> Any:
    """The gate order is the same: PyTorch only transposes, and has a second bias where ours has one."""
    torch = pytorch()
    kind = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[block.id]
    more = {"nonlinearity": block.activation} if block.id == "rnn" else {}
    peer = kind(
        b.x[0].shape[-1], block.units, batch_first=True, bidirectional=block.bidirectional, dtype=torch.float64, **more
    )
    with torch.no_grad():
        for theirs, ours in WAYS[: 1 + block.bidirectional]:
            second = b.w[f"c{ours}"] if f"c{ours}" in b.w else np.ones_like(b.w[f"b{ours}"])
            first = b.w[f"b{ours}"] if f"c{ours}" in b.w else b.w[f"b{ours}"] - second
            for name, array in (
                ("weight_ih", b.w[f"W{ours}"].T), ("weight_hh", b.w[f"U{ours}"].T), ("bias_ih", first), ("bias_hh", second)
            ):  # fmt: skip
                getattr(peer, f"{name}_l0{theirs}").copy_(torch.tensor(array))
    return peer


def agrees(block: Recurrent, b: Buffers, lengths: np.ndarray) -> None:
    """`b` has been through both directions, with dy = 0 at the steps that do not count."""
    torch = pytorch()
    peer, time, ports = peer_of(block, b), b.x[0].shape[1], dict(zip(block.input_ports(), range(4), strict=False))
    x = torch.tensor(b.x[0], requires_grad=True)
    given = [torch.tensor(b.x[ports[p]], requires_grad=True) for p in block.handed if p in ports]
    ways = [_ways(start, block.units) for start in given]
    packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    start = None if not ways else tuple(ways) if block.id == "lstm" else ways[0]
    out, end = peer(packed, start)
    whole, _ = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=time)
    last = [e.transpose(0, 1).flatten(1) for e in (end if block.id == "lstm" else (end,))]
    y = [whole if block.returns == "sequence" else last[0], *(last if block.states else ())]
    sum((ours * torch.tensor(dy)).sum() for ours, dy in zip(y, b.dy, strict=True)).backward()
    real = np.arange(time) < lengths[:, None]
    ours_first = b.y[0] * real[..., None] if block.returns == "sequence" else b.y[0]
    pairs = [(ours_first, y[0]), *zip(b.y[1:], y[1:], strict=True), (b.dx[0], x.grad)]
    pairs += [(b.dx[ports[p]], g.grad) for p, g in zip((p for p in block.handed if p in ports), given, strict=True)]
    for theirs, ours in WAYS[: 1 + block.bidirectional]:
        of = {
            name: getattr(peer, f"{name}_l0{theirs}").grad for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        }
        pairs += [(b.dw[f"W{ours}"].T, of["weight_ih"]), (b.dw[f"U{ours}"].T, of["weight_hh"])]
        pairs.append((b.dw[f"b{ours}"], of["bias_ih"]))
        if f"c{ours}" in b.dw:
            pairs.append((b.dw[f"c{ours}"], of["bias_hh"]))
    for mine, other in pairs:
        np.testing.assert_allclose(mine, other.detach().numpy(), rtol=1e-9, atol=1e-9)


def _ways(state: Any, units: int) -> Any:
    """(batch, ways × units) as PyTorch wants it: (ways, batch, units)."""
    return state.unflatten(1, (-1, units)).transpose(0, 1).contiguous()
