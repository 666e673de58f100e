"""What blocks that go number by number through several inputs share: all inputs have one shape."""

from __future__ import annotations

from core.blocks._base import Shapes
from core.blocks._merge import listed
from core.errors import ShapeError
from core.words import Words


def one_shape(title: Words, ins: Shapes) -> Shapes:
    """Equal shapes -> that shape."""
    if len(set(ins)) > 1:
        raise ShapeError(
            Words(
                f"{title.en} needs inputs of one shape, and they are {listed(ins)}. Change a block before it so that "
                "they agree, for example by a Dense block or a 1×1 convolution.",
                f"{title.zh}要求所有输入形状相同，现在是 {listed(ins)}。请修改前面的模块使其一致，"
                "例如使用全连接层或 1×1 卷积。",
            ),
            ("conv2d", "dense"),
        )
    return (ins[0],)
