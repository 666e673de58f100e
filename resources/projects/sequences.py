"""Networks that read and write sequences: recurrent ones, encoders and decoders, and transformers."""

from __future__ import annotations

from typing import Any

from resources.projects.net import Net

TALES: dict[str, Any] = {"source": "own_text", "stride": 32}
PADDED: dict[str, Any] = {
    "padding": 0
}  # of Embedding: the token that stands for nothing, and the port `mask` that says where


def _adam(rate: float, epochs: int, batch: int = 32, validation: float = 0.2) -> dict[str, Any]:
    how = {"type": "adam", "learning_rate": rate}
    return {"optimizer": how, "epochs": epochs, "batch_size": batch, "validation": validation}


def characters(kind: str, parameters: str) -> Net:
    """Embedding 64, a memory of 128 units, 64 steps, 64 symbols."""
    names = {"rnn": "RNN", "lstm": "LSTM", "gru": "GRU"}
    note = (
        f"Embedding 64, {names[kind]} of 128 units, 64 steps: {parameters}. The same with another memory: compare them."
    )
    net = Net(f"Characters: {names[kind]}", note, TALES, _adam(0.003, 12, validation=0))
    net.chain(
        net.add("text", "input", shape=[64]),
        ("letters", "embedding", {"vocabulary": 64, "width": 64}),
        ("memory", kind, {"units": 128, "returns": "sequence"}),
        ("scores", "dense", {"units": 64}),
        ("next", "output"),
    )
    return net


def names() -> Net:
    """Letter by letter, with the padding masked."""
    note = "Names of different lengths: padding is masked, so it is neither learnt nor counted. Begin with <start> and invent one."
    net = Net("Names", note, {"source": "made_names"}, _adam(0.005, 15))
    letters = net.add("letters", "embedding", net.add("name", "input", shape=[14]), vocabulary=26, width=16, **PADDED)
    memory = net.add("memory", "gru", letters, units=64, returns="sequence")
    scores = net.add("scores", "dense", memory, units=26)
    net.add("next", "output", scores, f"{letters}.mask", masked=True)
    return net


def sentiment() -> Net:
    """Many to one: Embedding, LSTM, Dense."""
    note = 'Many to one. Ask it about "the food was good , not bad at all ." and "the food was bad , not good at all ."'
    net = Net("Praise or blame", note, {"source": "sentiment"}, _adam(0.005, 6))
    words = net.add("words", "embedding", net.add("sentence", "input", shape=[16]), vocabulary=48, width=16, **PADDED)
    memory = net.add("memory", "lstm", words, f"{words}.mask", units=32, masked=True)
    net.chain(memory, ("scores", "dense", {"units": 2}), ("judgement", "output"))
    return net


def translation(*, attends: bool) -> Net:
    """An encoder's last state begins the decoder; with attention the decoder also looks back at every word."""
    title = "Translation with attention" if attends else "Translation"
    note = (
        "The decoder asks the encoder's words what it needs next (Bahdanau et al., 2014; here scaled dot products). The heat map shows which."
        if attends
        else "Sutskever et al., 2014: the whole sentence must pass through one vector, the encoder's last state."
    )
    net = Net(title, note, {"source": "translation"}, _adam(0.004, 12, 64))
    english = net.add("english", "input", shape=[10])
    chinese = net.add("chinese", "input", shape=[17])
    words = net.add("words", "embedding", english, vocabulary=68, width=32, **PADDED)
    signs = net.add("signs", "embedding", chinese, vocabulary=65, width=32, **PADDED)
    encoder = net.add("encoder", "gru", words, f"{words}.mask", units=96, returns="sequence", masked=True, states=True)
    x = net.add("decoder", "gru", signs, f"{encoder}.h", units=96, returns="sequence", states=True)
    if attends:
        asked = net.add("attention", "attention", x, encoder, encoder, f"{words}.mask", masked=True)
        x = net.chain(net.add("both", "concat", x, asked), ("mix", "dense", {"units": 96}), ("tanh", "tanh"))
    scores = net.add("scores", "dense", x, units=65)
    net.add("next", "output", scores, f"{signs}.mask", masked=True)
    return net


