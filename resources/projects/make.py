"""`python -m resources.projects.make` writes the project files of networks that are drawn from Python; the program never runs it.

The short ones beside them, such as perceptron.loom, were written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from resources.projects import dense, pictures, published, sequences
from resources.projects.net import Net

HERE = Path(__file__).parent
PROJECTS: Mapping[str, Callable[[], Net]] = {
    "playground-8-8": dense.playground_8_8,
    "breast-cancer": dense.breast_cancer,
    "mlp": dense.mlp,
    "linear-autoencoder": dense.linear_autoencoder,
    "hinton-autoencoder": dense.hinton,
    "char-rnn-128": partial(
        sequences.characters, "rnn", "37,056 parameters, or 37,184 with the second bias of PyTorch"
    ),
    "char-lstm-128": partial(
        sequences.characters, "lstm", "111,168 parameters, or 111,680 with the second bias of PyTorch"
    ),
    "char-gru-128": partial(sequences.characters, "gru", "86,848 parameters"),
    "names": sequences.names,
    "sentiment": sequences.sentiment,
    "translation": partial(sequences.translation, attends=False),
    "translation-attention": partial(sequences.translation, attends=True),
    "captions": sequences.captions,
    "mini-gpt": sequences.mini_gpt,
    "mini-bert": sequences.mini_bert,
    "mini-vit": sequences.mini_vit,
    "keras-convnet": pictures.keras_convnet,
    "small-alexnet": pictures.small_alexnet,
    "small-vgg": pictures.small_vgg,
    "small-inception": pictures.small_inception,
    "resnet20": pictures.resnet20,
    "plain20": partial(pictures.resnet20, shortcuts=False),
    "unet": pictures.unet,
    "detector": pictures.detector,
    "navigation": pictures.navigation,
    "alexnet": published.alexnet,
    "vgg16": published.vgg16,
    "googlenet": published.googlenet,
    "resnet50": published.resnet50,
}


def main() -> None:
    """All of them."""
    for id, draw in PROJECTS.items():
        (HERE / f"{id}.loom").write_text(draw().text(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
