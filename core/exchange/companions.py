"""What leaves beside the weights: a README that says how every array is laid out, and a loader that needs no Neuroloom."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from pathlib import Path

from core.blocks._base import Block, Shape
from core.data.normalisation import Normalisation
from core.errors import WeightsFileError
from core.exchange import loader
from core.graph.document import Document
from core.graph.shapes import Inference
from core.plan.parameters import declarations
from core.project.disk import write_whole
from core.words import Words

_BOTH_WAYS = Words(
    "Read both ways, the weights of the way back end in _back, and PyTorch's in _reverse.",
    "双向时，反向的权重名以 _back 结尾，PyTorch 的则以 _reverse 结尾。",
)
LAYOUTS: Mapping[str, Words] = {  # of the arrays of a block, by its id
    "dense": Words(
        "W (inputs, units), b (units,): y = x W + b. In PyTorch's Linear, weight is W transposed.",
        "W（输入数, 单元数），b（单元数,）：y = x W + b。PyTorch 的 Linear 中 weight 为 W 的转置。",
    ),
    "conv2d": Words(
        "W (kernel height, kernel width, channels, filters), b (filters,); with groups, the channels of one group. In "
        "PyTorch's Conv2d, weight is W.transpose(3, 2, 0, 1): (filters, channels, height, width).",
        "W（核高, 核宽, 通道数, 卷积核数），b（卷积核数,）；分组时为一组的通道数。PyTorch 的 Conv2d 中 weight 为 "
        "W.transpose(3, 2, 0, 1)：（卷积核数, 通道数, 高, 宽）。",
    ),
    "conv1d": Words(
        "W (kernel size, features, filters), b (filters,). In PyTorch's Conv1d, weight is W.transpose(2, 1, 0).",
        "W（核大小, 特征数, 卷积核数），b（卷积核数,）。PyTorch 的 Conv1d 中 weight 为 W.transpose(2, 1, 0)。",
    ),
    "conv_transpose2d": Words(
        "W (kernel height, kernel width, filters, channels), b (filters,). In PyTorch's ConvTranspose2d, weight is "
        "W.transpose(3, 2, 0, 1).",
        "W（核高, 核宽, 卷积核数, 通道数），b（卷积核数,）。PyTorch 的 ConvTranspose2d 中 weight 为 W.transpose(3, 2, 0, 1)。",
    ),
    "depthwise_conv2d": Words(
        "W (kernel height, kernel width, channels, filters per channel), b (channels · filters,). In PyTorch's Conv2d with "
        "as many groups as channels, weight is W.transpose(2, 3, 0, 1) as (channels · filters, 1, height, width).",
        "W（核高, 核宽, 通道数, 每通道卷积核数），b（通道数×卷积核数,）。PyTorch 的 Conv2d（分组数等于通道数）中 weight 为 "
        "W.transpose(2, 3, 0, 1) 变形为（通道数×卷积核数, 1, 高, 宽）。",
    ),
    "separable_conv2d": Words(
        "D (kernel height, kernel width, channels, filters per channel) as in a depthwise convolution without bias, then "
        "W (channels · filters per channel, filters) and b (filters,) as in one of 1×1.",
        "D（核高, 核宽, 通道数, 每通道卷积核数）即无偏置的深度卷积，W（通道数×每通道卷积核数, 卷积核数）与 b（卷积核数,）即 1×1 卷积。",
    ),
    "batch_norm": Words(
        "gamma, beta, mean, variance (channels,). In PyTorch's BatchNorm: weight, bias, running_mean, running_var. "
        "Compare epsilon.",
        "gamma、beta、mean、variance（通道数,）。PyTorch 的 BatchNorm 中依次为 weight、bias、running_mean、running_var。请核对 epsilon。",
    ),
    "layer_norm": Words(
        "gamma, beta (features,). In PyTorch's LayerNorm: weight, bias.",
        "gamma、beta（特征数,）。PyTorch 的 LayerNorm 中为 weight、bias。",
    ),
    "group_norm": Words(
        "gamma, beta (channels,). In PyTorch's GroupNorm: weight, bias.",
        "gamma、beta（通道数,）。PyTorch 的 GroupNorm 中为 weight、bias。",
    ),
    "prelu": Words(
        "alpha (channels,), or (1,) for all. In PyTorch's PReLU: weight.",
        "alpha（通道数,），共用时为 (1,)。PyTorch 的 PReLU 中为 weight。",
    ),
    "class_token": Words("token (width,), put before every sequence.", "token（宽度,），放在每个序列之前。"),
    "embedding": Words(
        "W (vocabulary, width), as in PyTorch's Embedding.", "W（词表大小, 宽度），与 PyTorch 的 Embedding 相同。"
    ),
    "positional_encoding": Words("P (time, width), added to the input.", "P（时间, 宽度），加到输入上。"),
    "lstm": Words(
        "W (features, 4 units), U (units, 4 units), b (4 units,), gates in the order i, f, g, o, as in PyTorch's LSTM: "
        "weight_ih_l0 is W transposed, weight_hh_l0 is U transposed, bias_ih_l0 is b, and bias_hh_l0 is 0. "
        + _BOTH_WAYS.en,
        "W（特征数, 4×单元数），U（单元数, 4×单元数），b（4×单元数,），门的顺序为 i、f、g、o，与 PyTorch 的 LSTM 相同："
        "weight_ih_l0 为 W 的转置，weight_hh_l0 为 U 的转置，bias_ih_l0 为 b，bias_hh_l0 为 0。" + _BOTH_WAYS.zh,
    ),
    "gru": Words(
        "W (features, 3 units), U (units, 3 units), b and c (3 units,), gates in the order r, z, n, as in PyTorch's GRU: "
        "weight_ih_l0 is W transposed, weight_hh_l0 is U transposed, bias_ih_l0 is b, and bias_hh_l0 is c. "
        + _BOTH_WAYS.en,
        "W（特征数, 3×单元数），U（单元数, 3×单元数），b 和 c（3×单元数,），门的顺序为 r、z、n，与 PyTorch 的 GRU 相同："
        "weight_ih_l0 为 W 的转置，weight_hh_l0 为 U 的转置，bias_ih_l0 为 b，bias_hh_l0 为 c。" + _BOTH_WAYS.zh,
    ),
    "rnn": Words(
        "W (features, units), U (units, units), b (units,): h = act(x W + h U + b). In PyTorch's RNN weight_ih_l0 is W "
        "transposed, weight_hh_l0 is U transposed, bias_ih_l0 is b, and bias_hh_l0 is 0. " + _BOTH_WAYS.en,
        "W（特征数, 单元数），U（单元数, 单元数），b（单元数,）：h = act(x W + h U + b)。PyTorch 的 RNN 中 weight_ih_l0 为 W 的转置，"
        "weight_hh_l0 为 U 的转置，bias_ih_l0 为 b，bias_hh_l0 为 0。" + _BOTH_WAYS.zh,
    ),
    "multi_head_attention": Words(
        "Wq, Wk, Wv, Wo (width, width) and their biases. In PyTorch's MultiheadAttention, in_proj_weight is the "
        "transposed Wq, Wk, Wv one under another, and out_proj.weight is Wo transposed.",
        "Wq、Wk、Wv、Wo（宽度, 宽度）及其偏置。PyTorch 的 MultiheadAttention 中 in_proj_weight 为转置后的 Wq、Wk、Wv "
        "依次纵向拼接，out_proj.weight 为 Wo 的转置。",
    ),
}


def write_companions(
    weights: Path, document: Document, inference: Inference, norms: Mapping[str, Normalisation]
) -> tuple[Path, Path]:
    """Write README and loader for a weights file into its folder, named after it. Raises WeightsFileError."""
    stem = weights.stem
    readme = weights.with_name(f"{stem}.README.md")
    script_path = weights.with_name(f"load_{re.sub(r'[^0-9A-Za-z_]', '_', stem)}.py")
    blocks = {name: document.nodes[name].block for name, _ in declarations(document, inference)}
    kinds = {name: block.id for name, block in blocks.items() if isinstance(block, Block)}
    pictures = {name: shape for name in kinds if (shape := picture_before(document, inference, name))}
    script = inspect.getsource(loader)
    for name, value in (("FILE", weights.name), ("KINDS", kinds), ("PICTURES", pictures)):
        before, _, rest = script.partition(f"\n{name}")
        declared, _, after = rest.partition("\n")
        script = f"{before}\n{name}{declared.partition(' =')[0]} = {value!r}\n{after}"
    text = _readme(weights.name, script_path.name, document, inference, norms, kinds)
    write_whole(readme, lambda file: file.write(text.encode()), WeightsFileError)
    write_whole(script_path, lambda file: file.write(script.encode()), WeightsFileError)
    return readme, script_path


def picture_before(document: Document, inference: Inference, name: str) -> Shape | None:
    """Shape (height, width, channels) of the picture that reaches a Dense block flattened; None for anything else.

    Its rows then lie in an order that PyTorch, whose channels come first, does not share.
    """
    block = document.nodes[name].block
    if not isinstance(block, Block) or block.id != "dense":
        return None
    while True:
        wires = document.incoming(name)
        if len(wires) != 1:
            return None
        name = wires[0].source
        block = document.nodes[name].block
        if not isinstance(block, Block) or not inference.ins.get(name):
            return None
        (shape, *_) = inference.ins[name]
        if block.view and len(shape) == 3 and len(inference.outs[name][0]) == 1:
            return shape if shape[-1] > 1 else None
        if block.group not in {"activation", "normalisation"} or len(shape) != 1:
            return None


def _readme(
    name: str,
    script: str,
    document: Document,
    inference: Inference,
    norms: Mapping[str, Normalisation],
    kinds: Mapping[str, str],
) -> str:
    title = document.title or name
    rows = [
        f"| `{block}.{weight}` | {'×'.join(map(str, declared.shape))} | {kinds.get(block, '')} |"
        for (block, weight), declared in declarations(document, inference).items()
    ]
    layouts = [(kind, LAYOUTS[kind]) for kind in dict.fromkeys(kinds.values()) if kind in LAYOUTS]
    prepared = [(f"`{block}`", norm.describe()) for block, norm in norms.items()]
    pictures = Words(
        "All numbers are float32. Pictures are (batch, height, width, channels), so Flatten gives height, width, channels; "
        "PyTorch's gives channels, height, width. The loader turns the rows of the Dense blocks behind it round.",
        "所有数均为 float32。图像为（批, 高, 宽, 通道），因此展平后的顺序为高、宽、通道；PyTorch 则为通道、高、宽。"
        "加载脚本会相应调整其后全连接层的行。",
    )
    reads = Words(
        f"`{name}` holds the trained weights. `{script}` reads it with NumPy alone; its `as_torch()` gives what PyTorch's "
        "`load_state_dict()` takes, for modules named as the blocks.",
        f"`{name}` 中是训练好的权重。`{script}` 只用 NumPy 即可读取；其中的 `as_torch()` 给出 PyTorch `load_state_dict()` "
        "所需的内容，模块名称与此处的模块相同。",
    )
    lines = [f"# {title}", "", "| key 键 | shape 形状 | block 模块 |", "|---|---|---|", *rows]
    for words in (reads, pictures):
        lines += ["", words.en, "", words.zh]
    for heading, said in (("Input 输入", prepared), ("Layout 布局", layouts)):
        if said:
            lines += ["", f"## {heading}", ""]
            lines += [line for label, words in said for line in (f"- {label}: {words.en}", f"  {words.zh}")]
    return "\n".join(lines) + "\n"
