"""What leaves beside the weights: a README that says how every tensor is laid out, and a loader that needs no Neuroloom."""

from __future__ import annotations

from pathlib import Path

from core.blocks._base import Block
from core.exchange.files import write_whole
from core.training.session import Session

LAYOUTS = {
    "dense": "W (inputs, units), b (units,). PyTorch Linear: weight = W.T, bias = b.",
    "conv2d": "W (kernel height, kernel width, channels in, filters), b (filters,). "
    "PyTorch Conv2d: weight = W.transpose(3, 2, 0, 1), bias = b.",
    "batch_norm": "gamma, beta, mean, variance (channels,). PyTorch BatchNorm: weight, bias, running_mean, running_var.",
    "layer_norm": "gamma, beta (features,). PyTorch LayerNorm: weight, bias.",
    "embedding": "W (vocabulary, width). PyTorch Embedding: weight = W.",
    "lstm": "W (features, 4 units), U (units, 4 units), b (4 units); gates i, f, g, o. "
    "PyTorch LSTM: weight_ih = W.T, weight_hh = U.T, bias_ih = b, bias_hh = 0.",
}
LOADER = '''"""Read the weights beside this file: python load_weights.py. Needs NumPy, and safetensors for .safetensors files."""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
FILE = HERE / "{name}"


def load():
    """All tensors by name, as NumPy arrays."""
    if FILE.suffix == ".npz":
        with np.load(FILE, allow_pickle=False) as file:
            return {{key: file[key] for key in file.files if not key.startswith("__")}}
    from safetensors.numpy import load_file

    return load_file(FILE)


def for_pytorch(array):
    """A Dense or Conv2D weight in PyTorch's order: (units, inputs), (filters, channels, height, width)."""
    return np.ascontiguousarray(array.transpose(3, 2, 0, 1) if array.ndim == 4 else array.T if array.ndim == 2 else array)


if __name__ == "__main__":
    for key, array in load().items():
        print(f"{{key:<32}} {{array.shape}}")
'''


def write_companions(session: Session, weights: Path) -> None:
    """README and loader for a weights file, named after it, in the same folder."""
    lines = [
        f"# {session.document.title or weights.stem}: weights", "",
        f"`{weights.name}` holds the trained weights; `{_loader(weights).name}` reads them with NumPy alone.", "",
        "Arrays are float32. Pictures are (height, width, channels), channels last, so what a Flatten block hands to a Dense block is",
        "in the order height, width, channels; PyTorch flattens channels first: permute pictures before flattening.",
    ]  # fmt: skip
    for name, norm in session.norms.items():
        lines += ["", f"Normalise `{name}` first. {norm.describe().en}"]
    lines += ["", "| tensor | shape |", "|---|---|"]
    lines += [f"| `{b}.{n}` | {a.shape} |" for (b, n), a in session.parameters.w.items()]
    kinds = {b.id for v in session.document.nodes.values() if isinstance(b := v.block, Block)}
    lines += ["", *(f"- {kind}: {text}" for kind, text in LAYOUTS.items() if kind in kinds), ""]
    write_whole(weights.with_name(f"{weights.stem}.README.md"), lambda file: file.write("\n".join(lines).encode()))
    text = LOADER.format(name=weights.name)
    write_whole(_loader(weights), lambda file: file.write(text.encode()))


def _loader(weights: Path) -> Path:
    return weights.with_name(f"load_{''.join(c if c.isalnum() else '_' for c in weights.stem)}.py")
