"""Sequences of several lengths through whole networks: against PyTorch, and encoders and decoders that learn to reverse."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest

from core import project
from core.graph.shapes import infer
from core.optimizers.adam import Adam
from core.plan import parameters
from core.plan.plan import Plan, compile_plan

PADDING, START, END, LETTERS = 0, 1, 2, 4
VOCABULARY = 3 + LETTERS
BEFORE, AFTER = 4, 5  # steps of what is read, and of what is written: one more, for the end


def document(kind: str, units: int, attention: bool, **encoder):
    """Letters in, letters out, both filled up with padding; the states of the encoder are what the decoder begins with."""
    states = {"lstm": ["h", "c"]}.get(kind, ["h"])
    blocks = {
        "read": {"type": "input", "shape": [BEFORE]},
        "written": {"type": "input", "shape": [AFTER]},
        "letters": {"type": "embedding", "vocabulary": VOCABULARY, "width": 8, "padding": PADDING},
        "so-far": {"type": "embedding", "vocabulary": VOCABULARY, "width": 8, "padding": PADDING},
        "encoder": {"type": kind, "units": units, "returns": "sequence", "masked": True, "states": True, **encoder},
        "decoder": {"type": kind, "units": units * (2 if encoder else 1), "returns": "sequence", "masked": True, "states": True},
        "scores": {"type": "dense", "units": VOCABULARY},
        "out": {"type": "output", "masked": True},
    }  # fmt: skip
    wires = [
        "read > letters > encoder", "letters.mask > encoder.mask", "written > so-far > decoder",
        "so-far.mask > decoder.mask", *(f"encoder.{s} > decoder.{s}" for s in states),
        "scores > out", "so-far.mask > out.mask",
    ]  # fmt: skip
    if attention:
        blocks |= {"look": {"type": "attention", "masked": True}, "both": {"type": "concat"}}
        wires += ["decoder > look.q", "encoder > look.k", "encoder > look.v", "letters.mask > look.mask"]
        wires += ["decoder > both.a", "look > both.b", "both > scores"]
    else:
        wires += ["decoder > scores"]
    return project.loads(json.dumps({"neuroloom": 1, "blocks": blocks, "wires": wires}), "test")


def opened(net, batch, dtype, seed=0, train=True, weights=None):
    inference = infer(net)
    assert not inference.faults, [f.words.en for f in inference.faults]
    if weights is None:
        weights = parameters.allocate(parameters.declarations(net, inference), Adam(), dtype=dtype)
        parameters.start(weights, net, seed)
    return compile_plan(net, inference, weights, batch, train=train, measured=train, dtype=dtype), weights


def examples() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every word of 1 to 4 letters: read, written so far, and what comes next, (rows, steps)."""
    words = [word for length in range(1, BEFORE + 1) for word in product(range(3, VOCABULARY), repeat=length)]
    rows = [
        ([*word] + [PADDING] * (BEFORE - len(word)),
         [START, *word[::-1]] + [PADDING] * (BEFORE - len(word)),
         [*word[::-1], END] + [PADDING] * (BEFORE - len(word)))
        for word in words
    ]  # fmt: skip
    read, written, wanted = (np.array(column) for column in zip(*rows, strict=True))
    return read, written, wanted


def feed(plan: Plan, read, written, wanted=None) -> None:
    plan.buffers["read"].y[0][...], plan.buffers["written"].y[0][...] = read, written
    if wanted is not None:
        plan.buffers["out"].target[...] = wanted


def learnt(net, steps, batch=64, rate=0.01, seed=1):
    plan, weights = opened(net, batch, np.float32, seed)
    rng, data, rates = np.random.default_rng(seed), examples(), np.array([rate, 1.0])
    update = Adam().update(weights.flat, weights.flat_gradient, weights.slots, rates, weights.decaying)
    for step in range(steps):
        rows = rng.choice(len(data[0]), batch)
        feed(plan, *(column[rows] for column in data))
        plan.run()
        rates[:] = rate * (1 - step / steps), step + 1
        for call in update:
            call.run()
    return weights


def reversed_by(net, weights) -> float:
    """The share of all words that the network, reading what it has written itself, writes backwards to the end."""
    read, _, wanted = examples()
    plan, _ = opened(net, len(read), np.float32, train=False, weights=weights)
    written = np.full((len(read), AFTER), PADDING)
    written[:, 0] = START
    for step in range(AFTER):
        feed(plan, read, written)
        plan.run()
        said = plan.buffers["out"].y[0][:, step].argmax(-1)
        if step + 1 < AFTER:
            written[:, step + 1] = said
        else:
            last = said
    said = np.column_stack([written[:, 1:], last])
    return float(((said == wanted) | (wanted == PADDING)).all(1).mean())


@pytest.mark.parametrize(("kind", "attention"), [("gru", False), ("lstm", True)])
def test_an_encoder_and_a_decoder_learn_to_write_words_backwards(kind, attention):
    net = document(kind, 32, attention)
    assert reversed_by(net, learnt(net, 0)) < 0.05
    assert reversed_by(net, learnt(net, 300)) >= 0.95


