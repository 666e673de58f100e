"""Multi-head attention with a loop for every index; nothing of ours."""

from __future__ import annotations

import math

import numpy as np


def attention(x, context, w, heads, causal):
    """(y, shares) for one row: x (time, features), context (others, features); shares (heads, time, others)."""
    q, k, v = x @ w["Wq"] + w["bq"], context @ w["Wk"] + w["bk"], context @ w["Wv"] + w["bv"]
    size = q.shape[1] // heads
    mixed = np.zeros_like(q)
    shares = np.zeros((heads, len(x), len(context)))
    for head in range(heads):
        columns = range(head * size, (head + 1) * size)
        for t in range(len(x)):
            visible = [s for s in range(len(context)) if s <= t or not causal]
            scores = [math.exp(sum(q[t, j] * k[s, j] for j in columns) / math.sqrt(size)) for s in visible]
            for s, score in zip(visible, scores, strict=True):
                shares[head, t, s] = score / sum(scores)
            for j in columns:
                mixed[t, j] = sum(shares[head, t, s] * v[s, j] for s in visible)
    return mixed @ w["Wo"] + w["bo"], shares
