"""Echo: say again what you heard a few steps ago."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from core.data._base import SEQUENCE, Dataset, Field
from core.data._made import MadeSource, how_many
from core.errors import SettingError
from core.settings import setting
from core.words import Words


@dataclass(frozen=True, kw_only=True)
class Echo(MadeSource):
    """Random signs −1 and +1; the target at step t is the input at step t − delay, and 0 before there is one."""

    id: ClassVar[str] = "echo"
    title: ClassVar[Words] = Words("Echo", "回声")
    group: ClassVar[Words] = SEQUENCE
    help: ClassVar[Words] = Words(
        "A recurrent network must remember: at every step it repeats what it read `delay` steps before. The longer "
        "the delay, the plainer the vanishing gradient of a simple RNN, and the use of an LSTM or GRU.",
        "循环网络必须记忆：每一步都要重复 delay 步之前读到的值。延迟越长，简单 RNN 的梯度消失越明显，LSTM 或 GRU "
        "的用处也越清楚。",
    )

    samples: int = how_many(1000)
    steps: int = setting(20, Words("Steps", "步数"), Words("Length of a sequence.", "序列长度。"), ge=2, le=1000)
    delay: int = setting(
        3, Words("Delay", "延迟"), Words("How many steps later the echo comes.", "回声晚几步出现。"), ge=0, le=999
    )

    def check(self) -> None:
        """The echo must come before the sequence ends, and the rows must fit in memory."""
        if self.delay >= self.steps:
            expected = Words(f"less than the {self.steps} steps", f"小于步数 {self.steps}")
            raise SettingError(self.title, "delay", self.delay, expected)
        if self.samples * self.steps > 10_000_000:
            most = 10_000_000 // self.steps
            expected = Words(f"at most {most} with {self.steps} steps", f"步数为 {self.steps} 时不超过 {most}")
            raise SettingError(self.title, "samples", self.samples, expected)

    def load(self) -> Dataset:
        """Sequences (rows, steps, 1) and their echoes (rows, steps, 1)."""
        heard = self.random().choice(np.array([-1, 1], np.float32), (self.samples, self.steps, 1))
        echo = np.zeros_like(heard)
        echo[:, self.delay :] = heard[:, : self.steps - self.delay]
        return Dataset(
            (Field(Words("heard", "听到的"), "sequence", heard),),
            (Field(Words("echo", "回声"), "sequence", echo),),
        )
