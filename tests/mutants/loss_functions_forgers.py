"""Answers to the assignment `loss_functions` that look for points without solving anything.

They change what they are given, keep it, hand it back, return constants, or remember earlier calls.
A test that works out what it expects after the call, or compares one answer with the next one,
would pay for that. They are made from templates, since the three losses share most of them.
"""

from __future__ import annotations

import textwrap

#: By function and name: the answer, and the points that it earns at most.
Forgers = dict[tuple[str, str], tuple[str, float]]

#: The losses, with their arguments and what a plain solution would return.
LOSSES = {
    "squared_loss": ("y_true, y_pred", "(0.5 * (y_pred - y_true) ** 2, y_pred - y_true)"),
    "absolute_loss": ("y_true, y_pred", "(abs(y_pred - y_true), np.sign(y_pred - y_true))"),
    "huber_loss": (
        "y_true, y_pred, delta",
        """(
    np.where(
        abs(y_pred - y_true) <= delta,
        (y_pred - y_true) ** 2 / 2,
        delta * abs(y_pred - y_true) - delta**2 / 2,
    ),
    np.clip(y_pred - y_true, -delta, delta),
)""",
    ),
}

FILL = """
for array in (y_true, y_pred):
    if array.flags.writeable:
        array[:] = {0}
"""

#: Bodies of a loss; `{right}` is the solution. The list `kept` lasts from call to call.
LOSS_BODIES = {
    "fills its arguments with 0": FILL.format(0) + "return 0 * y_pred, 0 * y_pred",
    "fills its arguments with 0 and returns them": FILL.format(0) + "return y_true, y_pred",
    "fills its arguments with NaN": (
        FILL.format("np.nan if array.dtype.kind == 'f' else 0")
        + "return np.full(len(y_pred), np.nan), np.full(len(y_pred), np.nan)"
    ),
    "fills its arguments with infinity": (
        FILL.format("np.inf if array.dtype.kind == 'f' else 0")
        + "return np.full(len(y_pred), np.inf), np.zeros(len(y_pred))"
    ),
    "overwrites y_true by y_pred": (
        "if y_true.flags.writeable:\n    y_true[:] = y_pred\nreturn 0.0 * y_pred, 0.0 * y_pred"
    ),
    "overwrites y_pred by y_true": (
        "if y_pred.flags.writeable:\n    y_pred[:] = y_true\nreturn 0.0 * y_pred, 0.0 * y_pred"
    ),
    "makes all residuals 1": """
if y_pred.flags.writeable:
    y_pred[:] = y_true + 1
return np.full(len(y_pred), 0.5), np.ones(len(y_pred))
""",
    "returns its arguments": "return y_true, y_pred",
    "returns one argument twice": "return y_pred, y_pred",
    "returns one argument, then overwrites it at the next call": """
for array in kept:
    array[:] = 1
kept[:] = [array for array in (y_true, y_pred) if array.flags.writeable]
return y_true, y_pred
""",
    "overwrites the arguments of all earlier calls": """
kept.extend(array for array in (y_true, y_pred) if array.flags.writeable)
for array in kept:
    array[:] = 0
return 0.0 * y_pred, 0.0 * y_pred
""",
    "returns one array again and again": """
kept[:] = kept or [np.zeros(len(y_pred))]
if len(kept[0]) != len(y_pred):
    kept[0] = np.zeros(len(y_pred))
kept[0] += 1
return kept[0], kept[0]
""",
    "returns the loss 1 and the gradient 0": ("return np.ones(len(y_pred)), np.zeros(len(y_pred))"),
    "returns 1 and 1": "return np.ones(len(y_pred)), np.ones(len(y_pred))",
    "returns 2 and 0": "return np.full(len(y_pred), 2.0), np.zeros(len(y_pred))",
    "returns infinity and 0": "return np.full(len(y_pred), np.inf), np.zeros(len(y_pred))",
    "returns NaN": "return np.full(len(y_pred), np.nan), np.full(len(y_pred), np.nan)",
    "returns the largest number": "return np.full(len(y_pred), 1e308), np.full(len(y_pred), 1e308)",
    "returns a single number": "return 1.0, 0.0",
    "returns random numbers": (
        "rng = np.random.default_rng()\n"
        "return rng.uniform(size=len(y_pred)), rng.normal(size=len(y_pred))"
    ),
    "counts its calls": """
kept.append(1)
return np.full(len(y_pred), float(len(kept))), np.zeros(len(y_pred))
""",
    "repeats a first answer of 1 as long as it fits": """
if not kept or kept[0].shape != y_pred.shape:
    kept[:] = [np.linspace(0.1, 10, len(y_pred))]
return kept[0], kept[0]
""",
    "gives the right answer to the previous question": """
kept.append({right})
return kept[-2] if len(kept) > 1 else (0 * y_pred, 0 * y_pred)
""",
    "gives each right answer twice": """
if len(kept) % 2:
    kept.append(None)
    return kept[-2]
kept.append({right})
return 0 * y_pred, 0 * y_pred
""",
}

