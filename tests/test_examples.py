"""The bundled projects: each opens without faults and trains; the slow tests hold each to the figure it is there to show."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core import project
from core.cli import main
from core.data._words import END, PADDING, START, encoded
from core.data.road import Road
from core.examples import FOLDER, PARTS, PUBLISHED, examples
from core.graph.shapes import infer
from core.insight import registry as insights
from core.insight._base import Request
from core.training.events import EpochEnded
from core.training.session import Session
from resources.projects.make import PROJECTS
from tests.data.real import REAL, needs_real_data

IDS = [e.id for e in examples()]
BY_HAND = [id for id in IDS if id not in PROJECTS]
LARGE = [e.id for e in examples() if e.part == PUBLISHED]


@pytest.fixture
def session_of():
    """Opens a session on a bundled project, and closes it after the test."""
    opened = []

    def open_one(id: str, data: dict[str, object] | None = None, **training: object) -> Session:
        content = json.loads((FOLDER / f"{id}.loom").read_text(encoding="utf-8"))
        content["training"] |= training
        content["data"] |= data or {}
        opened.append(Session(project.loads(json.dumps(content), id)))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()


def learn(session: Session) -> list[EpochEnded]:
    return [event for event in session.run() if isinstance(event, EpochEnded)]


def test_the_list_and_the_folder_agree():
    assert sorted(IDS) == sorted(p.stem for p in FOLDER.glob("*.loom"))
    assert all(e.title.en and e.title.zh and e.task.en and e.task.zh for e in examples())
    assert [e.part for e in examples()] == sorted((e.part for e in examples()), key=PARTS.index)
    assert {e.part for e in examples()} == set(PARTS)


@pytest.mark.parametrize("id", IDS)
def test_it_opens_without_faults_and_describe_shows_every_block(id, capsys):
    document = project.load(FOLDER / f"{id}.loom")
    assert infer(document).faults == ()
    assert document.title
    assert document.data is not None
    assert main(["describe", id]) == 0
    table = capsys.readouterr().out
    assert all(name in table for name in document.nodes)


def step(session: Session) -> None:
    """One step of training moves the weights to finite numbers."""
    before = session.parameters.flat.copy()
    session.advance(steps=1)
    assert np.isfinite(session.losses(0)[1]).all()
    assert np.isfinite(session.parameters.flat).all()
    assert not np.array_equal(before, session.parameters.flat)


@pytest.mark.parametrize("id", [id for id in PROJECTS if id not in LARGE])
def test_a_drawn_network_takes_a_step_and_sees_rows_it_has_not_learnt(id, session_of):
    source = json.loads((FOLDER / f"{id}.loom").read_text(encoding="utf-8"))["data"]
    few = {"samples": 24} if source["source"] in {"shapes", "shape_pixels", "shape_captions", "road"} else {}
    session = session_of(id, few, batch_size=8)
    step(session)
    unseen = session.held_out or session.data.test or session.data
    assert np.isfinite(session.evaluate(unseen.take(slice(0, 8)), "unseen")["loss"])


@pytest.mark.slow
@pytest.mark.parametrize("id", LARGE)
def test_a_large_network_takes_a_step(id, session_of):
    step(session_of(id, {"samples": 8}, batch_size=2))


@pytest.mark.parametrize("id", BY_HAND)
def test_it_trains_for_an_epoch_and_the_loss_falls(id, session_of):
    session = session_of(id, epochs=1, batch_size=64)
    before = session.parameters.flat.copy()
    session.prepare(lambda done, total: None)
    held = session.train_data.take(np.arange(min(256, session.rows)))
    at_first = session.evaluate(held, "first rows")["loss"]
    (event,) = learn(session)
    assert np.isfinite(list(event.measures.values())).all()
    assert not np.array_equal(before, session.parameters.flat)
    assert session.evaluate(held, "first rows")["loss"] < at_first


# the figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_perceptron_starts_from_the_lecture_and_stays_a_line(session_of):
    session = session_of("perceptron")
    (y,) = session.predict(np.array([[-1.0, 2.0]]))
    assert y.item() == pytest.approx(1 / (1 + np.exp(6)), rel=1e-5)  # z = 1 − 3 − 4 = −6, by hand
    assert learn(session)[-1].measures["val_accuracy"] >= 0.95


@pytest.mark.slow
def test_pass_this_class_tells_most_students_right(session_of):
    assert learn(session_of("pass-this-class"))[-1].measures["val_accuracy"] >= 0.8


@pytest.mark.slow
def test_the_playground_circle_is_solved(session_of):
    last = learn(session_of("playground"))[-1].measures
    assert last["loss"] <= 0.01
    assert last["val_loss"] <= 0.015


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_the_spiral_is_solved(session_of, seed):
    assert learn(session_of("spiral", seed=seed))[-1].measures["val_accuracy"] >= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_dense_digits_reach_95_percent(session_of, seed):
    assert learn(session_of("mlp-digits", seed=seed))[-1].measures["val_accuracy"] >= 0.95


@pytest.mark.slow
def test_lenet_errs_on_no_more_than_2_5_percent_of_unseen_digits_within_10_epochs(session_of):
    session = session_of("lenet5")
    assert len(learn(session)) <= 10
    assert len(session.data.test) >= 1000
    assert 1 - session.evaluate(session.data.test, "test")["accuracy"] <= 0.025


@pytest.mark.slow
@needs_real_data
def test_lenet_errs_on_no_more_than_1_percent_of_mnist(session_of):
    session = session_of("lenet5", {"source": "idx", "path": str(REAL / "mnist")})
    learn(session)
    assert len(session.data.test) == 10_000
    assert 1 - session.evaluate(session.data.test, "test")["accuracy"] <= 0.01


@pytest.mark.slow
def test_the_linear_autoencoder_is_as_good_as_principal_components_and_not_better(session_of):
    session = session_of("linear-autoencoder")
    learn(session)
    x = session.train_data.inputs[0].array.reshape(-1, 64) / 255.0
    spectrum = np.linalg.svd(x - x.mean(0), compute_uv=False)
    best = (spectrum[10:] ** 2).sum() / x.size  # Eckart & Young, 1936: no linear code of 10 numbers errs less
    reached = session.evaluate(session.train_data, "train")["loss"]
    assert best * (1 - 1e-5) <= reached <= 1.01 * best


@pytest.mark.slow
def test_the_deep_autoencoder_draws_unseen_digits_better_than_30_principal_components(session_of):
    session = session_of("hinton-autoencoder")
    learn(session)
    seen, unseen = (d.inputs[0].array.reshape(-1, 784) / 255.0 for d in (session.train_data, session.data.test))
    away = unseen - seen.mean(0)
    components = np.linalg.svd(seen - seen.mean(0), full_matrices=False)[2][:30]
    of_components = np.mean((away - away @ components.T @ components) ** 2)
    assert session.evaluate(session.data.test, "test")["loss"] < 0.75 * of_components


@pytest.mark.slow
def test_breast_cancer_is_told_95_times_in_100(session_of):
    found = [learn(session_of("breast-cancer", seed=seed))[-1].measures["val_accuracy"] for seed in range(3)]
    assert np.mean(found) >= 0.95


@pytest.mark.slow
def test_the_playground_xor_is_solved(session_of):
    assert learn(session_of("playground-8-8"))[-1].measures["val_loss"] <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("id", ["sentiment", "mini-bert"])
def test_the_order_of_the_words_decides_what_is_praise(id, session_of):
    session = session_of(id)
    assert learn(session)[-1].measures["val_accuracy"] >= 0.98
    words = session.data.inputs[0].classes
    lecture = ["the food was good , not bad at all .", "the food was bad , not good at all ."]
    (share,) = session.predict(encoded([text.split() for text in lecture], words, 16))
    assert share.argmax(axis=1).tolist() == [1, 0]


def written(session: Session, first: np.ndarray) -> np.ndarray:
    """What an encoder and decoder write to these first inputs, word by word, each time the likeliest."""
    length = session.data.inputs[1].shape[0]
    before = np.zeros((len(first), length), np.int32)
    before[:, 0] = START
    for at in range(length):
        said = session.predict(first, before)[0][:, at].argmax(axis=-1)
        if at + 1 < length:
            before[:, at + 1] = said
    after = np.concatenate([before[:, 1:], said[:, None]], axis=1)
    ended = np.cumsum(after == END, axis=1) - (after == END) > 0
    return np.where(ended, PADDING, after)


@pytest.mark.slow
@pytest.mark.parametrize(("id", "share"), [("translation", 0.6), ("translation-attention", 0.95)])
def test_sentences_it_has_not_seen_are_translated_whole(id, share, session_of):
    session = session_of(id)
    learn(session)
    unseen = session.held_out.take(slice(0, 200))
    right = (written(session, unseen.inputs[0].array) == unseen.targets[0].array).all(axis=1)
    assert right.mean() >= share


@pytest.mark.slow
def test_pictures_are_described_as_they_are(session_of):
    session = session_of("captions")
    learn(session)
    unseen = session.held_out.take(slice(0, 200))
    right = (written(session, unseen.inputs[0].array) == unseen.targets[0].array).all(axis=1)
    assert right.mean() >= 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("id", "least"), [("small-inception", 0.8), ("small-vgg", 0.8), ("small-alexnet", 0.7), ("resnet20", 0.8)]
)
def test_small_nets_tell_ten_kinds_of_shapes(id, least, session_of):
    last = learn(session_of(id))[-1].measures
    assert last.get("val_shape_accuracy", last.get("val_accuracy")) >= least


@pytest.mark.slow
def test_shortcuts_help_twenty_layers_to_learn(session_of):
    with_them, without = (learn(session_of(id, epochs=3))[-1].measures["loss"] for id in ("resnet20", "plain20"))
    assert with_them < without


@pytest.mark.slow
def test_pixels_are_told_apart(session_of):
    last = learn(session_of("unet"))[-1].measures
    assert last["val_accuracy"] >= 0.96
    assert last["val_mean_iou"] >= 0.75


@pytest.mark.slow
def test_shapes_are_named_and_boxed(session_of):
    session = session_of("detector")
    assert learn(session)[-1].measures["val_class_accuracy"] >= 0.9
    unseen = session.held_out
    true, said = (b.astype(float) for b in (unseen.targets[1].array, session.predict(unseen.inputs[0].array)[1]))
    edges = [np.concatenate([b[:, :2] - b[:, 2:] / 2, b[:, :2] + b[:, 2:] / 2], axis=1) for b in (true, said)]
    shared = np.minimum(edges[0][:, 2:], edges[1][:, 2:]) - np.maximum(edges[0][:, :2], edges[1][:, :2])
    both = shared.clip(min=0).prod(axis=1)
    assert np.mean(both / (true[:, 2:].prod(axis=1) + said[:, 2:].prod(axis=1) - both)) >= 0.6


@pytest.mark.slow
def test_at_a_fork_without_a_route_the_distribution_has_two_peaks_and_with_one_a_single_one(session_of):
    session = session_of("navigation")
    learn(session)
    routed = {}
    for share in (0.0, 1.0):
        forks = Road(forks=1, routed=share, samples=200, seed=7).load()
        (y,) = session.predict(*(f.array for f in forks.inputs))
        weights, means, deviations = (y[:, at : at + 3] for at in (0, 3, 6))
        angles = np.linspace(-1.2, 1.2, 241)
        each = np.exp(-(((angles[:, None, None] - means) / deviations) ** 2) / 2) / deviations * weights
        density = each.sum(axis=2)
        peaks = (
            (density[1:-1] > density[:-2]) & (density[1:-1] > density[2:]) & (density[1:-1] > density.max(axis=0) / 5)
        )
        routed[share] = peaks.sum(axis=0)
    assert (routed[0.0] >= 2).mean() >= 0.7
    assert (routed[1.0] == 1).mean() >= 0.7


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_residual_net_reaches_97_percent(session_of, seed):
    assert learn(session_of("residual", seed=seed))[-1].measures["val_accuracy"] >= 0.97


@pytest.mark.slow
def test_the_autoencoder_draws_digits_it_has_not_seen_better_than_32_principal_components(session_of):
    session = session_of("autoencoder")
    learn(session)
    assert session.evaluate(session.data.test, "test")["loss"] <= 0.105
    seen, unseen = (d.inputs[0].array.reshape(-1, 784) / 255.0 for d in (session.train_data, session.data.test))
    mean = seen.mean(0)
    _, _, components = np.linalg.svd(seen - mean, full_matrices=False)
    best = components[:32]
    linear = mean + (unseen - mean) @ best.T @ best
    (drawn,) = session.predict(session.data.test.inputs[0].array)
    assert np.mean((drawn.reshape(-1, 784) - unseen) ** 2) < np.mean((linear - unseen) ** 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_the_lstm_says_again_what_it_heard(session_of, seed):
    session = session_of("lstm-echo", seed=seed)
    learn(session)
    heard = np.random.default_rng(5).choice([-1.0, 1.0], (200, 20, 1))
    (echo,) = session.predict(heard)
    assert np.array_equal(np.sign(echo[:, 3:]), heard[:, :-3])
    assert np.abs(echo[:, :3]).mean() < 0.1


@pytest.mark.slow
def test_the_next_character_is_guessed_four_times_in_five(session_of):
    session = session_of("char-lstm")
    learn(session)
    measures = session.evaluate(session.data.test, "test")
    letters = session.data.test.targets[0].array
    commonest = np.bincount(letters.reshape(-1)).max() / letters.size
    assert commonest < 0.25  # what guessing the space every time would reach
    assert measures["accuracy"] >= 0.8
    assert measures["loss"] <= 0.65


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_attention_reverses_and_its_heads_show_the_other_diagonal(session_of, seed):
    session = session_of("attention-toy", seed=seed)
    learn(session)
    letters = np.random.default_rng(5).integers(0, 10, (500, 8))
    (scores,) = session.predict(letters)
    assert (scores.argmax(-1) == letters[:, ::-1]).mean() >= 0.99
    look = insights()["attention"].look
    maps = np.mean([look(session, Request("attention", "attention", row))["attention"] for row in range(20)], axis=0)
    places = np.arange(8)
    both = maps.mean(0)
    assert both.shape == (8, 8)
    assert np.allclose(both.sum(1), 1, atol=1e-5)
    assert (both.argmax(1) == 7 - places).all()
    assert both[places, 7 - places].mean() > 0.5


def test_every_project_written_by_hand_is_short_enough_to_be_read():
    assert all(len(Path(FOLDER / f"{id}.loom").read_text(encoding="utf-8").splitlines()) <= 40 for id in BY_HAND)
