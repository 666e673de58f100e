"""How a network is trained: the settings of a run, beside the optimiser's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.settings import Settings, setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Training(Settings):
    """Settings of a training run."""

    title: ClassVar[Words] = Words("Training", "训练")

    epochs: int = setting(
        10, Words("Epochs", "轮数"), Words("How often the training data is gone through.", "训练数据被遍历的次数。"),
        ge=1, le=1_000_000,
    )  # fmt: skip
    batch_size: int = setting(
        32, Words("Batch size", "批大小"), Words("Rows per step of the optimiser.", "优化器每一步所用的样本数。"),
        ge=1, le=65536,
    )  # fmt: skip
    seed: int = setting(
        0, Words("Seed", "随机种子"),
        Words("Same seed, same file: the same result to the last bit.", "种子与文件相同，结果逐位相同。"),
        ge=0, le=2**31 - 1,
    )  # fmt: skip
    validation: float = setting(
        0.1, Words("Validation share", "验证集比例"),
        Words("Share of the rows that is kept aside to judge by.", "留出用于评判的样本比例。"), ge=0, le=0.9,
    )  # fmt: skip
    l1: float = setting(
        0.0, Words("L1", "L1 正则"),
        Words("Adds λ Σ|w| over weight matrices and filters to the loss.", "在损失中加上 λ Σ|w|（权重矩阵与卷积核）。"),
        ge=0, le=10, advanced=True,
    )  # fmt: skip
    l2: float = setting(
        0.0, Words("L2", "L2 正则"),
        Words("Adds λ Σw² over weight matrices and filters to the loss.", "在损失中加上 λ Σw²（权重矩阵与卷积核）。"),
        ge=0, le=10, advanced=True,
    )  # fmt: skip
    clip_norm: float | None = setting(
        None, Words("Clip gradient norm", "梯度范数裁剪"),
        Words("Shrinks the whole gradient to this length when it is longer.", "梯度总长度超过此值时按比例缩短。"),
        gt=0, le=1e6, advanced=True,
    )  # fmt: skip
    clip_value: float | None = setting(
        None, Words("Clip gradient values", "梯度值裁剪"),
        Words("Cuts every number of the gradient off at ± this.", "把梯度的每个数截断到 ± 此值之间。"),
        gt=0, le=1e6, advanced=True,
    )  # fmt: skip
    patience: int | None = setting(
        None, Words("Early stopping patience", "早停耐心"),
        Words(
            "Stops after this many epochs without a better validation loss, and keeps the best weights.",
            "验证损失连续这么多轮没有改善时停止，并保留最佳权重。",
        ),
        ge=1, le=10_000, advanced=True,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Learning(Settings):
    """How one block learns, where it is not like the others. Blocks without weights take no notice."""

    title: ClassVar[Words] = Words("Learning", "学习方式")

    frozen: bool = setting(
        False, Words("Frozen", "冻结"),
        Words("Keeps all weights of the block as they begin; what lies before it still learns.", "保持此模块的全部权重不变；它之前的模块仍会学习。"),
    )  # fmt: skip
    l1: float | None = setting(
        None, Words("Own L1", "单独的 L1"),
        Words("λ of L1 for this block in place of the one for all.", "此模块单独的 L1 系数 λ，代替全局设置。"),
        ge=0, le=10, advanced=True,
    )  # fmt: skip
    l2: float | None = setting(
        None, Words("Own L2", "单独的 L2"),
        Words("λ of L2 for this block in place of the one for all.", "此模块单独的 L2 系数 λ，代替全局设置。"),
        ge=0, le=10, advanced=True,
    )  # fmt: skip