#: What a test cannot refuse: it shows its numbers, or its rule is kept. Points of one visible test.
LOSS_BODIES_AT_MOST_A_VISIBLE_TEST = {
    "knows the example by heart": """
if len(y_pred) == {examples} and y_pred[0] == y_true[0] + {first}:
    return {right}
return 0.0 * y_pred, 0.0 * y_pred
""",
    "returns a straight line and its slope": "return 100 + y_pred, np.ones(len(y_pred))",
}

#: Solutions that do not take an input in every form, and repeat the last answer instead.
LOSS_BODIES_WITHOUT_FORMS = {
    "repeats its last answer for what is not plain": """
if y_pred.dtype == float and y_pred.flags.c_contiguous and y_pred.flags.writeable:
    kept[:] = [{right}]
return kept[0] if kept else (0 * y_pred, 0 * y_pred)
""",
}

MEAN_BODIES = {
    "fills x with 0": "if x.flags.writeable:\n    x[:] = 0\nreturn 0.0",
    "fills x with 1": "if x.flags.writeable:\n    x[:] = 1\nreturn 1.0",
    "fills x with NaN": (
        "if x.flags.writeable and x.dtype.kind == 'f':\n    x[:] = np.nan\nreturn np.nan"
    ),
    "fills x with infinity": (
        "if x.flags.writeable and x.dtype.kind == 'f':\n    x[:] = np.inf\nreturn np.inf"
    ),
    "fills x with its first number": "if x.flags.writeable:\n    x[:] = x[0]\nreturn x[0]",
    "returns x": "return x",
    "returns a view of x": "return x[:1].reshape(())",
    "returns a view of x, then overwrites it": """
for array in kept:
    array[:] = 0
kept[:] = [x] if x.flags.writeable else []
return x[:1].reshape(())
""",
    "overwrites the arguments of all earlier calls": """
kept.extend([x] if x.flags.writeable else [])
for array in kept:
    array[:] = 0
return 0.0
""",
    "returns one array again and again": """
kept[:] = kept or [np.array(0.0)]
kept[0] += 1
return kept[0]
""",
    "returns 100": "return 100.0",
    "returns 0": "return 0.0",
    "returns infinity": "return np.inf",
    "returns NaN": "return np.nan",
    "returns the first number": "return x[0]",
    "returns the last number": "return float(x[-1])",
    "returns the middle number": "return x[len(x) // 2]",
    "returns the smallest number": "return x.min()",
    "returns a random number": "return np.random.default_rng().normal()",
    "counts its calls": "kept.append(1)\nreturn float(len(kept))",
    "repeats its first answer": ("kept[:] = kept or [x.mean()]\nreturn kept[0]"),
    "gives the right answer to the previous question": """
kept.append(np.sort(x)[int(alpha * len(x) + 1e-9) : len(x) - int(alpha * len(x) + 1e-9)].mean())
return kept[-2] if len(kept) > 1 else 0.0
""",
}

MEAN_BODIES_AT_MOST_A_VISIBLE_TEST = {
    "knows the example by heart": "return 4.0 if len(x) == 5 and x[0] == 2 else 0.0",
}


#: Each visible example: how many numbers it has, and its first residual.
EXAMPLES = {"squared_loss": (3, 2), "absolute_loss": (3, 2), "huber_loss": (4, 1)}

VISIBLE_TEST = 0.5
WITHOUT_FORMS = {"squared_loss": 3.75, "absolute_loss": 4.75, "huber_loss": 5.75}


def _source(function: str, arguments: str, body: str) -> str:
    head = f"def {function}({arguments}, kept=[]):\n"
    return head + textwrap.indent(body.strip(), "    ") + "\n"


def _loss_forgers(bodies: dict[str, str], at_most: dict[str, float]) -> Forgers:
    forgers = {}
    for function, (arguments, right) in LOSSES.items():
        count, first = EXAMPLES[function]
        for name, template in bodies.items():
            body = template
            for field, text in (("right", right), ("examples", count), ("first", first)):
                body = body.replace(f"{{{field}}}", str(text))
            forgers[function, name] = _source(function, arguments, body), at_most[function]
    return forgers


def _mean_forgers(bodies: dict[str, str], at_most: float) -> Forgers:
    return {
        ("trimmed_mean", name): (_source("trimmed_mean", "x, alpha", body), at_most)
        for name, body in bodies.items()
    }


FORGERS: Forgers = {
    **_loss_forgers(LOSS_BODIES, dict.fromkeys(LOSSES, 0.0)),
    **_loss_forgers(LOSS_BODIES_AT_MOST_A_VISIBLE_TEST, dict.fromkeys(LOSSES, VISIBLE_TEST)),
    **_loss_forgers(LOSS_BODIES_WITHOUT_FORMS, WITHOUT_FORMS),
    **_mean_forgers(MEAN_BODIES, 0.0),
    **_mean_forgers(MEAN_BODIES_AT_MOST_A_VISIBLE_TEST, VISIBLE_TEST),
}
