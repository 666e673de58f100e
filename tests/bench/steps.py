"""Training steps against PyTorch eager, paired in one run: `python -m tests.bench.steps [--net NAME] [--threads N] [--json]`.

Both train the same network from the same weights on the same rows; a row whose first five losses differ by more than 1e-3
is void. Ours, theirs, ours, theirs …; the ratio is that of the medians.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from typing import Any

import numpy as np

from core.training.session import Session
from tests.bench.nets import Net, nets

ROUNDS = 15
SECONDS = 0.25  # a round lasts about so long


def peak(threads: int) -> float:
    """GFLOP/s of NumPy's matrix product in this run, the best of several."""
    a = np.ones((1024, 1024), np.float32)
    best = 0.0
    for _ in range(20):
        begin = time.perf_counter()
        a @ a
        best = max(best, 2 * 1024**3 / (time.perf_counter() - begin) / 1e9)
    return best


class Theirs:
    """PyTorch's twin, with our first weights and our rows."""

    def __init__(self, net: Net, session: Session, threads: int) -> None:
        import torch

        torch.set_num_threads(threads)
        self.torch, self.net = torch, net
        self.module = net.twin(torch)
        layers = [m for m in self.module.modules() if next(m.parameters(recurse=False), None) is not None]
        ours: dict[str, dict[str, Any]] = {}
        for (block, key), w in session.parameters.w.items():
            ours.setdefault(block, {})[key] = w
        for own, layer in zip(ours.values(), layers, strict=True):
            given = {key: torch.tensor(np.array(w, order="C")) for key, w in net.given(own).items()}
            layer.load_state_dict(given)  # which refuses what is missing, unknown or of another shape
        kinds: dict[str, Any] = {
            "adam": lambda p: torch.optim.Adam(p, net.rate),
            "sgd": lambda p: torch.optim.SGD(p, net.rate, momentum=0.9),
        }
        self.optimizer = kinds[net.optimizer]([p for p in self.module.parameters() if p.requires_grad])
        x = net.data.inputs[0].array
        self.x = torch.tensor(np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim == 4 else x)
        if net.data.inputs[0].kind == "tokens":
            self.x = self.x.long()
        target = net.data.targets[0]
        regression = session.document.nodes[session.outputs[0]].block.target_kind == "numbers"
        autoencodes = session.document.nodes[session.outputs[0]].block.learns == "inputs"
        self.y = self.x if autoencodes else torch.tensor(target.array if regression else target.array.astype(np.int64))
        self.loss = torch.nn.functional.mse_loss if regression else torch.nn.functional.cross_entropy
        self.order, self.at = session.state.order.copy(), 0

    def run(self, steps: int) -> list[float]:
        """Train so many steps; the losses."""
        losses = []
        for _ in range(steps):
            if self.at + self.net.batch > len(self.order):
                self.at = 0
            rows = self.order[self.at : self.at + self.net.batch]
            self.at += self.net.batch
            out, wanted = self.module(self.x[rows]), self.y[rows]
            if wanted.dtype == self.torch.int64:  # one class a row, or one a step
                out, wanted = out.flatten(0, -2), wanted.flatten()
            loss = self.loss(out, wanted)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            losses.append(loss.item())
        return losses


def measure(net: Net, threads: int) -> dict[str, Any]:
    """One row of the table."""
    ours = Session(net.document, net.data, threads=threads)
    theirs = Theirs(net, ours, threads)
    ours.advance(steps=5)
    first = ours.losses(0)[1]
    agree = bool(np.allclose(first, theirs.run(5), rtol=1e-3, atol=1e-3))

    def lap(step: Any, steps: int) -> float:
        begin = time.perf_counter()
        step(steps)
        return (time.perf_counter() - begin) / steps * 1000

    def our_steps(steps: int) -> None:
        left = steps
        while left:
            room = (ours.rows - int(ours.state.cursor[0])) // net.batch
            ours.advance(steps=min(left, room))
            left -= min(left, room)

    lap(our_steps, 20)
    lap(theirs.run, 3)
    counts = [max(1, round(SECONDS * 1000 / lap(f, 5))) for f in (our_steps, theirs.run)]
    laps: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        laps[0].append(lap(our_steps, counts[0]))
        laps[1].append(lap(theirs.run, counts[1]))
    our_ms, their_ms = (statistics.median(x) for x in laps)
    ratios = sorted(b / a for a, b in zip(*laps, strict=True))
    gflops = ours._plan("train", net.batch).flops / our_ms / 1e6
    result = {
        "net": net.name, "ours_ms": round(our_ms, 4), "torch_ms": round(their_ms, 4), "ratio": round(their_ms / our_ms, 2),
        "spread": [round(ratios[1], 2), round(ratios[-2], 2)], "gflops": round(gflops, 1),
        "peak_share": round(gflops / peak(threads), 2), "losses_agree": agree,
    }  # fmt: skip
    ours.close()
    return result


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", default="", help="only nets whose name holds this")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for net in nets():
        if options.net.lower() not in net.name.lower():
            continue
        row = measure(net, options.threads)
        rows.append(row)
        if options.json:
            print(json.dumps(row), flush=True)
        else:
            low, high = row["spread"]
            print(
                f"{row['net']:<24}{row['ours_ms']:>10.3f} ms  PyTorch {row['torch_ms']:>9.3f} ms  ×{row['ratio']:<7.2f}"
                f"({low:.2f} … {high:.2f})  {row['gflops']:>7.1f} GFLOP/s  {row['peak_share']:>5.0%} of peak"
                f"{'' if row['losses_agree'] else '  VOID: losses differ'}",
                flush=True,
            )
    if rows and not options.json:
        print(f"geometric mean of the ratios: {statistics.geometric_mean(r['ratio'] for r in rows):.2f}")


if __name__ == "__main__":
    main()
