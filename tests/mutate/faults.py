"""The faults: for each file of kernels, the tests that must notice, and what is put in place of what, and where.

A fault names a function (or "" for the constants of the file) in which its text stands exactly once, so a row that the
kernels have left behind is an error. `_jit.py` and `call.py` hold no arithmetic and have none.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing gone wrong in one function of a file of kernels."""

    function: str
    right: str
    wrong: str

    def __str__(self) -> str:
        return f"{self.function or 'constants'}: `{self.right}` becomes `{self.wrong or 'nothing'}`"


@dataclass(frozen=True)
class Family:
    """A file of kernels. Tests are files below tests/, asked in this order."""

    tests: tuple[str, ...]
    faults: tuple[Fault, ...]


def family(tests: str, *faults: tuple[str, str, str]) -> Family:
    """As the table below writes it."""
    return Family(tuple(f"tests/{t}" for t in tests.split()), tuple(Fault(*f) for f in faults))


def blocks(names: str) -> str:
    """The tests of these blocks."""
    return " ".join(f"blocks/test_{name}.py" for name in names.split())


_LOSSES = "losses/test_every_loss.py"

KERNELS = {
    "activation": family(
        blocks("relu leaky_relu sigmoid tanh gelu softmax elu silu mish softplus hard_sigmoid log_softmax"),
        ("rowwise", "-(-rows // step)", "rows // step"),
        ("relu_forward", "0 if x[i] <= 0 else x[i]", "x[i] if x[i] > 0 else 0"),
        ("relu_backward", "y[i] <= 0", "y[i] < 0"),
        ("leaky_relu_forward", "slope * x[i] if", "x[i] if"),
        ("sigmoid_backward", "(one - y[i])", "(one + y[i])"),
        ("tanh_backward", "(one + y[i])", "one"),
        ("gelu_learning", "+ x[i] * density", "- x[i] * density"),
        ("gelu_tanh_learning", "steep * square", "cubic * square"),
        ("softmax_forward", "exp(row[j] - top)", "exp(row[j])"),
        ("softmax_backward", "(slope[j] - mean)", "slope[j]"),
        ("elu_backward", "(y[i] + bottom)", "(y[i] - bottom)"),
        ("silu_backward", "(one - s)", "s"),
        ("mish_gate", "e * (e + two)", "e * (e + one)"),
        ("softplus_forward", "-beta * abs(x[i])", "-abs(x[i])"),
        ("hard_sigmoid_backward", ">= three", "> three"),
        ("log_softmax_backward", "exp(row[j]) * total", "exp(row[j])"),
    ),
    "attention": family(
        "kernels/test_attention.py " + blocks("attention multi_head_attention"),
        ("share_out", "top = larger(top, scores[j])", "top = scores[j]"),
        ("share_out", "if not counts(mask, n, j)", "if counts(mask, n, j)"),
        ("attend_forward", "min(t + r + 1, others)", "min(t + r + 2, others)"),
        ("attend_backward", "scale * share[j]", "share[j]"),
        ("attend_backward", "(slope[j] - mean)", "slope[j]"),
    ),
    "augment": family(
        blocks("random_flip random_shift random_crop random_rotation random_brightness cutout"),
        ("part", "2.0**32", "2.0**31"),
        ("flip", "1 - j if turned", "1 - j if fallen"),
        ("drift", "rows + 1", "rows"),
        ("turned", "- sine * down", "+ sine * down"),
        ("rotate", "min(top + 2, height)", "min(top + 1, height)"),
        ("rotate_back", "goal[c] += share", "goal[c] = share"),
        ("brighten", "amount * (2 *", "amount * ("),
        ("cut_out", "top <= i < top", "top <= i <= top"),
    ),
    "chance": family(
        "kernels/test_chance.py " + blocks("dropout"),
        ("mix", "_27", "_30"),
        ("stream", "clock[1] + _GOLDEN", "clock[1]"),
        ("word", "_32", "_31"),
        ("drop", "1 / (1 - rate)", "1"),
        ("drop", "stream(clock, first * SLICE)", "stream(clock, first)"),
    ),
    "conv2d": family(
        "kernels/test_conv2d.py",
        ("_carried_back", "g.stride == (1, 1)", "g.stride >= (1, 1)"),
        ("forward", "scratch, bias=b", "scratch, bias=None"),
        ("_as_rows", "1, g.h * g.w, g.c", "1, g.h, g.c"),
    ),
    "conv_direct": family(
        "kernels/test_conv2d.py",
        ("pack_widened", "tap < kw", "tap < kw - 1"),
        ("pack_widened", "bias[lane - m * o]", "bias[0]"),
        ("copy_strip", "left + w,", "left + w - 1,"),
        ("copy_strip", "0 <= r < h", "0 < r < h"),
        ("convolve", "(h - 1 - u) // dy + 1", "(h - 1 - u) // dy"),
        ("convolve", "activation == RELU", "activation != RELU"),
        ("convolve", "j * sx) * c", "j) * c"),
    ),
    "conv_geometry": family(
        "kernels/test_conv2d.py",
        ("output_size", "dilation * (kernel - 1)", "(kernel - 1)"),
        ("Geometry.padded", "self.top > 0 or ", ""),
        ("Geometry.runs", "self.dilation[1] == 1", "self.dilation[1] <= 2"),
        ("Geometry.turned", "- self.left", ""),
    ),
    "conv_gradients": family(
        "kernels/test_conv2d.py",
        ("spread", "p * step_y - top", "p * step_y"),
        ("spread", "min(run, (w - s) * c)", "run"),
        ("spread", "dx[t] = 0", "pass"),
        ("correlate", "strips[one] = 1", "strips[one] = 0"),
        ("correlate", "- e * chunk + i0", "- e * chunk"),
        ("correlate", "p * step_y * source_w", "p * source_w"),
        ("fold", "q + m * shift", "q"),
    ),
    "conv_into_pool": family(
        "kernels/test_conv_into_pool.py",
        ("convolve_into_pool", "(p * stride + i) * sy", "(p * stride + i)"),
        ("convolve_into_pool", "q * stride * o", "q * o"),
        ("convolve_into_pool", "activation == RELU", "activation != RELU"),
        ("convolve_into_pool", "bias_at + panel", "bias_at"),
        ("joined", "z.activation or ", ""),
        ("joined", "t.stride < t.height", "t.stride < 1"),
        ("joined", "max(t.before_rows, t.before_columns)", "0"),
    ),
    "conv_pictures": family(
        "kernels/test_conv2d.py kernels/test_conv_into_pool.py",
        ("taps_inside", "// gap + 1", "// gap"),
        ("convolve_line", "p0 * w_down + q0 * w_right", "p0 * w_down"),
        ("turn_back", "min(t, count - LANES)", "t"),
        ("turn_back", "range(full, pictures)", "range(0)"),
        ("convolve_pictures", "activation == RELU", "activation != RELU"),
        ("convolve_pictures", "max(0, i0 * sy - top)", "max(0, i0 - top)"),
        ("convolve_pictures_into_pool", "q * stride * pixel", "q * pixel"),
        ("convolve_pictures_into_pool", "activation == RELU", "activation != RELU"),
        ("convolve_calls", "g.dilation[1] == 1 and ", ""),
        ("joined", "z.activation or ", ""),
        ("joined", "t.stride < t.height", "t.stride < 1"),
        ("joined", "max(t.before_rows, t.before_columns)", "0"),
    ),
    "conv_pooled": family(
        "kernels/test_conv_pooled.py",
        ("", 'icmp_unsigned("<"', 'icmp_unsigned("<="'),
        ("correlate_pooled", "slot, row, x_down", "slot, row, x_right"),
        ("correlate_pooled", "sums[t] = 0", "pass"),
        ("fold_pooled", "range(chunks)", "range(1)"),
        ("calls", "pooling.stride * right,", "right,"),
        ("calls", "g.dilation[0] * g.strip_w", "g.strip_w"),
    ),
    "conv_grouped": family(
        "kernels/test_conv_grouped.py",
        ("multiply_onto", "weights[c, g * wide : g * wide + wide]", "weights[c, :wide]"),
        ("multiply_back", "+ c] += total", "+ c] = total"),
        ("multiply_outer", "line[o] += number", "line[o] = number"),
        ("convolve_row", "0 <= column", "0 < column"),
        ("carry_row_back", "i * down == above and ", ""),
        ("correlate_part", "(k + 1) * x.shape[0]", "(k + 1) * (x.shape[0] - 1)"),
    ),
    "elementary": family(
        "kernels/test_elementary.py",
        ("", "0.166665432989", "0.16666"),
        ("_split", " - n * LN2_LOW", ""),
        ("_log1p", "s + s * z", "s - s * z"),
        ("_normal", "ONE - tail", "tail"),
        ("_maximum", "llvm.maximum", "llvm.maxnum"),
    ),
    "elementary_vectors": family(
        "kernels/test_elementary.py",
        ("Elementary.sigmoid", "b.fneg(x), -SMALLEST", "x, -SMALLEST"),
        ("Elementary._within", 'b.fcmp_ordered("<", x', 'b.fcmp_unordered("<", x'),
        ("Elementary._split", "-LN2_LOW", "LN2_LOW"),
        ("Elementary._split", "EXP[-2::-1]", "EXP[-2:0:-1]"),
    ),
    "embedding": family(
        blocks("embedding positional_encoding"),
        ("named_row", "0 <= number < rows", "0 < number < rows"),
        ("named_row", "row if row == number else -1", "row"),
        ("embedding_backward", "dW[v, j:stop] = 0", "pass"),
        ("tokens_that_count", "0 if x[i] == padding", "0 if x[i] == 0"),
        ("add_table", "row[i] + table[i]", "row[i] + table[0]"),
    ),
    "group_norm": family(
        blocks("group_norm"),
        ("spread_mean", "total / count", "total / sums.size"),
        ("group_norm_forward", " + epsilon", ""),
        ("group_norm_sums", " * inverse[c])", ")"),
        ("group_norm_backward", " - level[c]", ""),
    ),
    "local_norm": family(
        blocks("local_response_norm"),
        ("neighbours", "c + after + 1", "c + after"),
        ("local_norm_forward", "alpha / size", "alpha"),
        ("local_norm_backward", " / sums[c]", ""),
        ("local_norm_backward", "(size - 1) // 2, size // 2", "size // 2, (size - 1) // 2"),
    ),
    "loss": family(
        "losses/test_mean_squared_error.py losses/test_half_squared_error.py losses/test_binary_cross_entropy.py "
        "losses/test_categorical_cross_entropy.py " + _LOSSES,
        ("squared_error", "square += away", "square = away"),
        ("half_squared_error", "half * square", "square"),
        ("binary_cross_entropy", "larger(row[j], zero)", "row[j]"),
        ("binary_cross_entropy_backward", "(one - t) * p[i]", "p[i]"),
        ("binary_cross_entropy_of_probabilities_backward", "x[i] * (one - x[i])", "x[i]"),
        ("at_class", "0 <= target < row.size", "0 <= target"),
        ("is_first", "range(int(target))", "range(0)"),
        ("categorical_cross_entropy", " - math.log(largest)", ""),
        ("categorical_cross_entropy", "top - value", "-value"),
        ("categorical_cross_entropy_backward", "-= factor", "+= factor"),
        ("categorical_cross_entropy_of_probabilities_backward", "-factor", "factor"),
    ),
    "loss_density": family(
        "losses/test_gaussian.py losses/test_mixture.py " + _LOSSES,
        ("bounded", "x > limit", "x > 2 * limit"),
        ("gaussian", " + constant", ""),
        ("gaussian_backward", "one - away", "one + away"),
        ("gaussian_read", "half * bounded", "bounded"),
        ("log_density", "half * z * z", "z * z"),
        ("mixture_backward", "share * z * sharp", "share * z"),
    ),
    "loss_linear": family(
        "losses/test_mean_absolute_error.py losses/test_huber.py losses/test_hinge.py " + _LOSSES,
        ("absolute_error", "distance += abs(away)", "distance += away"),
        ("huber", "away - half", "away"),
        ("clipped_difference", "away < -reach", "away < reach"),
        ("hinge", "short <= 0", "short <= 1"),
        ("hinge_backward", "-factor", "factor"),
    ),
    "loss_shares": family(
        "losses/test_categorical_cross_entropy.py losses/test_kl_divergence.py " + _LOSSES,
        ("log_sum", "exp(row[j] - top)", "exp(row[j])"),
        ("label_share", " / real(weights.size)", ""),
        ("smooth_cross_entropy", "real(0) * value", "real(0)"),
        ("smooth_cross_entropy_backward", "p[r, c] * whole", "p[r, c]"),
        ("smooth_cross_entropy_of_probabilities_backward", " / at_least(x[r, c], floor)", ""),
        ("entropy", "total -=", "total +="),
        ("likeliest", "shares[c] > shares[best]", "shares[c] >= shares[best]"),
        ("kl_divergence_backward", "- target[r, c]", "+ target[r, c]"),
    ),
    "lstm_step": family(
        blocks("lstm recurrent"),
        ("step_forward", "builder.fmul(i, g)", "builder.fmul(i, f)"),
        ("step_forward", "builder.fmul(o, write.tanh(c))", "write.tanh(c)"),
        ("step_backward", "less(times(told, told)), dc)", "less(times(told, told)), through)"),
        ("step_backward", "write.constant(0.0)", "dh"),
        ("step_backward", "times(dc, f), address", "times(dc, i), address"),
        ("step_backward", "(5, 6)", "(5,)"),
    ),
    "mask": family(
        blocks("global_average_pool1d global_max_pool1d output")
        + " losses/test_categorical_cross_entropy.py training/test_losses.py plan/test_sequences.py",
        ("counts", "mask[n, t] > 0", "mask[n, t] >= 0"),
        ("mean_of_steps", "max(how_many(mask, n), 1)", "x.shape[1]"),
        ("mean_of_steps_backward", "share * slope[j]", "slope[j]"),
        ("largest_of_steps", "place[j] < 0 or ", ""),
        ("largest_of_steps", " or np.isnan(row[j])", ""),
        ("rescale_steps", "dx.shape[1] / max", "1 / max"),
        ("count_places", "!= uncounted", "== uncounted"),
        ("count_places_of_mask", " and mask[n, t] > 0", ""),
    ),
    "matmul": family(
        "kernels/test_matmul.py",
        ("pack", "columns - j0 - j, panels", "columns - j0 - j - 1, panels"),
        ("multiply", "deep + depth >= k", "deep + depth > k"),
        ("multiply", "how = 2", "how = begin"),
        ("multiply", "(column0 + j, 0, 1)", "(j, 0, 1)"),
        ("add_rows", "min(c * run + run, m)", "min(c * run + run, m - 1)"),
        ("add_sums", "c == 0 and not accumulate", "c == 0"),
    ),
    "merge": family(
        "kernels/test_merge.py " + blocks("add subtract multiply maximum concat") + " plan/test_fuse.py",
        ("place", "x_start : x_start + width", ": width"),
        ("add_relu", "total <= 0", "total <= -1"),
        ("accumulate", "+=", "="),
        ("subtract", "a[i] - b[i]", "b[i] - a[i]"),
        ("choose_larger", "b[i] <= a[i]", "b[i] < a[i]"),
        ("choose", "else 0", "else dy[i]"),
    ),
    "noise": family(
        "kernels/test_chance.py " + blocks("gaussian_noise spatial_dropout2d"),
        ("add_noise", "math.sqrt(-2 *", "math.sqrt(-1 *"),
        ("add_noise", "2 * first * SLICE", "first * SLICE"),
        ("drop_maps", "n * x.shape[2]", "n"),
        ("drop_maps", "1 / (1 - rate)", "1"),
    ),
    "norm": family(
        "kernels/test_norm.py " + blocks("batch_norm layer_norm") + " plan/test_fuse.py",
        ("moments", "max(stop - start, 1)", "x.shape[0]"),
        ("batch_norm_prepare", "away * away", "away"),
        ("batch_norm_prepare", "max(count - 1, 1)", "count"),
        ("batch_norm_settle", "momentum * variance[c]", "variance[c]"),
        ("_lay", "variance + epsilon", "variance"),
        ("batch_norm_relu_forward", "value <= 0", "value <= 1"),
        ("join", "dbeta[c], dgamma[c] = shift, slope", "dbeta[c], dgamma[c] = slope, shift"),
        ("batch_norm_backward", "dbeta[j] + ", ""),
        ("layer_norm_forward", " + epsilon", ""),
        ("layer_norm_backward", "each * inverse * inverse", "each * inverse"),
        ("layer_norm_sums", " * inverse)", ")"),
    ),
    "optimizer": family(
        "optimizers/test_by_hand.py kernels/test_optimizer.py optimizers/test_every_optimizer.py",
        ("sgd", "-= rate", "+= rate"),
        ("sgd_momentum", "momentum if look_ahead else real(1)", "real(1)"),
        ("adam", "* root + epsilon", "+ epsilon"),
        ("adam", "rates[0] * decay", "decay"),
        ("rmsprop", "1 - rho", "rho"),
        ("adagrad", "v[i] += dw", "v[i] = dw"),
        ("adadelta", "(d * d - u[i])", "(d - u[i])"),
        ("add_penalty", "2 * l2", "l2"),
        ("sum_squares", "(p + 1) * x.size", "(p + 1) * (x.size - 1)"),
        ("shrink", "factor >= 1", "factor >= 2"),
        ("cut", "x[i] < -limit", "x[i] < limit"),
        ("silence", "dw[at[i]] = 0", "pass"),
    ),
    "pool": family(
        "kernels/test_pool.py " + blocks("max_pool2d average_pool2d max_pool1d average_pool1d"),
        ("outputs", "(count - 1) * stride", "count * stride"),
        ("inside", "max(start, 0)", "start"),
        ("max_pool_backward", "stride == height == width and ", ""),
        ("max_pool_backward", "(i - top) * width", "(i - top)"),
        ("average_pool_forward", "(bottom - top) * (right - left)", "height * width"),
        ("average_pool_backward", "pixel[c] += slope", "pixel[c] = slope"),
    ),
    "pool_vectors": family(
        "kernels/test_pool.py " + blocks("max_pool2d"),
        ("_Search.over", "builder.mul(i, width)", "i"),
        ("_Search.over", 'builder.fcmp_ordered(">", new', 'builder.fcmp_ordered(">=", new'),
        ("_Search.over", 'builder.fcmp_unordered("uno", new, new)', 'builder.fcmp_ordered(">", new, top)'),
        ("_Search.found", "self.number(nowhere)", "builder.load(self.place)"),
        ("_send_back", "builder.fadd(value", "builder.fsub(value"),
    ),
    "prelu": family(
        blocks("prelu"),
        ("prelu_lay", "j % alpha.size", "0"),
        ("prelu_forward", "line[j] * row[j] if", "row[j] if"),
        ("prelu_sums", "row[j] <= 0", "row[j] > 0"),
        ("prelu_join", "partial.shape[1], dalpha.size", "partial.shape[1], partial.shape[1]"),
    ),
    "rearrange": family(
        blocks("permute zero_pad2d crop2d upsample2d repeat_vector recurrent lstm class_token"),
        ("gather", "l * l_step", "l"),
        ("place_reversed", "y.shape[1] - 1 - t", "t"),
        ("add_reversed", "+=", "="),
        ("shift", "j - left", "j + left"),
        ("repeat", "(p + 1) * down", "(p + 1) * down - 1"),
        ("gather_repeats", "total[c] += slope[c]", "total[c] = slope[c]"),
        ("lay", "range(row.size)", "range(row.size - 1)"),
    ),
    "recurrent": family(
        blocks("lstm recurrent"),
        ("begin", "state[row0:row1] = 0", "pass"),
        ("lstm_forward", "gates[n, t, units : 2 * units] = one", "pass"),
        ("lstm_forward", "low + 1 if q < tall else low", "low"),
        ("lstm_backward", "slopes[n] = 0", "pass"),
    ),
    "recurrent_simple": family(
        blocks("rnn gru recurrent"),
        ("keep", "t + 1 < time", "t + 2 < time"),
        ("rnn_forward", "copy_row(before[n, t], state)", "pass"),
        ("rnn_backward", "(one + state[j])", "one"),
        ("gru_step_forward", "+ z[j] *", "- z[j] *"),
        ("gru_step_backward", "dstate[j] *= z[j]", "dstate[j] *= one - z[j]"),
        ("gru_forward", "gates[n, t, units : 2 * units] = one", "pass"),
        ("gru_backward", "total[j] += told[j]", "total[j] = told[j]"),
    ),
    "resize": family(
        blocks("upsample2d"),
        ("between", "(i + 0.5) / factor - 0.5", "i / factor"),
        ("enlarge", "far * d[k]", "near * d[k]"),
        ("gather_enlarged", "(left, 1 - across)", "(left, across)"),
    ),
    "step": family(
        "training/test_session.py plan/test_program.py training/test_losses.py data/test_normalisation.py",
        ("gather_rows", "cursor[0] + i", "i"),
        ("gather_rows", "(data[row, j] - less)", "data[row, j] - less"),
        ("sum_into", "a[i] + b[i]", "a[i] - b[i]"),
        ("score", "np.isfinite(loss)", "True"),
        ("score", "weight * loss", "loss"),
        ("tick", "rates[1] += 1.0", "rates[1] += 2.0"),
        ("tick", "totals[o, 3]", "totals[0, 3]"),
        ("skip", "+= batch", "+= batch + 1"),
    ),
    "tile": family(
        "kernels/test_matmul.py",
        ("_Tile.write", 'b.fcmp_ordered("<", total', 'b.fcmp_ordered(">", total'),
        ("_fma_tile", "write.below(left)", "write.below(columns)"),
        ("_fma_tile", '"==", c_row, columns', '">=", c_row, columns'),
        ("_fma_tile", "I64(LANES)),  # not as far", "I64(0)),  # not as far"),
        ("_fma_tile", 'builder.icmp_signed("==", left', 'builder.icmp_signed("<=", left'),
    ),
    "vectors": family(
        "kernels/test_matmul.py kernels/test_conv2d.py",
        ("Vectors.below", '"<"', '"<="'),
        ("Vectors.either", "(ragged, masks)", "(ragged, [None] * len(masks))"),
        ("turn", "if not i & step", "if i & step"),
        ("_one_vector", "builder.fadd(value", "builder.fsub(value"),
    ),
    "winograd": family(
        "kernels/test_conv2d.py",
        ("winograd_weights", "bias[j] if biased else 0", "0"),
        ("winograd_convolve", "0, oh - i, 0, ow - j", "0, oh - i, 0, ow"),
        ("winograd_convolve", "w + left - j", "w - j"),
        ("winograd_spread", "h + top - i", "h - i"),
        ("winograd_spread", "h * w * c] = 0", "h * w * c] = 1"),
        ("winograd_spread", "o_up, 0, 0, 1", "o, 0, 0, 1"),
        ("winograd_sums", "m_slot + 7 * m_part", "m_slot"),
        ("winograd_sums", "min(width, o_part - j, o_up - o0 - j)", "min(width, o_up - o0 - j)"),
        ("winograd_fold", "3 * c * o, c * o", "3 * c * o_up, c * o"),
        ("winograd_sums", "some = min(block, min(e * chunk + chunk, total) - start)", "some = min(block, total - start)"),
        ("_worth", "(3, 3, 1, 1, 1, 1)", "(3, 3, 1, 1, *g.dilation)"),
    ),
    "winograd_transform": family(
        "kernels/test_conv2d.py",
        ("", "(4, 0, -5, 0, 1, 0)", "(4, 0, 5, 0, 1, 0)"),
        ("", "(1 / 24, -1 / 12, 1 / 6)", "(1 / 24, 1 / 12, 1 / 6)"),
        ("", "(0, 1, -1, 8, -8, 1)", "(0, 1, -1, 8, 8, 1)"),
        ("_change", "builder.fadd(done, write.load(place))", "done"),
        ("_change", "filled=onto", "filled=False"),
        ("_Change.parted", "(i0, j0)", "(i0, i0)"),
        ("_Change.copy_where", "range(s.size**2)", "range(s.size)"),
        ("_Change.clip", 'icmp_signed("<", bound', 'icmp_signed(">", bound'),
        ("_change", 'builder.fcmp_ordered("<", done', 'builder.fcmp_ordered(">", done'),
    ),
}  # fmt: skip
