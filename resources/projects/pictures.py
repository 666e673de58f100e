"""Networks of pictures that train on a laptop: small versions of the published ones, and what else pictures are good for."""

from __future__ import annotations

from typing import Any

from resources.projects.net import Net
from resources.projects.published import RELU, conv_norm_relu, inception, twenty

KINDS: dict[str, Any] = {"source": "shapes", "kinds": 10, "boxes": False, "normalise": "standard"}
DIGITS: dict[str, Any] = {"source": "digits28", "normalise": "unit"}
COOLING: dict[str, Any] = {"schedule": "cosine"}  # added to `training`: the steps grow smaller to the end
SMALL: dict[str, Any] = {"shape": [32, 32, 3]}


def _adam(rate: float, epochs: int, batch: int = 32) -> dict[str, Any]:
    return {
        "optimizer": {"type": "adam", "learning_rate": rate},
        "epochs": epochs,
        "batch_size": batch,
        "validation": 0.2,
    }


def _momentum(rate: float, epochs: int) -> dict[str, Any]:
    how = {"type": "sgd", "learning_rate": rate, "momentum": 0.9}
    return {"optimizer": how, "epochs": epochs, "batch_size": 32, "validation": 0.2}


def _conv(filters: int, size: int = 3, padding: str = "same") -> dict[str, Any]:
    return {"filters": filters, "kernel_size": size, "padding": padding, "start": "he"}


def keras_convnet() -> Net:
    """The convolutional network of Keras' MNIST example: 34,826 parameters."""
    note = "The network of Keras' MNIST example: 34,826 parameters, 99 % of MNIST's test digits after 15 epochs."
    net = Net("Keras convnet", note, DIGITS, _adam(0.001, 15, 128) | {"validation": 0.1})
    net.chain(
        net.add("picture", "input", shape=[28, 28, 1]),
        ("conv1", "conv2d", {"filters": 32, "kernel_size": 3}), ("relu1", RELU), ("pool1", "max_pool2d"),
        ("conv2", "conv2d", {"filters": 64, "kernel_size": 3}), ("relu2", RELU), ("pool2", "max_pool2d"),
        ("flat", "flatten"), ("dropout", "dropout", {"rate": 0.5}), ("scores", "dense", {"units": 10}), ("digit", "output"),
    )  # fmt: skip
    return net


def small_alexnet() -> Net:
    """AlexNet's pattern CPCPCCCPFFF for pictures of 32 pixels, with flips and shifts."""
    note = "CPCPCCCPFFF as in AlexNet, for small pictures; flips and shifts make every epoch's pictures new."
    net = Net("Small AlexNet", note, KINDS, _adam(0.0007, 20) | COOLING)
    x = net.chain(
        net.add("picture", "input", **SMALL),
        ("flip", "random_flip"), ("shift", "random_shift", {"distance": 3}),
    )  # fmt: skip
    for i, (filters, pooled) in enumerate(((24, True), (48, True), (64, False), (64, False), (48, True)), 1):
        x = net.chain(x, (f"conv{i}", "conv2d", _conv(filters, 5 if i == 1 else 3)), (f"relu{i}", RELU))
        if pooled:
            x = net.add(f"pool{i}", "max_pool2d", x)
    x = net.add("flat", "flatten", x)
    for i in (1, 2):
        x = net.chain(
            x,
            (f"dense{i}", "dense", {"units": 128, "start": "he"}),
            (f"relu{5 + i}", RELU),
            (f"dropout{i}", "dropout", {"rate": 0.2}),
        )
    net.chain(x, ("scores", "dense", {"units": 10}), ("shape", "output"))
    return net


def small_vgg() -> Net:
    """Two stages of two 3×3 convolutions: 2,360,138 parameters."""
    note = "Two stages of VGG: 2,360,138 parameters, most of them in dense1, as in VGG-16."
    net = Net("Small VGG", note, KINDS, _momentum(0.01, 5) | COOLING)
    x = net.add("picture", "input", **SMALL)
    for stage, filters in enumerate((64, 128), 1):
        for i in (1, 2):
            x = net.chain(x, (f"conv{stage}-{i}", "conv2d", _conv(filters)), (f"relu{stage}-{i}", RELU))
        x = net.add(f"pool{stage}", "max_pool2d", x)
    net.chain(
        x, ("flat", "flatten"), ("dense1", "dense", {"units": 256, "start": "he"}), ("relu3", RELU),
        ("scores", "dense", {"units": 10}), ("shape", "output"),
    )  # fmt: skip
    return net


def small_inception() -> Net:
    """Two Inception modules, and an auxiliary head after the first."""
    note = "Two Inception modules. The auxiliary head after the first sees to it that early layers learn too; its loss counts 0.3."
    net = Net("Small Inception net", note, KINDS, _adam(0.003, 8) | COOLING)
    x = net.add("pool1", "max_pool2d", conv_norm_relu(net, "conv1", net.add("picture", "input", **SMALL), 24, 3, 1, 1))
    early = x = inception(net, "inception1", x, 16, (16, 24), (8, 12), 12)
    x = inception(net, "inception2", net.add("pool2", "max_pool2d", x), 24, (24, 48), (12, 16), 16)
    net.chain(x, ("average", "global_average_pool2d"), ("scores", "dense", {"units": 10}), ("shape", "output"))
    net.chain(
        early, ("aux-average", "global_average_pool2d"), ("aux-scores", "dense", {"units": 10}),
        ("aux-shape", "output", {"weight": 0.3}),
    )  # fmt: skip
    return net


