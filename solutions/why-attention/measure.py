"""Measures what the lesson `why-attention` shows, on IMDB, and writes the files beside it.

Run it in the course folder (about half an hour of one processor):

    python solutions/why-attention/measure.py --data .autograder/data/bilstm-attention/imdb

`--data` names a folder with train.npz and word_index.json, as `autograder data import` keeps them;
without it Keras downloads IMDB. Every finished run is kept in .autograder/why-attention, so an
interrupted measurement continues from there. What is written, all from runs that have finished:

    curves.csv and gradients.csv          accuracy after each epoch: one budget, several seeds;
                                          norm of the gradient against the time step
    source/why-attention/*.npz            weights of two small models, float16, with their words
    source/measured.py                    the same numbers for the notebook, which must stand alone

Accuracy is measured on the reviews that `load_reviews` holds back. Nobody trains on them, and
nothing is chosen by them: every run goes to its last epoch.
"""

import argparse
import csv
import json
import os
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import keras
import numpy as np
import tensorflow as tf

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = ROOT / "source" / "why-attention"
KEPT = ROOT / ".autograder" / "why-attention"
sys.path.insert(0, str(ROOT))

from source.reviews import Corpus, load_reviews  # noqa: E402

Run = dict[str, Any]
Gradients = tuple[str, str, int, Sequence[float]]  # network, state, seed, norms

SEEDS = (1, 2, 3)
BUDGET: dict[str, Any] = {
    "reviews": 6_000,
    "epochs": 5,
    "batch": 64,
    "embed_dim": 64,
    "units": 64,
    "dropout": 0.3,
    "learning_rate": 0.002,
}
# "no mask" is the SimpleRNN without a mask. "lecture" is the lecture's network as it stood: no
# mask, no dropout, larger. "last words" is attention that reads the last 200 words of a review.
POOLINGS = (
    "SimpleRNN",
    "last state",
    "mean",
    "max",
    "attention",
    "LSTM",
    "no mask",
    "lecture",
    "last words",
)
SHIPPED = {"simple_rnn": {"epochs": 2}, "attention": {"epochs": 3}}
GRADIENT_REVIEWS, GRADIENT_STEPS = 64, 5