@pytest.mark.torch
@pytest.mark.parametrize(("kind", "encoder"), [("gru", {}), ("lstm", {"bidirectional": True})])
def test_masks_from_end_to_end_agree_with_pytorchs_packed_sequences(kind, encoder):
    """Loss, accuracy and every gradient of an encoder, a decoder that looks at it, and an output that ignores padding."""
    torch = pytest.importorskip("torch", reason="PyTorch is the oracle")
    rng = np.random.default_rng(3)
    rows = rng.choice(len(examples()[0]), 12)
    read, written, wanted = (torch.tensor(column[rows]) for column in examples())
    plan, weights = opened(document(kind, 5, True, **encoder), 12, np.float64)
    weights.flat[...] = rng.normal(0, 0.4, weights.flat.shape)
    feed(plan, read.numpy(), written.numpy(), wanted.numpy())
    plan.run()
    w = {key: torch.tensor(array, requires_grad=True) for key, array in weights.w.items()}
    lengths = ((read != PADDING).sum(1), (written != PADDING).sum(1))
    layer = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[kind]

    def run(block, x, length, start, both):
        own = {name: array for (b, name), array in w.items() if b == block}
        flat = {}
        for ours, theirs in (("", "_l0"), ("_back", "_l0_reverse"))[: 1 + both]:
            b = own[f"b{ours}"]
            second = own.get(f"c{ours}", torch.zeros_like(b))
            flat |= {f"weight_ih{theirs}": own[f"W{ours}"].T, f"weight_hh{theirs}": own[f"U{ours}"].T}
            flat |= {f"bias_ih{theirs}": b, f"bias_hh{theirs}": second}
        units = own["U"].shape[0]
        peer = layer(x.shape[-1], units, batch_first=True, bidirectional=both, dtype=torch.float64)
        packed = torch.nn.utils.rnn.pack_padded_sequence(x, length, batch_first=True, enforce_sorted=False)
        out, end = torch.func.functional_call(peer, flat, (packed, start))
        y, _ = torch.nn.utils.rnn.pad_packed_sequence(out, batch_first=True, total_length=x.shape[1])
        ends = end if kind == "lstm" else (end,)
        joined = tuple(e.transpose(0, 1).flatten(1)[None] for e in ends)
        return y, joined if kind == "lstm" else joined[0]

    seen, told = run("encoder", w["letters", "W"][read], lengths[0], None, bool(encoder))
    states, _ = run("decoder", w["so-far", "W"][written], lengths[1], told, False)
    scores = (states @ seen.transpose(1, 2)) / seen.shape[-1] ** 0.5
    shares = scores.masked_fill((read == PADDING)[:, None], -torch.inf).softmax(-1)
    logits = torch.cat([states, shares @ seen], -1) @ w["scores", "W"] + w["scores", "b"]
    target = wanted.masked_fill(written == PADDING, -100)
    each = torch.nn.functional.cross_entropy(logits.transpose(1, 2), target, ignore_index=-100, reduction="none")
    loss = each.sum(1) / lengths[1]
    right = ((logits.argmax(-1) == wanted) & (written != PADDING)).sum(1) / lengths[1].double()
    loss.mean().backward()
    measures = plan.buffers["out"].measures
    np.testing.assert_allclose(measures[:, 0], loss.detach().numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(measures[:, 1], right.numpy(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(
        plan.buffers["look"].scratch["attention"][:, 0][written != PADDING],
        shares.detach()[written != PADDING],
        rtol=1e-9,
        atol=1e-9,
    )
    assert set(weights.dw) == set(w)
    for key, gradient in weights.dw.items():
        np.testing.assert_allclose(gradient, w[key].grad.numpy(), rtol=1e-9, atol=1e-9)


def test_padding_changes_nothing_of_what_attention_gathers_in_the_class_token():
    """The mask goes by way of the token, which makes it longer, to the attention: words alone, or filled up, are the same."""
    said, weights = [], None
    for time in (3, 6):
        blocks = {
            "words": {"type": "input", "shape": [time]},
            "vectors": {"type": "embedding", "vocabulary": VOCABULARY, "width": 4, "padding": PADDING},
            "token": {"type": "class_token", "masked": True},
            "look": {"type": "multi_head_attention", "heads": 2, "masked": True},
            "first": {"type": "slice", "axis": 1, "start": 0, "count": 1},
            "out": {"type": "output"},
        }
        wires = ["words > vectors > token > look > first > out", "vectors.mask > token.mask", "token.mask > look.mask"]
        net = project.loads(json.dumps({"neuroloom": 1, "blocks": blocks, "wires": wires}), "test")
        plan, weights = opened(net, 2, np.float64, train=False, weights=weights)
        plan.buffers["words"].y[0][...] = np.pad(
            [[3, 4, 5], [5, 3, 3]], ((0, 0), (0, time - 3)), constant_values=PADDING
        )
        plan.run()
        said.append(plan.buffers["first"].y[0].copy())
    np.testing.assert_allclose(said[1], said[0], rtol=1e-12)