def resnet20(*, shortcuts: bool = True) -> Net:
    """The CIFAR network of He et al., 2015, with projections: 272,474 parameters; or the same layers without shortcuts."""
    title = "ResNet-20" if shortcuts else "Plain 20 layers"
    note = (
        "He et al., 2015, as for CIFAR: 272,474 parameters. Compare it with the plain one: only the shortcuts differ."
        if shortcuts
        else "ResNet-20 without its shortcuts: the same layers, trained in the same way, learn more slowly."
    )
    net = Net(title, note, KINDS, _momentum(0.05, 8) | COOLING)
    net.add("shape", "output", twenty(net, net.add("picture", "input", **SMALL), shortcuts=shortcuts))
    return net


def unet() -> Net:
    """Ronneberger, Fischer & Brox, 2015, in small: down twice, up twice, and a bridge at every size."""
    note = "Ronneberger et al., 2015, in small: what was lost on the way down comes back over the bridges. Every pixel gets a class."
    net = Net("U-Net", note, {"source": "shape_pixels", "normalise": "standard"}, _adam(0.004, 10, 16) | COOLING)

    def two(stage: str, x: str, filters: int) -> str:
        x = conv_norm_relu(net, f"{stage}-a", x, filters, 3, 1, 1)
        return conv_norm_relu(net, f"{stage}-b", x, filters, 3, 1, 1)

    fine = two("down1", net.add("picture", "input", **SMALL), 12)
    middle = two("down2", net.add("pool1", "max_pool2d", fine), 24)
    x = two("bottom", net.add("pool2", "max_pool2d", middle), 48)
    for stage, bridge, filters in (("up2", middle, 24), ("up1", fine, 12)):
        x = net.add(f"{stage}-grow", "conv_transpose2d", x, filters=filters, kernel_size=2, stride=2)
        x = two(stage, net.add(f"{stage}-join", "concat", x, bridge), filters)
    net.chain(
        x,
        ("scores", "conv2d", {"filters": 4, "kernel_size": 1}),
        ("pixels", "output", {"per_pixel": True, "all_metrics": True}),
    )
    return net


def detector() -> Net:
    """One trunk, two heads: which shape it is, and the box around it."""
    note = "One trunk and two losses: cross-entropy for the class, squared error for the box (x, y, width, height)."
    net = Net("Class and box", note, {"source": "shapes", "normalise": "standard"}, _adam(0.005, 16) | COOLING)
    x = net.add("picture", "input", **SMALL)
    for i, filters in enumerate((16, 32, 48), 1):
        x = net.add(f"pool{i}", "max_pool2d", conv_norm_relu(net, f"conv{i}", x, filters, 3, 1, 1))
    net.chain(x, ("average", "global_average_pool2d"), ("scores", "dense", {"units": 3}), ("class", "output"))
    net.chain(
        x, ("flat", "flatten"), ("dense", "dense", {"units": 96, "start": "he"}), ("norm", "batch_norm"), ("relu", RELU),
        ("edges", "dense", {"units": 4}), ("box", "output", {"loss": "mean_squared_error", "weight": 20}),
    )  # fmt: skip
    return net


def navigation() -> Net:
    """Camera and map in, a mixture of three Gaussians over the steering angle out (Amini et al., 2019)."""
    note = (
        "Amini et al., 2019: camera and map in, a distribution over the steering angle out, L = -log p(angle | camera, map). "
        "At a fork without a marked route it grows two peaks."
    )
    net = Net("Navigation", note, {"source": "road", "normalise": "standard"}, _adam(0.003, 12) | COOLING)
    ends = []
    for name, shape, filters in (("camera", [32, 32, 3], (12, 24)), ("map", [16, 16, 1], (12, 24))):
        x = net.add(name, "input", shape=shape)
        for i, f in enumerate(filters, 1):
            x = net.chain(
                x, (f"{name}-conv{i}", "conv2d", _conv(f)), (f"{name}-relu{i}", RELU), (f"{name}-pool{i}", "max_pool2d")
            )
        ends.append(
            net.chain(
                x, (f"{name}-flat", "flatten"), (f"{name}-dense", "dense", {"units": 48}), (f"{name}-relu3", RELU)
            )
        )
    x = net.add("both", "concat", *ends)
    net.chain(
        x, ("dense", "dense", {"units": 64}), ("relu", RELU), ("mixture", "dense", {"units": 9, "start": "zeros"}),
        ("angle", "output", {"loss": "mixture", "components": 3}),
    )  # fmt: skip
    # three parts that are alike would never part: they begin at left, ahead and right, for every picture
    net.content["blocks"]["mixture"]["weights"] = {"b": [0, 0, 0, -0.5, 0, 0.5, -1.5, -1.5, -1.5]}
    return net