def captions() -> Net:
    """One to many: a picture begins the state, words follow."""
    note = "One to many (Vinyals et al., 2014): what convolutions see becomes the first state of a GRU that writes the caption."
    net = Net("Image captions", note, {"source": "shape_captions", "normalise": "standard"}, _adam(0.003, 15))
    x = net.add("picture", "input", shape=[32, 32, 3])
    so_far = net.add("caption", "input", shape=[9])
    for i, filters in enumerate((16, 32, 48), 1):
        conv = {"filters": filters, "padding": "same", "start": "he"}
        x = net.chain(
            x,
            (f"conv{i}", "conv2d", conv),
            (f"norm{i}", "batch_norm"),
            (f"relu{i}", "relu"),
            (f"pool{i}", "max_pool2d"),
        )
    seen = net.chain(x, ("flat", "flatten"), ("seen", "dense", {"units": 96}), ("tanh", "tanh"))
    words = net.add("words", "embedding", so_far, vocabulary=18, width=16, **PADDED)
    memory = net.add("memory", "gru", words, seen, units=96, returns="sequence", states=True)
    scores = net.add("scores", "dense", memory, units=18)
    net.add("next", "output", scores, f"{words}.mask", masked=True)
    return net


def encoder(
    net: Net,
    name: str,
    x: str,
    mask: str | None = None,
    *,
    width: int,
    heads: int,
    causal: bool = False,
    widened: int = 4,
) -> str:
    """A transformer block with the norm before (Xiong et al., 2020): attention, then two Dense blocks with GELU, each with a shortcut."""
    how: dict[str, Any] = {"heads": heads} | ({"causal": True} if causal else {}) | ({"masked": True} if mask else {})
    normed = net.add(f"{name}-norm1", "layer_norm", x)
    ports: list[str | None] = [normed] if mask is None else [normed, None, mask]
    x = net.add(f"{name}-add1", "add", x, net.add(f"{name}-attention", "multi_head_attention", *ports, **how))
    y = net.chain(
        x,
        (f"{name}-norm2", "layer_norm"),
        (f"{name}-widen", "dense", {"units": widened * width}),
        (f"{name}-gelu", "gelu"),
        (f"{name}-narrow", "dense", {"units": width}),
    )
    return net.add(f"{name}-add2", "add", x, y)


def mini_gpt() -> Net:
    """Two layers, four heads, 128 wide, 64 steps, 64 symbols: 421,440 parameters."""
    note = "Radford et al., 2018, in small: two causal layers, four heads, 128 wide: 421,440 parameters."
    net = Net("Mini GPT", note, TALES, _adam(0.001, 12, validation=0))
    x = net.chain(
        net.add("text", "input", shape=[64]),
        ("letters", "embedding", {"vocabulary": 64, "width": 128}),
        ("places", "positional_encoding", {"kind": "learned"}),
    )
    for i in (1, 2):
        x = encoder(net, f"layer{i}", x, width=128, heads=4, causal=True)
    net.chain(x, ("norm", "layer_norm"), ("scores", "dense", {"units": 64}), ("next", "output"))
    return net


def mini_bert() -> Net:
    """Words that look both ways, and a judgement on the sentence."""
    note = "Devlin et al., 2018, in small: every word sees all others, before and behind it; the mean of the words is judged."
    net = Net("Mini BERT", note, {"source": "sentiment"}, _adam(0.002, 8))
    words = net.add("words", "embedding", net.add("sentence", "input", shape=[16]), vocabulary=48, width=32, **PADDED)
    x = net.add("places", "positional_encoding", words, kind="learned")
    for i in (1, 2):
        x = encoder(net, f"layer{i}", x, f"{words}.mask", width=32, heads=4)
    x = net.add("mean", "global_average_pool1d", net.add("norm", "layer_norm", x), f"{words}.mask", masked=True)
    net.chain(x, ("scores", "dense", {"units": 2}), ("judgement", "output"))
    return net


def mini_vit() -> Net:
    """28×28 in 49 patches, 64 wide, four heads, two layers: 105,098 parameters."""
    note = "Dosovitskiy et al., 2020, in small: 49 patches of 4×4 are the words of a sentence: 105,098 parameters."
    net = Net("Mini ViT", note, {"source": "digits28", "normalise": "unit"}, _adam(0.001, 15, 64, validation=0.1))
    x = net.chain(
        net.add("picture", "input", shape=[28, 28, 1]),
        ("patches", "patches", {"size": 4}),
        ("embed", "dense", {"units": 64}),
        ("token", "class_token"),
        ("places", "positional_encoding", {"kind": "learned"}),
    )
    for i in (1, 2):
        x = encoder(net, f"layer{i}", x, width=64, heads=4)
    net.chain(
        x, ("norm", "layer_norm"), ("first", "slice", {"axis": 1, "start": 0, "count": 1}), ("flat", "flatten"),
        ("scores", "dense", {"units": 10}), ("digit", "output"),
    )  # fmt: skip
    return net
