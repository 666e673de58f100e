"""The command line is a contract: scripts rely on its words, its keys, its files and its exit codes."""

from __future__ import annotations

import gzip
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.examples import examples
from core.project import save
from tests.networks import chain

ROOT = Path(__file__).parents[1]
TINY = {
    "neuroloom": 1,
    "data": {"source": "moons", "normalise": "standard"},
    "blocks": {
        "x": {"type": "input", "shape": 2},
        "hidden": {"type": "dense", "units": 8},
        "tanh": {"type": "tanh"},
        "score": {"type": "dense", "units": 2},
        "class": {"type": "output"},
    },
    "wires": ["x > hidden", "hidden > tanh", "tanh > score", "score > class"],
    "training": {"epochs": 2, "optimizer": {"type": "adam", "learning_rate": 0.01}},
}


@pytest.fixture
def cli(capsys):
    """Runs a command in this process: (exit code, stdout, stderr)."""

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(a) for a in arguments])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.fixture
def tiny(tmp_path) -> Path:
    """A small project on a path."""
    return project(tmp_path, "tiny")


def project(folder: Path, name: str, **changes: object) -> Path:
    path = folder / f"{name}.loom"
    path.write_text(json.dumps(TINY | changes), encoding="utf-8")
    return path


def lines(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines()]


def refused(result: tuple[int, str, str], *words: str) -> str:
    """The message of a command that must end with 2, one message and nothing else."""
    code, out, err = result
    assert (code, out) == (2, ""), err
    assert "Traceback" not in err
    for word in words:
        assert word in err, err
    return err


# examples and describe ------------------------------------------------------------------------------------------------


def test_examples_are_listed_with_id_title_and_task(cli):
    code, out, err = cli("examples", "--json")
    assert (code, err) == (0, "")
    listed = lines(out)
    assert [e["id"] for e in listed] == [e.id for e in examples()]
    assert all(set(e) == {"id", "title", "task"} and all(e.values()) for e in listed)
    assert all(e["id"] in cli("examples")[1] for e in listed)


