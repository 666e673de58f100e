"""Networks of Dense blocks alone."""

from __future__ import annotations

from typing import Any

from resources.projects.net import Net

FLAT_DIGITS: dict[str, Any] = {"source": "digits28", "normalise": "unit"}


def playground_8_8() -> Net:
    """The net of the benchmark that the Playground's own engine is measured with: 2-8-8-1, 105 parameters."""
    note = "2-8-8-1 with tanh: 105 parameters. Two classes in opposite quarters, as in the TensorFlow Playground."
    training = {
        "optimizer": {"type": "adam", "learning_rate": 0.003},
        "epochs": 60,
        "batch_size": 10,
        "validation": 0.5,
    }
    net = Net("Playground: xor", note, {"source": "xor", "labels": "signs"}, training)
    x = net.add("x", "input")
    for i in (1, 2):
        x = net.chain(x, (f"hidden{i}", "dense", {"units": 8}), (f"tanh{i}", "tanh"))
    net.chain(x, ("out", "dense", {"units": 1}), ("tanh3", "tanh"), ("label", "output", {"loss": "mean_squared_error"}))
    return net


def mlp() -> Net:
    """784-256-128-10: 235,146 parameters."""
    note = "784-256-128-10 with ReLU: 235,146 parameters. What convolutions are measured against."
    training = {"optimizer": {"type": "adam", "learning_rate": 0.001}, "epochs": 10, "batch_size": 64}
    net = Net("784-256-128-10", note, FLAT_DIGITS, training)
    x = net.chain(net.add("picture", "input", shape=[28, 28, 1]), ("flat", "flatten"))
    for i, units in enumerate((256, 128), 1):
        x = net.chain(x, (f"hidden{i}", "dense", {"units": units, "start": "he"}), (f"relu{i}", "relu"))
    net.chain(x, ("scores", "dense", {"units": 10}), ("digit", "output"))
    return net


def hinton() -> Net:
    """Hinton & Salakhutdinov, 2006: 784-1000-500-250-30 and back, 2,837,314 parameters."""
    note = (
        "Hinton & Salakhutdinov, 2006: digits through 30 numbers, 784-1000-500-250-30 and back: 2,837,314 parameters. "
        "They trained its sigmoids layer by layer first. With ReLU (Nair & Hinton, 2010) and a start made for it, Adam trains all "
        "at once, to a squared error of 9 for each picture; 30 principal components leave 14."
    )
    training = {"optimizer": {"type": "adam", "learning_rate": 0.001}, "epochs": 20, "batch_size": 128}
    net = Net("Deep autoencoder", note, FLAT_DIGITS, training)
    x = net.chain(net.add("picture", "input", shape=[28, 28, 1]), ("flat", "flatten"))
    for i, units in enumerate((1000, 500, 250), 1):
        x = net.chain(x, (f"encode{i}", "dense", {"units": units, "start": "he"}), (f"relu{i}", "relu"))
    x = net.add("code", "dense", x, units=30)
    for i, units in enumerate((250, 500, 1000), 1):
        x = net.chain(x, (f"decode{i}", "dense", {"units": units, "start": "he"}), (f"relu{3 + i}", "relu"))
    x = net.chain(x, ("decode4", "dense", {"units": 784}), ("sigmoid", "sigmoid"))
    net.add("drawn", "output", x, loss="mean_squared_error", learns="inputs")
    return net


def linear_autoencoder() -> Net:
    """Baldi & Hornik, 1989: without activations, what is found is what principal components find."""
    note = (
        "Baldi & Hornik, 1989: without activations an autoencoder can do no better than principal components, and gets "
        "there: its error is that of the first 10."
    )
    training = {"optimizer": {"type": "adam", "learning_rate": 0.003}, "epochs": 150, "batch_size": 64, "validation": 0}
    net = Net("Linear autoencoder", note, {"source": "digits8", "normalise": "unit"}, training)
    net.chain(
        net.add("picture", "input", shape=[8, 8, 1]), ("flat", "flatten"), ("code", "dense", {"units": 10}),
        ("decode", "dense", {"units": 64}), ("drawn", "output", {"loss": "mean_squared_error", "learns": "inputs"}),
    )  # fmt: skip
    return net


def breast_cancer() -> Net:
    """The lecture's screening: nine findings, benign or malignant."""
    note = "Wolberg's 699 samples: nine findings under the microscope predict benign or malignant, with a confidence."
    training = {
        "optimizer": {"type": "adam", "learning_rate": 0.003},
        "epochs": 20,
        "batch_size": 32,
        "validation": 0.3,
        "l2": 0.01,
    }
    net = Net("Breast cancer", note, {"source": "breast_cancer", "normalise": "standard"}, training)
    net.chain(
        net.add("findings", "input", shape=[9]), ("hidden", "dense", {"units": 16}), ("relu", "relu"),
        ("dropout", "dropout", {"rate": 0.2}), ("scores", "dense", {"units": 2}), ("diagnosis", "output"),
    )  # fmt: skip
    return net
