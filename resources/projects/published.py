"""The large networks of the lecture's third part, as published: parameter for parameter those of torchvision."""

from __future__ import annotations

from typing import Any

from resources.projects.net import Net

# made pictures of the size that ImageNet's were cut to; the thousand scores have room for their classes
PICTURES: dict[str, Any] = {
    "source": "shapes",
    "samples": 256,
    "size": 224,
    "kinds": 10,
    "boxes": False,
    "normalise": "standard",
}
SGD: dict[str, Any] = {"type": "sgd", "learning_rate": 0.01, "momentum": 0.9}
INPUT: dict[str, Any] = {"shape": [224, 224, 3]}
RELU = "relu"


def _training(batch: int) -> dict[str, Any]:
    return {"optimizer": SGD, "epochs": 5, "batch_size": batch, "validation": 0.2}


def explicit(pads: int) -> dict[str, Any]:
    """Padding by so many pixels on every side."""
    return {"padding": "explicit", "pads": pads} if pads else {}


def alexnet() -> Net:
    """Krizhevsky, Sutskever & Hinton, 2012, in the one-tower form of Krizhevsky, 2014: 61,100,840 parameters."""
    net = Net(
        "AlexNet", "Krizhevsky et al., 2012 and 2014: 61,100,840 parameters. CPCPCCCPFFF.", PICTURES, _training(16)
    )
    x = net.add("picture", "input", **INPUT)
    layers = (
        (64, 11, 4, 2, True),
        (192, 5, 1, 2, True),
        (384, 3, 1, 1, False),
        (256, 3, 1, 1, False),
        (256, 3, 1, 1, True),
    )
    for i, (filters, size, stride, pads, pooled) in enumerate(layers, 1):
        conv = {"filters": filters, "kernel_size": size, "stride": stride, "start": "he", **explicit(pads)}
        x = net.chain(x, (f"conv{i}", "conv2d", conv), (f"relu{i}", RELU))
        if pooled:
            x = net.add(f"pool{i}", "max_pool2d", x, pool_size=3, stride=2)
    x = net.add("flat", "flatten", x)
    return _head(net, x, relu=6)


def _head(net: Net, x: str, *, relu: int) -> Net:
    """The classifier of AlexNet and VGG: 4096, 4096, 1000, with dropout."""
    for i in (1, 2):
        x = net.chain(
            x,
            (f"dense{i}", "dense", {"units": 4096, "start": "he"}),
            (f"relu{relu + i - 1}", RELU),
            (f"dropout{i}", "dropout", {"rate": 0.5}),
        )
    net.chain(x, ("scores", "dense", {"units": 1000}), ("label", "output"))
    return net


def vgg16() -> Net:
    """Simonyan & Zisserman, 2014, configuration D: 138,357,544 parameters."""
    note = "Simonyan & Zisserman, 2014, configuration D: 138,357,544 parameters, most of them in dense1."
    net = Net("VGG-16", note, PICTURES, _training(8))
    x, relu = net.add("picture", "input", **INPUT), 1
    for stage, (filters, convs) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
        for i in range(1, convs + 1):
            conv = {"filters": filters, "padding": "same", "start": "he"}
            x = net.chain(x, (f"conv{stage}-{i}", "conv2d", conv), (f"relu{relu}", RELU))
            relu += 1
        x = net.add(f"pool{stage}", "max_pool2d", x)
    x = net.add("flat", "flatten", x)
    return _head(net, x, relu=relu)


def conv_norm_relu(
    net: Net, name: str, x: str, filters: int, size: int, stride: int = 1, pads: int = 0, epsilon: float = 1e-5
) -> str:
    """Convolution without bias, batch norm, ReLU: a step of GoogLeNet and ResNet."""
    conv = {"filters": filters, "kernel_size": size, "stride": stride, "bias": False, "start": "he", **explicit(pads)}
    norm = {} if epsilon == 1e-5 else {"epsilon": epsilon}
    return net.chain(x, (name, "conv2d", conv), (f"{name}-norm", "batch_norm", norm), (f"{name}-relu", RELU))


