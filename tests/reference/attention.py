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


def with_slopes(query, key, value, dy, mask, causal):
    """(shares, y, dquery, dkey, dvalue) of softmax(q kᵀ / √d) v; (batch, steps, heads, numbers), masks (batch or 0, others)."""
    query, key, value, dy = (a.astype(np.float64) for a in (query, key, value, dy))
    shares = np.zeros((len(query), query.shape[2], query.shape[1], key.shape[1]))
    y, dquery, dkey, dvalue = (np.zeros_like(a) for a in (dy, query, key, value))
    scale = 1 / math.sqrt(query.shape[3])
    for n, head, t in np.ndindex(shares.shape[:3]):
        seen = np.array([(s <= t or not causal) and (len(mask) == 0 or mask[n, s] > 0) for s in range(key.shape[1])])
        if not seen.any():
            continue
        keys, values = key[n, seen, head], value[n, seen, head]
        scores = np.exp(scale * keys @ query[n, t, head])
        share = shares[n, head, t, seen] = scores / scores.sum()
        y[n, t, head] = share @ values
        dvalue[n, seen, head] += share[:, None] * dy[n, t, head]
        jacobian = np.diag(share) - np.outer(share, share)  # of the shares by the scores
        dscores = scale * jacobian @ (values @ dy[n, t, head])
        dquery[n, t, head] = dscores @ keys
        dkey[n, seen, head] += dscores[:, None] * query[n, t, head]
    return shares, y, dquery, dkey, dvalue
