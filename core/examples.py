"""The bundled projects, in the order of the lecture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.words import Words, same

FOLDER = Path(__file__).parents[1] / "resources" / "projects"


@dataclass(frozen=True, slots=True)
class Example:
    """One bundled project. `task` says in a sentence what it learns and what there is to see."""

    id: str
    title: Words
    task: Words

    @property
    def path(self) -> Path:
        """Its file."""
        return FOLDER / f"{self.id}.loom"


@cache
def examples() -> tuple[Example, ...]:
    """All of them."""
    return (
        Example("perceptron", Words("Perceptron", "感知机"), Words("The lecture's neuron, w₀ = 1, w = (3, −2): a line in the plane.", "课上的神经元，w₀ = 1，w = (3, −2)：平面上的一条直线。")),
        Example("pass-this-class", Words("Will I pass this class?", "我能通过这门课吗？"), Words("Lectures attended and hours of work predict a yes or no.", "由听课次数和投入时间预测是否通过。")),
        Example("playground", Words("Playground: circle", "游乐场：圆"), Words("2-4-2-1 with tanh, as in the TensorFlow Playground.", "2-4-2-1 加 tanh，与 TensorFlow Playground 相同。")),
        Example("spiral", Words("Two spirals", "双螺旋"), Words("The hard one: a deeper net finds the winding border.", "难题：更深的网络找到弯曲的边界。")),
        Example("mlp-digits", Words("Digits, dense", "手写数字：全连接"), Words("8×8 handwritten digits with Dense blocks alone.", "只用全连接层识别 8×8 手写数字。")),
        Example("lenet5", same("LeNet-5"), Words("28×28 handwritten digits; watch the filters form.", "识别 28×28 手写数字，观察卷积核的形成。")),
        Example("residual", Words("Residual block", "残差块"), Words("Digits through a shortcut: Add brings the input back.", "带捷径的数字识别：加法模块把输入带回来。")),
        Example("autoencoder", Words("Autoencoder", "自编码器"), Words("Digits squeezed through 32 numbers and drawn again.", "把数字压缩成 32 个数再重新画出来。")),
        Example("lstm-echo", Words("LSTM echo", "LSTM 回声"), Words("Say again what was heard a few steps ago.", "复述几步之前听到的内容。")),
        Example("char-lstm", Words("Next character", "下一个字符"), Words("An LSTM reads a small text and guesses what comes next.", "LSTM 阅读一小段文本并猜测下一个字符。")),
        Example("attention-toy", Words("Attention reverses", "注意力：反转"), Words("Letters come out backwards, and the heat map shows how.", "字母倒序输出，热力图展示其原理。")),
    )  # fmt: skip
