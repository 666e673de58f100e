"""What lies beside the weights: the README explains, and the loader, alone and without Neuroloom, feeds PyTorch."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys

import numpy as np
import pytest

from core import project
from core.errors import WeightsFileError
from core.exchange import take_home
from core.training.session import Session
from tests.networks import chain

END = {"type": "output", "loss": "mean_squared_error"}


@pytest.fixture
def session_of():
    """Opens a session with weights of chance on a document."""
    opened = []

    def open_one(document):
        session = Session(document, learns=False)
        opened.append(session)
        rng = np.random.default_rng(0)
        for (_, name), array in session.parameters.w.items():
            array[...] = rng.uniform(0.5, 2, array.shape) if name == "variance" else rng.normal(0, 0.5, array.shape)
        return session

    yield open_one
    for session in opened:
        session.close()


def loader_beside(path):
    return runpy.run_path(str(path.with_name(f"load_{path.stem}.py")))


@pytest.mark.parametrize("ending", [".safetensors", ".npz"])
def test_the_loader_runs_alone_and_lists_every_array(tmp_path, session_of, ending):
    session = session_of(chain({"type": "input", "shape": 3}, {"type": "dense", "units": 2}, END))
    path = tmp_path / f"my net 1{ending}"
    take_home.write(session, path)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == sorted(["load_my_net_1.py", "my net 1.README.md", path.name])
    run = subprocess.run(
        [sys.executable, "-I", tmp_path / "load_my_net_1.py"], check=True, capture_output=True, text=True
    )
    assert [line.split()[0] for line in run.stdout.splitlines()] == ["dense-1.W", "dense-1.b"]
    read = loader_beside(tmp_path / f"my_net_1{ending}")["load_weights"](path)
    assert {key: a.tobytes() for key, a in read.items()} == {
        f"{b}.{n}": a.tobytes() for (b, n), a in session.parameters.w.items()
    }


def test_the_readme_names_every_array_its_layout_and_the_normalisation_in_both_languages(tmp_path, session_of):
    document = chain(
        {"type": "input", "shape": [6, 6, 1]}, {"type": "conv2d", "filters": 2}, {"type": "flatten"}, {"type": "dense", "units": 4}, END
    )  # fmt: skip
    session = session_of(document)
    take_home.write(session, tmp_path / "net.npz")
    text = (tmp_path / "net.README.md").read_text(encoding="utf-8")
    assert "| `conv2d-1.W` | 3×3×1×2 | conv2d |" in text
    assert "| `dense-3.W` | 32×4 | dense |" in text
    assert "W.transpose(3, 2, 0, 1)" in text
    assert "全连接" in text
    assert "load_net.py" in text
    for block, norm in session.norms.items():
        assert f"`{block}`: {norm.describe().en}" in text


def test_weights_come_back_and_give_the_same_outputs_bit_for_bit(tmp_path, session_of):
    document = chain(
        {"type": "input", "shape": [5, 5, 2]},
        {"type": "conv2d"},
        {"type": "batch_norm"},
        {"type": "flatten"},
        {"type": "dense"},
        END,
    )
    session, x = session_of(document), np.random.default_rng(1).normal(size=(9, 5, 5, 2))
    (before,) = session.predict(x)
    for ending in take_home.weights.ENDINGS:
        path = tmp_path / f"net{ending}"
        take_home.write(session, path)
        for array in session.parameters.w.values():
            array.fill(1)
        assert not np.array_equal(session.predict(x)[0], before)
        take_home.bring_back(session, path)
        assert np.array_equal(session.predict(x)[0], before)
        head = take_home.weights.head(path)
        assert head["document"] == project.document_hash(document)
        assert head["program"].startswith("Neuroloom ")
        assert head["task"] == "regression"


# PyTorch as the reader ------------------------------------------------------------------------------------------------

IMAGE = {"type": "input", "shape": [7, 6, 2]}


def torch_cases(torch):
    """Blocks in a row, the same as PyTorch modules by name, and how PyTorch runs them."""
    nn = torch.nn
    picture = lambda x: x.permute(0, 3, 1, 2)
    mask = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
    return {
        "dense": (
            [{"type": "input", "shape": 3}, {"type": "dense", "units": 4}, {"type": "tanh"}, {"type": "dense", "units": 2, "bias": False}],
            {"dense-1": nn.Linear(3, 4), "dense-3": nn.Linear(4, 2, bias=False)},
            lambda net, x: net["dense-3"](net["dense-1"](x).tanh()),
        ),
        "pictures": (
            [IMAGE, {"type": "conv2d", "filters": 3}, {"type": "batch_norm"}, {"type": "relu"}, {"type": "flatten"},
             {"type": "sigmoid"}, {"type": "dense", "units": 4}, {"type": "dense", "units": 2}],
            {"conv2d-1": nn.Conv2d(2, 3, 3), "batch-norm-2": nn.BatchNorm2d(3), "dense-6": nn.Linear(60, 4), "dense-7": nn.Linear(4, 2)},
            lambda net, x: net["dense-7"](net["dense-6"](net["batch-norm-2"](net["conv2d-1"](picture(x))).relu().flatten(1).sigmoid())),
        ),
        "grouped": (
            [IMAGE, {"type": "conv2d", "filters": 4, "groups": 2}, {"type": "prelu"},
             {"type": "depthwise_conv2d", "kernel_size": 2, "multiplier": 2}, {"type": "group_norm", "groups": 4},
             {"type": "conv_transpose2d", "filters": 3, "kernel_size": [2, 3], "stride": 2}],
            {"conv2d-1": nn.Conv2d(2, 4, 3, groups=2), "prelu-2": nn.PReLU(4), "depthwise-conv2d-3": nn.Conv2d(4, 8, 2, groups=4),
             "group-norm-4": nn.GroupNorm(4, 8), "conv-transpose2d-5": nn.ConvTranspose2d(8, 3, (2, 3), 2)},
            lambda net, x: net["conv-transpose2d-5"](net["group-norm-4"](
                net["depthwise-conv2d-3"](net["prelu-2"](net["conv2d-1"](picture(x)))))).permute(0, 2, 3, 1),
        ),
        "sequences": (
            [{"type": "input", "shape": [7, 3]}, {"type": "conv1d", "filters": 4}, {"type": "prelu", "shared": True}],
            {"conv1d-1": nn.Conv1d(3, 4, 3), "prelu-2": nn.PReLU()},
            lambda net, x: net["prelu-2"](net["conv1d-1"](x.permute(0, 2, 1))).permute(0, 2, 1),
        ),
        "words": (
            [{"type": "input", "shape": 5}, {"type": "embedding", "vocabulary": 9, "width": 4}, {"type": "layer_norm"},
             {"type": "lstm", "units": 3, "returns": "sequence"}, {"type": "dense", "units": 2}],
            {"embedding-1": nn.Embedding(9, 4), "layer-norm-2": nn.LayerNorm(4), "lstm-3": nn.LSTM(4, 3, batch_first=True),
             "dense-4": nn.Linear(3, 2)},
            lambda net, x: net["dense-4"](net["lstm-3"](net["layer-norm-2"](net["embedding-1"](x.long())))[0]),
        ),
        "gru": (
            [{"type": "input", "shape": [5, 3]}, {"type": "gru", "units": 4, "bidirectional": True, "returns": "sequence"}, {"type": "gru", "units": 2}],
            {"gru-1": nn.GRU(3, 4, bidirectional=True, batch_first=True), "gru-2": nn.GRU(8, 2, batch_first=True)},
            lambda net, x: net["gru-2"](net["gru-1"](x)[0])[0][:, -1],
        ),
        "rnn": (
            [{"type": "input", "shape": [5, 3]}, {"type": "rnn", "units": 4, "activation": "relu", "bidirectional": True, "returns": "sequence"}],
            {"rnn-1": nn.RNN(3, 4, nonlinearity="relu", bidirectional=True, batch_first=True)},
            lambda net, x: net["rnn-1"](x)[0],
        ),
        "attention": (
            [{"type": "input", "shape": [5, 6]}, {"type": "multi_head_attention", "heads": 3, "causal": True}],
            {"multi-head-attention-1": nn.MultiheadAttention(6, 3, batch_first=True)},
            lambda net, x: net["multi-head-attention-1"](x, x, x, attn_mask=mask)[0],
        ),
    }  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("case", ["dense", "pictures", "grouped", "sequences", "words", "gru", "rnn", "attention"])
def test_pytorch_takes_what_the_loader_gives_and_agrees(tmp_path, session_of, case):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle here; it comes with the extra `oracle`")
    blocks, modules, run = torch_cases(torch)[case]
    session = session_of(chain(*blocks, END))
    take_home.write(session, tmp_path / "net.safetensors")
    net = torch.nn.ModuleDict(modules).eval()
    loader = loader_beside(tmp_path / "net.safetensors")
    net.load_state_dict({key: torch.from_numpy(array) for key, array in loader["as_torch"]().items()})  # strict
    (shape,) = session.inference.outs["input-0"]
    rng = np.random.default_rng(2)
    x = (
        rng.integers(0, 9, (11, *shape)).astype(np.float32)
        if case == "words"
        else rng.normal(size=(11, *shape)).astype(np.float32)
    )
    with torch.no_grad():
        theirs = run(net, torch.from_numpy(x)).numpy()
    (ours,) = session.predict(x)
    assert ours.std() > 0.01
    assert np.abs(theirs.reshape(ours.shape) - ours).max() < 1e-5


@pytest.mark.torch
def test_attention_to_a_context_of_another_width_is_read_too(tmp_path, session_of):
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle here; it comes with the extra `oracle`")
    text = (
        '{"neuroloom": 1, "blocks": {"x": {"type": "input", "shape": [5, 6]}, "c": {"type": "input", "shape": [4, 3]}, '
        '"look": {"type": "multi_head_attention", "heads": 2}, "y": {"type": "output", "loss": "mean_squared_error"}}, '
        '"wires": ["x > look > y", "c > look.context"]}'
    )
    session = session_of(project.loads(text, "test"))
    take_home.write(session, tmp_path / "net.npz")
    net = torch.nn.ModuleDict({"look": torch.nn.MultiheadAttention(6, 2, batch_first=True, kdim=3, vdim=3)})
    state = loader_beside(tmp_path / "net.npz")["as_torch"]()
    net.load_state_dict({key: torch.from_numpy(array) for key, array in state.items()})
    x, c = (np.random.default_rng(3).normal(size=(7, *shape)).astype(np.float32) for shape in ((5, 6), (4, 3)))
    with torch.no_grad():
        theirs = net["look"](torch.from_numpy(x), torch.from_numpy(c), torch.from_numpy(c))[0].numpy()
    assert np.abs(theirs - session.predict(x, c)[0]).max() < 1e-5


@pytest.mark.parametrize(
    ("normalisation", "said"),
    [
        ("[1", "no JSON object"), ("[]", "no JSON object"), ('{"picture": 3}', "a rule, a shift and a scale"),
        ('{"picture": {"rule": "unit", "shift": [0], "scale": [0]}}', "never 0"),
    ],
)  # fmt: skip
def test_a_normalisation_that_cannot_be_read_is_told_in_both_languages(tmp_path, normalisation, said):
    path = tmp_path / "net.npz"
    take_home.weights.save(path, {("a", "W"): np.zeros(2, np.float32)}, {"normalisation": normalisation})
    with pytest.raises(WeightsFileError, match=said) as caught:
        take_home.normalisations(path)
    assert "归一化信息无法读取" in caught.value.say("zh")
    assert not re.search(r"[a-z]{3,} [a-z]{3,}", caught.value.say("zh")), "no English sentence in the Chinese one"