def test_describing_imports_neither_what_compiles_nor_what_draws():
    code = """
import sys
from core.cli import main
main(["describe", "resnet50", "--json"])
print([name for name in ("numba", "networkx", "PySide6", "core.training.session") if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr.strip() == "[]"
    assert "25557032" in done.stdout


def test_composites_are_described_trained_and_exported_under_the_paths_of_their_blocks(cli, tmp_path):
    inside = {"x": {"type": "inlet"}, "dense": {"type": "dense"}, "tanh": {"type": "tanh"}, "y": {"type": "outlet"}}
    layer = {"blocks": inside, "wires": ["x > dense > tanh > y"], "settings": {"units": ["dense.units"]}}
    blocks = TINY["blocks"] | {"hidden": {"type": "composite", "definition": "layer", "units": 8, "repeat": 2}}
    path = project(tmp_path, "composite", definitions={"layer": layer}, blocks=blocks)
    code, out, _ = cli("describe", path, "--json")
    assert code == 0
    assert {r["name"]: r["parameters"] for r in lines(out) if r.get("parameters")} == {
        "hidden/1/dense": 24, "hidden/2/dense": 72, "score": 18, "total": 114,
    }  # fmt: skip
    weights = tmp_path / "w.safetensors"
    assert cli("train", path, "--weights", weights)[0] == 0
    code, out, _ = cli("evaluate", path, "--weights", weights, "--json")
    assert code == 0 and lines(out)[0]["loss"] < 1


def test_lenet_has_61706_parameters_block_by_block(cli):
    code, out, _ = cli("describe", "lenet5", "--json")
    *blocks, total = lines(out)
    assert code == 0
    assert total["event"] == "total"
    assert total["parameters"] == 61_706
    assert all(b["event"] == "block" for b in blocks)
    keys = {"event", "name", "type", "shape", "parameters", "multiply_adds", "bytes", "weight_bytes"}
    assert all(set(b) == keys for b in blocks)
    known = {b["name"]: b for b in blocks}
    # by hand: 25 · 1 · 6 + 6 weights, used at 28 × 28 places; 28 × 28 × 6 floats leave
    assert known["conv1"] | {"event": "block"} == {
        "event": "block", "name": "conv1", "type": "conv2d", "shape": [28, 28, 6], "parameters": 156,
        "multiply_adds": 28 * 28 * 25 * 6, "bytes": 4 * 28 * 28 * 6, "weight_bytes": 4 * 156,
    }  # fmt: skip
    for key in ("parameters", "multiply_adds", "bytes", "weight_bytes"):
        assert total[key] == sum(b[key] for b in blocks)
    table = cli("describe", "lenet5")[1]
    assert "61,706" in table
    assert "28×28×6" in table


def test_every_fault_is_printed_not_the_first_alone(cli, tmp_path):
    blocks = {
        "picture": {"type": "input", "shape": [8, 8, 1]},
        "conv": {"type": "conv2d", "kernel_size": 9},
        "lonely": {"type": "add"},
        "out": {"type": "output"},
    }
    path = project(tmp_path, "faulty", blocks=blocks, wires=["picture > conv", "conv > out"])
    err = refused(cli("describe", path), "conv", "lonely")
    code, out, same = cli("describe", path, "--json")
    faults = lines(out)
    assert code == 2
    assert len(faults) >= 2
    assert {"conv", "lonely"} <= {f["block"] for f in faults}
    assert all(f["event"] == "fault" and f["kind"] and f["message"] in err for f in faults)
    assert same == err


# train ----------------------------------------------------------------------------------------------------------------


def test_training_tells_each_epoch_and_ends_with_done(cli, tmp_path):
    weights = tmp_path / "w.safetensors"
    code, out, err = cli("train", "playground", "--epochs", 2, "--json", "--weights", weights)
    assert (code, err) == (0, "")
    *epochs, done = lines(out)
    assert [e["epoch"] for e in epochs] == [1, 2]
    wanted = {"event", "epoch", "loss", "accuracy", "val_loss", "val_accuracy", "seconds"}
    assert all(set(e) == wanted and e["event"] == "epoch" for e in epochs)
    assert epochs[1]["loss"] < epochs[0]["loss"]
    assert (done["event"], done["epochs"], done["weights"]) == ("done", 2, str(weights))
    assert weights.is_file()


def test_without_json_there_is_a_table_for_people(cli):
    code, out, err = cli("train", "playground", "--epochs", 3)
    assert (code, err) == (0, "")
    assert "val_loss" in out
    assert "3 epochs, 75 steps" in out
    assert "\r" not in out  # the bar is for terminals


@pytest.mark.parametrize("ending", ["safetensors", "npz"])
def test_same_seed_same_bytes_and_another_seed_others(cli, tmp_path, ending):
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        target = tmp_path / f"{name}.{ending}"
        assert cli("train", "playground", "--epochs", 2, "--seed", seed, "--weights", target)[0] == 0
    a, b, c = ((tmp_path / f"{n}.{ending}").read_bytes() for n in "abc")
    assert a == b
    assert a != c


def test_batch_size_and_learning_rate_take_effect(cli, tiny, tmp_path):
    (*_, wide) = lines(cli("train", tiny, "--epochs", 1, "--batch", 50, "--json")[1])
    (*_, narrow) = lines(cli("train", tiny, "--epochs", 1, "--batch", 10, "--json")[1])
    assert (wide["steps"], narrow["steps"]) == (8, 36)  # 360 rows, the last step with what is left
    losses = [lines(cli("train", tiny, "--learning-rate", r, "--json")[1])[1]["loss"] for r in (1e-6, 0.05)]
    assert losses[1] < 0.7 * losses[0]


@pytest.mark.parametrize(
    ("option", "value", "wanted"),
    [
        ("--batch", "0", "1"), ("--batch", "many", "many"), ("--epochs", "-3", "1"), ("--epochs", "1.5", "1.5"),
        ("--seed", "-1", "0"), ("--seed", "99999999999999", "2"), ("--learning-rate", "-1", "-1"),
        ("--learning-rate", "nan", "nan"), ("--learning-rate", "inf", "inf"), ("--learning-rate", "fast", "fast"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_in_one_line(cli, option, value, wanted):
    name = {"--batch": "batch", "--epochs": "epochs", "--seed": "seed", "--learning-rate": "learning"}[option]
    err = refused(cli("train", "playground", option, value), value, wanted)
    assert name in err.lower()
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("train",), ("describe", "no-such-project"), ("train", "playground", "--bogus"), ("evaluate", "playground"),
        ("train", "playground", "--data", "/no/such/place"), ("predict", "playground", "--weights", "/no/w.npz"),
        ("export", "playground", "--weights", "/no/w.npz", "out.npz"), ("trian", "playground"), ("--bogus",),
        ("export", "playground", "--weights", "/no/w.npz", "out.pt"), ("train", "/"),
    ],
)  # fmt: skip
def test_a_mistaken_command_ends_with_2_and_one_message(cli, arguments):
    err = refused(cli(*arguments))
    assert len(err.strip().splitlines()) == 1


def test_an_unknown_project_names_the_examples(cli):
    refused(cli("train", "lenet"), "'lenet'", "lenet5")


def test_a_project_that_is_no_json_or_nonsense_is_refused(cli, tmp_path):
    for name, content in (
        ("binary", os.urandom(200)), ("cut", json.dumps(TINY).encode()[:200]), ("list", b"[]"), ("empty", b""),
        ("deep", b"[" * 100_000), ("nan", b'{"neuroloom": NaN}'), ("future", b'{"neuroloom": 99}'),
    ):  # fmt: skip
        path = tmp_path / f"{name}.loom"
        path.write_bytes(content)
        refused(cli("train", path), str(path)[-20:])


def test_values_that_blow_up_name_block_and_step_and_write_nothing(cli, tmp_path):
    blocks = TINY["blocks"] | {"class": {"type": "output", "loss": "mean_squared_error"}}
    training = {"epochs": 50, "optimizer": {"type": "sgd", "learning_rate": 100.0}}
    path = project(tmp_path, "wild", blocks=blocks | {"tanh": {"type": "relu"}}, training=training)
    weights = tmp_path / "w.npz"
    code, _, err = cli("train", path, "--weights", weights)
    assert code == 2
    assert "step" in err
    assert "Lower the learning rate" in err
    assert not weights.exists()


# other data -----------------------------------------------------------------------------------------------------------


def two_clouds(rows: int = 120) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(0)
    labels = np.arange(rows) % 2
    return (random.normal(0, 0.4, (rows, 2)) + 2 * labels[:, None]).astype(np.float32), labels


def test_data_can_be_an_npz_or_a_csv(cli, tiny, tmp_path):
    x, y = two_clouds()
    np.savez(tmp_path / "made.npz", x=x, y=y)
    rows = [f"{a:.4f},{b:.4f},{'left' if c == 0 else 'right'}" for (a, b), c in zip(x, y, strict=True)]
    (tmp_path / "made.csv").write_text("\n".join(["width,height,side", *rows]) + "\n", encoding="utf-8")
    for name in ("made.npz", "made.csv"):
        code, out, err = cli("train", tiny, "--data", tmp_path / name, "--epochs", 20, "--json")
        assert (code, err) == (0, "")
        assert lines(out)[-2]["accuracy"] > 0.95


def test_data_can_be_a_folder_of_idx_files_packed_or_not(cli, tmp_path):
    random = np.random.default_rng(0)
    labels = np.arange(64, dtype=np.uint8) % 10
    pictures = random.integers(0, 40, (64, 8, 8), dtype=np.uint8)
    pictures[np.arange(64), labels % 8] = 255
    for part in ("train", "t10k"):
        images = struct.pack(">IIII", 0x803, 64, 8, 8) + pictures.tobytes()
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, 64) + labels.tobytes())
    code, out, err = cli("train", "mlp-digits", "--data", tmp_path, "--epochs", 1, "--json")
    assert (code, err) == (0, "")
    assert "test_loss" in lines(out)[-1]


def test_data_can_be_any_text(cli, tmp_path):
    (tmp_path / "song.txt").write_text("Row, row, row your boat, gently down the stream. " * 40, encoding="utf-8")
    code, out, err = cli("train", "char-lstm", "--data", tmp_path / "song.txt", "--epochs", 1, "--json")
    assert (code, err) == (0, "")
    assert "accuracy" in lines(out)[0]


def test_data_that_does_not_fit_the_network_says_both_shapes(cli, tmp_path):
    x, y = two_clouds()
    np.savez(tmp_path / "made.npz", x=x, y=y)
    refused(cli("train", "mlp-digits", "--data", tmp_path / "made.npz"), "(8, 8, 1)", "(2,)")


# weights --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def trained(cli, tiny, tmp_path):
    """(project, weights) of a short run."""
    weights = tmp_path / "w.safetensors"
    assert cli("train", tiny, "--weights", weights)[0] == 0
    return tiny, weights


def test_predictions_survive_every_file_format_bit_for_bit(cli, trained, tmp_path):
    tiny, weights = trained
    x = np.random.default_rng(1).normal(0, 1, (300, 2))
    np.save(tmp_path / "x.npy", x)
    npz, back = tmp_path / "w.npz", tmp_path / "back.safetensors"
    assert cli("export", tiny, "--weights", weights, npz)[0] == 0
    assert cli("export", tiny, "--weights", npz, back)[0] == 0
    results = []
    for file in (weights, npz, back):
        y = tmp_path / "y.npy"
        assert cli("predict", tiny, "--weights", file, "--input", tmp_path / "x.npy", "--output", y)[0] == 0
        results.append(np.load(y))
    first, *others = results
    assert (first.shape, first.dtype) == ((300, 2), np.float32)
    assert np.allclose(first.sum(1), 1, atol=1e-6)  # probabilities
    assert all(np.array_equal(first, y) for y in others)
    kept = np.load(npz, allow_pickle=False)
    assert {"hidden.W", "hidden.b", "score.W", "score.b"} <= set(kept.files)


def test_predict_takes_the_datas_own_units_and_normalises_as_in_training(cli, trained, tmp_path):
    from safetensors import safe_open

    tiny, weights = trained
    x = np.random.default_rng(2).uniform(-1, 2, (50, 2))
    np.save(tmp_path / "x.npy", x)
    assert (
        cli("predict", tiny, "--weights", weights, "--input", tmp_path / "x.npy", "--output", tmp_path / "y.npy")[0]
        == 0
    )
    with safe_open(weights, "numpy") as file:
        w = {k: file.get_tensor(k).astype(float) for k in file.keys()}  # noqa: SIM118
        head = json.loads(file.metadata()["normalisation"])["x"]
    from core.data import registry

    points = registry()["moons"]().load().inputs[0].array
    shift, scale = np.array(head["shift"]), np.array(head["scale"])
    assert np.allclose(shift, points.mean(0), atol=0.1)  # measured on the training part of these very points
    assert np.allclose(scale, 1 / points.std(0), rtol=0.1)
    z = np.tanh((x - shift) * scale @ w["hidden.W"] + w["hidden.b"]) @ w["score.W"] + w["score.b"]
    wanted = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    assert np.allclose(np.load(tmp_path / "y.npy"), wanted, atol=1e-5)


def test_evaluate_agrees_with_the_last_epoch_of_training(cli, tiny, tmp_path):
    weights = tmp_path / "w.npz"
    *_, last, _ = lines(cli("train", tiny, "--json", "--weights", weights)[1])
    code, out, _ = cli("evaluate", tiny, "--weights", weights, "--json")
    (measured,) = lines(out)
    assert code == 0
    assert (measured["event"], measured["part"]) == ("evaluated", "validation")
    assert (measured["loss"], measured["accuracy"]) == (last["val_loss"], last["val_accuracy"])


def test_weights_of_another_network_list_every_mismatch(cli, trained, tmp_path):
    _, weights = trained
    blocks = dict(TINY["blocks"]) | {"hidden": {"type": "dense", "units": 5}}
    blocks = {("other" if n == "score" else n): b for n, b in blocks.items()}
    wires = [w.replace("score", "other") for w in TINY["wires"]]
    path = project(tmp_path, "other", blocks=blocks, wires=wires)
    refused(
        cli("evaluate", path, "--weights", weights),
        "(2, 8)", "(2, 5)", "(8,)", "(5,)", "hidden.W", "hidden.b", "other.W", "other.b", "score.W", "score.b",
    )  # fmt: skip


@pytest.mark.parametrize("ending", ["safetensors", "npz"])
def test_damaged_weights_are_refused_without_a_traceback(cli, trained, tmp_path, ending):
    tiny, weights = trained
    whole = tmp_path / f"whole.{ending}"
    assert cli("export", tiny, "--weights", weights, whole)[0] == 0
    good, random = whole.read_bytes(), np.random.default_rng(0)
    damaged = [b"", good[: len(good) // 2], good[:-1], random.bytes(500), b"\xff" * 8 + good[8:], good[::-1]]
    for content in damaged:
        bad = tmp_path / f"bad.{ending}"
        bad.write_bytes(content)
        refused(cli("evaluate", tiny, "--weights", bad), "bad.")
    for at in random.integers(0, len(good), 40):
        flipped = bytearray(good)
        flipped[at] ^= 1 << int(random.integers(8))
        bad.write_bytes(flipped)
        code, _, err = cli("evaluate", tiny, "--weights", bad)
        assert code in {0, 2}, at  # a flipped bit of a mantissa is a number all the same
        assert "Traceback" not in err


def test_a_disk_that_fills_up_leaves_the_old_file_as_it_was(cli, trained, tmp_path):
    resource = pytest.importorskip("resource", reason="a limit on the size of files stands for the full disk")
    tiny, weights = trained
    old = tmp_path / "old.npz"
    old.write_bytes(b"what was there before")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, limits[1]))  # Python ignores the signal and gets EFBIG
    try:
        result = cli("export", tiny, "--weights", weights, old)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    refused(result, "old.npz", "untouched")
    assert old.read_bytes() == b"what was there before"
    assert {p.name for p in tmp_path.iterdir() if p.name.startswith((".", "old"))} == {"old.npz"}


def test_a_target_is_looked_at_before_training_not_after(cli, tiny, tmp_path):
    for target in (tmp_path / "no" / "w.npz", tmp_path / "w.pt", tmp_path / "folder.npz"):
        (tmp_path / "folder.npz").mkdir(exist_ok=True)
        refused(cli("train", tiny, "--weights", target), str(target))


def test_weights_begin_where_every_reader_of_the_format_expects_them(cli, trained):
    from safetensors.numpy import load_file

    content = trained[1].read_bytes()
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    assert size % 8 == 0
    assert header["__metadata__"]["program"].startswith("Neuroloom")
    assert len(header["__metadata__"]["document"]) >= 32
    for key, array in load_file(trained[1]).items():
        start, stop = (8 + size + n for n in header[key]["data_offsets"])
        assert np.array_equal(np.frombuffer(content[start:stop], "<f4").reshape(header[key]["shape"]), array)


@pytest.mark.parametrize("content", ["text", "objects", "scalar", "none", "wrong", "nan", "huge"])
def test_an_input_that_is_no_array_of_rows_is_refused(cli, trained, tmp_path, content):
    tiny, weights = trained
    path = tmp_path / "x.npy"
    if content == "text":
        path.write_text("1,2,3")
    else:
        made = {
            "objects": np.array([{}, 1]),
            "scalar": np.float32(3),
            "none": np.zeros((0, 2)),
            "wrong": np.zeros((4, 3)),
            "huge": np.full((4, 2), 1e300),
        }
        np.save(path, made.get(content, np.full((4, 2), np.nan)))
    target = tmp_path / "y.npy"
    refused(cli("predict", tiny, "--weights", weights, "--input", path, "--output", target))
    assert not target.exists()


def test_letters_that_the_vocabulary_lacks_are_refused_by_row(cli, tmp_path):
    weights, x, y = (tmp_path / name for name in ("w.npz", "x.npy", "y.npy"))
    assert cli("train", "attention-toy", "--epochs", 1, "--weights", weights)[0] == 0
    np.save(x, np.array([[0] * 8, [9] * 8, [10] * 8]))
    refused(cli("predict", "attention-toy", "--weights", weights, "--input", x, "--output", y), "row 2", "vocabulary")
    assert not y.exists()


@pytest.mark.parametrize("threads", ["two", "0", "-1", "1e3"])
def test_a_bad_number_of_threads_is_named(cli, monkeypatch, threads):
    monkeypatch.setenv("NEUROLOOM_THREADS", threads)
    refused(cli("train", "playground"), "NEUROLOOM_THREADS", threads)


def test_a_project_without_data_asks_for_some_before_anything_else(cli, tmp_path):
    path = tmp_path / "bare.loom"
    path.write_text(json.dumps({k: v for k, v in TINY.items() if k != "data"}))
    refused(cli("train", path), "--data PATH")


def test_a_network_with_two_inputs_says_so_to_predict(cli, tmp_path):
    blocks = {"x": {"type": "input", "shape": 2}, "z": {"type": "input", "shape": 2}, "both": {"type": "add"}}
    blocks |= {"score": TINY["blocks"]["score"], "class": {"type": "output"}}
    wires = ["x > both", "z > both.b", "both > score", "score > class"]
    path = tmp_path / "two.loom"
    path.write_text(json.dumps({"neuroloom": 1, "blocks": blocks, "wires": wires}))
    np.savez(tmp_path / "w.npz", **{"score.W": np.ones((2, 2), np.float32), "score.b": np.zeros(2, np.float32)})
    np.save(tmp_path / "x.npy", np.zeros((3, 2)))
    files = ("--input", tmp_path / "x.npy", "--output", tmp_path / "y.npy")
    refused(cli("predict", path, "--weights", tmp_path / "w.npz", *files), "2 Input blocks")


# the window -----------------------------------------------------------------------------------------------------------


def test_without_a_display_the_message_names_the_command_that_needs_none(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}}
    done = subprocess.run(
        [sys.executable, ROOT / "main.py"], capture_output=True, text=True, env=environment, cwd=tmp_path, check=False
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "no display" in done.stderr
    command = done.stderr.split("python main.py ")[1].split()
    assert command[:2] == ["train", "lenet5"]
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_program_answers_as_a_process_and_stands_a_closed_pipe(tmp_path):
    done = subprocess.run(
        f"{sys.executable} {ROOT / 'main.py'} examples | head -1", shell=True, capture_output=True, text=True, cwd=tmp_path,
        check=False,
    )  # fmt: skip
    assert done.stdout.startswith("perceptron")
    assert done.stderr == ""


# generate -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tales(tmp_path_factory) -> tuple[Path, Path]:
    """(project, weights) of a network that has learnt letters for a few steps."""
    folder = tmp_path_factory.mktemp("tales")
    document = chain(
        {"type": "input", "shape": [16]}, {"type": "embedding", "width": 8}, {"type": "gru", "units": 16, "returns": "sequence"},
        {"type": "dense"}, {"type": "output"}, data={"source": "own_text", "length": 16, "stride": 64}, epochs=1,
    )  # fmt: skip
    save(document, folder / "tales.loom")
    assert main(["train", str(folder / "tales.loom"), "--weights", str(folder / "w.safetensors")]) == 0
    return folder / "tales.loom", folder / "w.safetensors"


def test_generate_goes_on_from_the_prompt_and_the_same_seed_writes_the_same(cli, tales):
    path, weights = tales
    ask = ("generate", path, "--weights", weights, "--prompt", "The fox", "--length", 30, "--temperature", 1)
    code, out, _ = cli(*ask, "--seed", 3)
    assert code == 0
    assert out.startswith("The fox")
    assert len(out) == len("The fox") + 30 + 1
    assert cli(*ask, "--seed", 3)[1] == out != cli(*ask, "--seed", 4)[1]


def test_generate_refuses_what_it_cannot_do(cli, tales, trained):
    path, weights = tales
    refused(cli("generate", path, "--weights", weights, "--prompt", "狐狸"), "vocabulary", "狐")
    refused(cli("generate", path, "--weights", weights, "--temperature", 3), "--temperature", "from 0 to 2.0")
    refused(cli("generate", path, "--weights", weights, "--length", 0), "--length")
    refused(cli("generate", trained[0], "--weights", trained[1]), "cannot write")