class Pool(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """Mean, max or additive attention over the real time steps: (B, T, D) -> (B, D).

    `weigh` gives the weights (B, T) of attention.
    """

    def __init__(self, how: str, units: int = 64, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.how, self.supports_masking = how, True  # it takes the mask and passes none on
        if how == "attention":
            self.hidden = keras.layers.Dense(units, activation="tanh")
            self.score = keras.layers.Dense(1, use_bias=False)

    def build(self, shape: Sequence[int | None]) -> None:
        if self.how == "attention":
            self.hidden.build(shape)
            self.score.build((*shape[:-1], self.hidden.units))

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None goes on to the next layer."""

    def weigh(self, x: Any, mask: Any) -> Any:
        e = keras.ops.where(mask, self.score(self.hidden(x))[..., 0], -1e9)
        return keras.ops.softmax(e, axis=-1)

    def call(self, x: Any, mask: Any = None) -> Any:
        real = keras.ops.expand_dims(mask, -1)
        if self.how == "max":
            return keras.ops.max(keras.ops.where(real, x, -1e9), axis=1)
        if self.how == "mean":
            share = keras.ops.cast(real, x.dtype)
            return keras.ops.sum(x * share, axis=1) / keras.ops.sum(share, axis=1)
        return keras.ops.sum(x * keras.ops.expand_dims(self.weigh(x, mask), -1), axis=1)


def build(
    pooling: str,
    num_words: int,
    max_len: int,
    *,
    embed_dim: int = 64,
    units: int = 64,
    dropout: float = 0.3,
) -> Any:
    """A classifier of reviews, ids (B, max_len) -> probability (B, 1)."""
    ids = keras.Input((max_len,), dtype="int32")
    plain = pooling in ("no mask", "lecture")
    x = keras.layers.Embedding(num_words, embed_dim, mask_zero=not plain, name="words")(ids)
    if plain or pooling == "SimpleRNN":
        x = keras.layers.SimpleRNN(units)(x)
    elif pooling == "LSTM":
        x = keras.layers.LSTM(units)(x)
    else:
        lstm = keras.layers.LSTM(units, return_sequences=pooling != "last state")
        x = keras.layers.Bidirectional(lstm)(x)
    if pooling in ("mean", "max", "attention"):
        x = Pool(pooling, units, name="pool")(x)
    if dropout:
        x = keras.layers.Dropout(dropout)(x)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(x))


def build_for(pooling: str, corpus: Corpus) -> Any:
    if pooling == "lecture":
        sizes = {"embed_dim": 100, "units": 256, "dropout": 0}
        return build("lecture", corpus.num_words, corpus.max_len, **sizes)
    sizes = {key: BUDGET[key] for key in ("embed_dim", "units", "dropout")}
    how = "attention" if pooling == "last words" else pooling
    return build(how, corpus.num_words, corpus.max_len, **sizes)


def train(model: Any, corpus: Corpus, reviews: int | None, epochs: int) -> Run:
    """Accuracy and loss on the reviews held back, after each epoch."""
    model.compile(
        keras.optimizers.Adam(BUDGET["learning_rate"]),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    history = model.fit(
        corpus.train_ids[:reviews],
        corpus.train_labels[:reviews],
        validation_data=(corpus.validation_ids, corpus.validation_labels),
        validation_batch_size=250,
        epochs=epochs,
        batch_size=BUDGET["batch"],
        verbose=0,
    ).history
    return {
        "accuracy": history["val_accuracy"],
        "loss": history["val_loss"],
        "training_accuracy": history["accuracy"],
    }


def gradient_norms(model: Any, ids: np.ndarray) -> np.ndarray:
    """Median over reviews of |d logit / d x_t|, x_t the word vector of step t: (T,)."""
    vectors = model.get_layer("words")(ids)
    head = model.layers[-1]
    mask = tf.constant(True, shape=ids.shape)
    with tf.GradientTape() as tape:
        tape.watch(vectors)
        x = vectors
        for layer in model.layers[2:-1]:
            if isinstance(layer, Pool | keras.layers.Bidirectional | keras.layers.RNN):
                x = layer(x, mask=mask)
        logit = x @ head.kernel + head.bias
    gradient = tape.gradient(logit, vectors)
    norms: np.ndarray = np.median(np.linalg.norm(gradient.numpy(), axis=-1), axis=0)
    return norms


def long_reviews(corpus: Corpus) -> np.ndarray:
    """Reviews without padding (64, max_len), none of which is trained on."""
    full: np.ndarray = corpus.validation_ids[corpus.validation_ids[:, -1] != 0]
    return full[:GRADIENT_REVIEWS]


def untrained_run(pooling: str, seed: int, corpus: Corpus) -> Run:
    """The gradients with which `one_run` begins; they take no training, so every seed is here."""
    path = KEPT / "untrained" / f"{pooling.replace(' ', '_')}-{seed}.json"
    if not path.is_file():
        keras.utils.set_random_seed(seed)
        norms = gradient_norms(build_for(pooling, corpus), long_reviews(corpus))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"pooling": pooling, "seed": seed, "norms": norms.tolist()}))
    return _read(path)


def one_run(pooling: str, seed: int, corpus: Corpus) -> Run:
    path = KEPT / f"{pooling.replace(' ', '_')}-{seed}.json"
    if path.is_file():
        return _read(path)
    started = time.process_time()
    keras.utils.set_random_seed(seed)
    model = build_for(pooling, corpus)
    run: Run = {"pooling": pooling, "seed": seed, "parameters": model.count_params()}
    run |= train(model, corpus, BUDGET["reviews"], BUDGET["epochs"])
    run["gradients"] = {"trained": gradient_norms(model, long_reviews(corpus)).tolist()}
    run["cpu_s"] = round(time.process_time() - started, 1)
    KEPT.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(run))
    return run


def ship(name: str, corpus: Corpus) -> Run:
    """Train a small model on all training reviews and write its weights, rounded to float16."""
    path = KEPT / f"shipped-{name}.json"
    if path.is_file() and (TARGET / f"{name}.npz").is_file():
        return _read(path)
    keras.utils.set_random_seed(1)
    pooling = {"simple_rnn": "lecture", "attention": "attention"}[name]
    units, dropout = (64, 0) if name == "simple_rnn" else (32, 0.3)
    sizes: dict[str, Any] = {"embed_dim": 32, "units": units, "dropout": dropout}
    model = build(pooling, corpus.num_words, corpus.max_len, **sizes)
    train(model, corpus, None, SHIPPED[name]["epochs"])
    weights = [value.astype("float16") for value in model.get_weights()]
    model.set_weights([value.astype("float32") for value in weights])
    answers = model.predict(corpus.validation_ids, batch_size=250, verbose=0)[:, 0]
    right = (answers > 0.5) == (corpus.validation_labels == 1)
    words = sorted(corpus.word_index, key=lambda word: corpus.word_index[word])
    arrays = {f"w{i}": value for i, value in enumerate(weights)}
    TARGET.mkdir(exist_ok=True)
    np.savez_compressed(
        TARGET / f"{name}.npz",
        **arrays,
        words=np.frombuffer("\n".join(words[: corpus.num_words - 4]).encode(), dtype="uint8"),
    )
    found = {
        "accuracy": round(float(np.mean(right)), 4),
        "reviews": len(corpus.validation_ids),
        "parameters": model.count_params(),
        "epochs": SHIPPED[name]["epochs"],
        "training_reviews": len(corpus.train_ids),
    }
    KEPT.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found))
    return found


def finished() -> list[Run]:
    """All runs that were kept, network by network, in the order of their seeds."""
    runs = [_read(path) for path in KEPT.glob("*-[0-9]*.json")]
    return sorted(runs, key=lambda run: (POOLINGS.index(run["pooling"]), run["seed"]))


def _read(path: Path) -> Run:
    run: Run = json.loads(path.read_text())
    return run


def calibrated() -> Any:
    path = ROOT / "tests" / "hidden" / "bilstm-attention" / "thresholds.toml"
    return tomllib.loads(path.read_text())["imdb"]["baseline_accuracies"]


def gradient_rows(runs: Sequence[Run], corpus: Corpus) -> Iterator[Gradients]:
    """Rows for every network of which a run has finished."""
    runs = [run for run in runs if run["pooling"] != "last words"]
    for name in POOLINGS:
        if any(run["pooling"] == name for run in runs):
            for seed in SEEDS:
                yield name, "untrained", seed, untrained_run(name, seed, corpus)["norms"]
    for run in runs:
        yield run["pooling"], "trained", run["seed"], run["gradients"]["trained"]


def write(runs: Sequence[Run], shipped: Mapping[str, Run], corpus: Corpus, cut: float) -> None:
    """The files for the lesson, from the runs that have finished.

    `cut` is the share of reviews of which the last words are others than the first ones.
    """
    gradients = list(gradient_rows(runs, corpus))
    write_curves(runs)
    write_gradients(gradients)
    lines = [
        '"""Measured on IMDB and written by solutions/why-attention/measure.py: no hand here."""',
        "",
        f"BUDGET = {_pretty({**BUDGET, 'held_back': len(corpus.validation_ids)})}",
        "",
        "# The share of reviews that have more than 200 words, the start included.",
        f"CUT = {cut:.3f}",
        "",
        f"SHIPPED = {_pretty(shipped)}",
        "",
        "# The lecture's SimpleRNN, 22,500 reviews, 3 epochs, 5 seeds, on 2,000 other reviews:",
        "# baseline_accuracies of `autograder data calibrate bilstm-attention`.",
        f"CALIBRATED = {calibrated()}",
        "",
        *_lines_of_curves(runs),
        "",
        *_lines_of_gradients(gradients),
    ]
    (TARGET.parent / "measured.py").write_text("\n".join(lines) + "\n")


def write_curves(runs: Sequence[Run]) -> None:
    """curves.csv: a row for each epoch."""
    with (HERE / "curves.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["pooling", "seed", "epoch", "accuracy", "training_accuracy", "parameters"])
        for run in runs:
            pairs = zip(run["accuracy"], run["training_accuracy"], strict=True)
            for epoch, (accuracy, training) in enumerate(pairs, 1):
                values = [f"{accuracy:.4f}", f"{training:.4f}", run["parameters"]]
                rows.writerow([run["pooling"], run["seed"], epoch, *values])


def write_gradients(gradients: Sequence[Gradients]) -> None:
    """gradients.csv: a row for every so many time steps."""
    with (HERE / "gradients.csv").open("w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["network", "state", "seed", "step", "norm"])
        for name, state, seed, norms in gradients:
            for step in range(0, len(norms), GRADIENT_STEPS):
                rows.writerow([name, state, seed, step, f"{norms[step]:.3g}"])


def _lines_of_curves(runs: Sequence[Run]) -> Iterator[str]:
    names = [name for name in POOLINGS if any(run["pooling"] == name for run in runs)]
    yield "# Accuracy after each epoch on the reviews held back: a row for each seed."
    yield "CURVES = {"
    for name in names:
        yield f'    "{name}": {{'
        for run in runs:
            if run["pooling"] == name:
                values = ", ".join(f"{value:.4f}" for value in run["accuracy"])
                yield f"        {run['seed']}: [{values}],"
        yield "    },"
    yield "}"
    yield "# Accuracy on the training reviews in the last epoch, dropout included."
    last = {
        name: [round(run["training_accuracy"][-1], 4) for run in runs if run["pooling"] == name]
        for name in names
    }
    yield f"TRAINING = {_pretty(last)}"
    yield f"PARAMETERS = {_pretty({run['pooling']: run['parameters'] for run in runs})}"


def _lines_of_gradients(gradients: Sequence[Gradients]) -> Iterator[str]:
    yield f"# Norm of d logit / d x_t at every {GRADIENT_STEPS}th time step: a row for each seed."
    yield f"GRADIENT_STEP = {GRADIENT_STEPS}"
    yield "GRADIENTS = {"
    for name in dict.fromkeys(row[0] for row in gradients):
        for state in ("untrained", "trained"):
            yield f'    ("{name}", "{state}"): ['
            for other, other_state, _, norms in gradients:
                if (other, other_state) == (name, state):
                    yield "        ["
                    texts = [f"{norm:.3g}" for norm in norms[::GRADIENT_STEPS]]
                    for i in range(0, len(texts), 8):
                        yield "            " + " ".join(f"{t}," for t in texts[i : i + 8])
                    yield "        ],"
            yield "    ],"
    yield "}"


def _pretty(value: Any) -> str:
    if not isinstance(value, dict):
        return json.dumps(value)
    inner = "".join(f"    {json.dumps(k)}: {json.dumps(v)},\n" for k, v in value.items())
    return "{\n" + inner + "}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="folder with train.npz and word_index.json")
    parser.add_argument("--seeds", type=int, nargs="*", default=SEEDS)
    parser.add_argument("--only", nargs="*", default=POOLINGS, help="these networks only")
    arguments = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(1)
    corpus = load_reviews("imdb", arguments.data)
    ends = load_reviews("imdb", arguments.data, keep="last")
    cut = float(np.mean(np.any(corpus.train_ids != ends.train_ids, axis=1)))
    shipped = {}
    for name in SHIPPED:
        shipped[name] = ship(name, corpus)
        print(time.strftime("%H:%M:%S"), "shipped", name, shipped[name], flush=True)
    for seed in arguments.seeds:
        for pooling in arguments.only:
            run = one_run(pooling, seed, ends if pooling == "last words" else corpus)
            accuracies = " ".join(f"{value:.4f}" for value in run["accuracy"])
            print(
                time.strftime("%H:%M:%S"),
                f"{pooling:10} seed {seed}: {accuracies}  {run['cpu_s']} CPU s",
                flush=True,
            )
            keras.backend.clear_session()
            write(finished(), shipped, corpus, cut)


if __name__ == "__main__":
    main()