def inception(
    net: Net, name: str, x: str, ones: int, threes: tuple[int, int], fives: tuple[int, int], pooled: int
) -> str:
    """Four ways side by side: 1×1; 1×1 then 3×3; 1×1 then another 3×3 in the place of the 5×5; pool then 1×1."""

    def step(part: str, source: str, filters: int, size: int = 1) -> str:
        return conv_norm_relu(net, f"{name}-{part}", source, filters, size, pads=size // 2, epsilon=0.001)

    a = step("1x1", x, ones)
    b = step("3x3", step("3x3-reduce", x, threes[0]), threes[1], 3)
    c = step("5x5", step("5x5-reduce", x, fives[0]), fives[1], 3)
    pool = net.add(f"{name}-pool", "max_pool2d", x, pool_size=3, stride=1, **explicit(1), ceil_mode=True)
    d = step("pool-proj", pool, pooled)
    return net.add(name, "concat", a, b, c, d, ports=4)


def googlenet() -> Net:
    """Szegedy et al., 2014, with batch norm: 6,624,904 parameters, and 6,379,984 in the two auxiliary heads."""
    note = (
        "Szegedy et al., 2014, with batch norm as in torchvision: 6,624,904 parameters without the auxiliary heads, "
        "which are there for training only. Their losses count 0.3."
    )
    net = Net("GoogLeNet", note, PICTURES, _training(16))
    pool = {"pool_size": 3, "stride": 2, "ceil_mode": True}
    x = net.add("picture", "input", **INPUT)
    x = net.add("pool1", "max_pool2d", conv_norm_relu(net, "conv1", x, 64, 7, 2, 3, 0.001), **pool)
    x = conv_norm_relu(net, "conv2", x, 64, 1, epsilon=0.001)
    x = net.add("pool2", "max_pool2d", conv_norm_relu(net, "conv3", x, 192, 3, 1, 1, 0.001), **pool)
    x = inception(net, "3a", x, 64, (96, 128), (16, 32), 32)
    x = inception(net, "3b", x, 128, (128, 192), (32, 96), 64)
    x = net.add("pool3", "max_pool2d", x, **pool)
    first = x = inception(net, "4a", x, 192, (96, 208), (16, 48), 64)
    x = inception(net, "4b", x, 160, (112, 224), (24, 64), 64)
    x = inception(net, "4c", x, 128, (128, 256), (24, 64), 64)
    second = x = inception(net, "4d", x, 112, (144, 288), (32, 64), 64)
    x = inception(net, "4e", x, 256, (160, 320), (32, 128), 128)
    x = net.add("pool4", "max_pool2d", x, ceil_mode=True)
    x = inception(net, "5a", x, 256, (160, 320), (32, 128), 128)
    x = inception(net, "5b", x, 384, (192, 384), (48, 128), 128)
    x = net.chain(x, ("average", "global_average_pool2d"), ("dropout", "dropout", {"rate": 0.2}))
    net.chain(x, ("scores", "dense", {"units": 1000}), ("label", "output"))
    for name, source in (("aux1", first), ("aux2", second)):
        x = net.add(f"{name}-average", "average_pool2d", source, pool_size=5, stride=3)
        x = conv_norm_relu(net, f"{name}-conv", x, 128, 1, epsilon=0.001)
        x = net.chain(
            x,
            (f"{name}-flat", "flatten"),
            (f"{name}-dense", "dense", {"units": 1024, "start": "he"}),
            (f"{name}-relu", RELU),
            (f"{name}-dropout", "dropout", {"rate": 0.7}),
            (f"{name}-scores", "dense", {"units": 1000}),
        )
        net.add(f"{name}-label", "output", x)
    return net


def bottleneck(net: Net, name: str, x: str, width: int, stride: int, *, projected: bool) -> str:
    """1×1, 3×3, 1×1 beside a shortcut, which is projected where the shape changes; the 3×3 strides (ResNet v1.5)."""
    y = conv_norm_relu(net, f"{name}-a", x, width, 1)
    y = conv_norm_relu(net, f"{name}-b", y, width, 3, stride, 1)
    return _residual(net, name, x, y, f"{name}-c", 4 * width, 1, stride, projected=projected)


def _residual(
    net: Net, name: str, x: str, y: str, last: str, filters: int, size: int, stride: int, *, projected: bool
) -> str:
    """The last convolution without ReLU, the shortcut, their sum, and ReLU."""
    conv = {"filters": filters, "bias": False, "start": "he"}
    y = net.chain(
        y, (last, "conv2d", {**conv, "kernel_size": size, **explicit(size // 2)}), (f"{last}-norm", "batch_norm")
    )
    if projected:
        short = {**conv, "kernel_size": 1, "stride": stride}
        x = net.chain(x, (f"{name}-short", "conv2d", short), (f"{name}-short-norm", "batch_norm"))
    return net.chain(net.add(name, "add", y, x), (f"{name}-relu", RELU))


def resnet50() -> Net:
    """He et al., 2015: 25,557,032 parameters."""
    net = Net(
        "ResNet-50",
        "He et al., 2015, the 3×3 strides as in torchvision: 25,557,032 parameters.",
        PICTURES,
        _training(8),
    )
    x = conv_norm_relu(net, "conv1", net.add("picture", "input", **INPUT), 64, 7, 2, 3)
    x = net.add("pool1", "max_pool2d", x, pool_size=3, stride=2, **explicit(1))
    for stage, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3)), 2):
        for i in range(blocks):
            stride = 2 if stage > 2 and i == 0 else 1
            x = bottleneck(net, f"res{stage}{'abcdef'[i]}", x, width, stride, projected=i == 0)
    net.chain(x, ("average", "global_average_pool2d"), ("scores", "dense", {"units": 1000}), ("label", "output"))
    return net


def twenty(net: Net, x: str, *, shortcuts: bool) -> str:
    """The twenty layers of the CIFAR experiments, up to the scores of ten classes, with or without shortcuts."""
    x = conv_norm_relu(net, "conv1", x, 16, 3, 1, 1)
    for stage, width in enumerate((16, 32, 64), 1):
        for i in range(3):
            name, stride = f"res{stage}{'abc'[i]}", 2 if stage > 1 and i == 0 else 1
            y = conv_norm_relu(net, f"{name}-a", x, width, 3, stride, 1)
            if shortcuts:
                x = _residual(net, name, x, y, f"{name}-b", width, 3, stride, projected=stride == 2)
            else:
                x = conv_norm_relu(net, f"{name}-b", y, width, 3, 1, 1)
    return net.chain(x, ("average", "global_average_pool2d"), ("scores", "dense", {"units": 10}))
