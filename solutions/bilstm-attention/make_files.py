"""Trusted side. Makes the files of the bank's entries `accuracy__…`, from the reference's own code.

    python solutions/bilstm-attention/make_files.py

Training has a fixed seed, but a model's first weights are drawn anew at each run, so two runs write
files of other weights. The verdicts do not depend on which; `autograder verify` then grades the
files anew. It takes some minutes.
"""

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

from autograder.authoring.specimen import answer, solved
from autograder.course.layout import Course
from autograder.course.module import load_module

HERE = Path(__file__).parent
COURSE = Course.find(HERE)
ASSIGNMENT = COURSE.assignment("bilstm-attention")
REVIEWS = load_module(COURSE.root / "source" / "reviews.py").load_reviews("generated")
FILE = "bilstm_attention.keras"
OURS: dict[str, Any] = {"np": np, "keras": keras}
for task in ("attention_pooling", "build_model"):
    exec(answer(solved(ASSIGNMENT), task), OURS)  # noqa: S102 - the reference, a text of ours


def build(**sizes: Any) -> Any:
    small = {"embed_dim": 16, "hidden": 16, "units": 16, "dropout": 0.2}
    return OURS["build_model"](REVIEWS.num_words, REVIEWS.max_len, **(small | sizes))


def train(
    model: Any,
    *,
    ids: np.ndarray = REVIEWS.train_ids,
    labels: np.ndarray = REVIEWS.train_labels,
    epochs: int = 5,
) -> Any:
    keras.utils.set_random_seed(1)
    model.compile(keras.optimizers.Adam(0.01), loss="binary_crossentropy", metrics=["accuracy"])
    model.fit(ids, labels, epochs=epochs, batch_size=64, verbose=0)
    return model


def simple_rnn() -> Any:
    ids = keras.Input((REVIEWS.max_len,), dtype="int32")
    vectors = keras.layers.Embedding(REVIEWS.num_words, 16, mask_zero=True)(ids)
    state = keras.layers.SimpleRNN(32)(vectors)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(state))


def simple_rnn_before_attention() -> Any:
    """The name is right, but there is one state only to attend to."""
    ids = keras.Input((REVIEWS.max_len,), dtype="int32")
    vectors = keras.layers.Embedding(REVIEWS.num_words, 16, mask_zero=True)(ids)
    state = keras.layers.Reshape((1, 32))(keras.layers.SimpleRNN(32)(vectors))
    context, _ = OURS["AttentionPooling"](16, name="attention")(state)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(context))


def constant() -> Any:
    model = build()
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    return model


def with_code() -> Any:
    """A Lambda layer carries Python code, which Keras' safe mode refuses to load."""
    ids = keras.Input((REVIEWS.max_len,), dtype="int32")
    inner = keras.layers.Lambda(lambda x: x * 0 + __import__("os").getpid(), name="attention")(ids)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(inner))


def rewritten(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The .keras file with other contents for some of its members; None leaves a member out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", 8) as new:
        for name in [*old.namelist(), *(n for n in changes if n not in old.namelist())]:
            content = changes.get(name, old.read(name) if name in old.namelist() else b"")
            if content is not None:
                new.writestr(zipfile.ZipInfo(name), content, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def keep(name: str, content: Any) -> None:
    """Write one entry; the time of saving, which Keras notes, is left out."""
    path = HERE / name / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, keras.Model):
        content.save(path)
        content = rewritten(path.read_bytes(), {"metadata.json": b"{}"})
    path.write_bytes(content)
    print(name, len(content))


def main() -> None:
    rng = np.random.default_rng(0)
    good = train(build())
    keep("accepted/accuracy__small_and_late", good)
    data = (HERE / "accepted/accuracy__small_and_late" / FILE).read_bytes()
    keep("accepted/accuracy__wider", train(build(embed_dim=24, hidden=24, units=8)))
    keep("accepted/accuracy__no_dropout", train(build(dropout=0.0)))
    bare = build()
    bare.set_weights(good.get_weights())
    keep("accepted/accuracy__saved_uncompiled", bare)

    keep("wrong/accuracy__untrained", build())
    keep("wrong/accuracy__constant", constant())
    keep("wrong/accuracy__one_epoch", train(build(), epochs=1))
    labels = rng.permutation(REVIEWS.train_labels)
    keep("wrong/accuracy__shuffled_labels", train(build(), labels=labels))
    keep("wrong/accuracy__flipped_labels", train(build(), labels=1 - REVIEWS.train_labels))
    ids = np.maximum(REVIEWS.train_ids - 3, 0)
    keep("wrong/accuracy__offset_forgotten", train(build(), ids=ids))
    short = OURS["build_model"](REVIEWS.num_words, 20, 16, 16, 16, 0.2)
    keep("wrong/accuracy__other_length", train(short, ids=REVIEWS.train_ids[:, :20], epochs=2))
    keep("wrong/accuracy__simple_rnn", train(simple_rnn()))
    keep("wrong/accuracy__simple_rnn_before_attention", train(simple_rnn_before_attention()))
    keep("wrong/accuracy__empty_file", b"")
    keep("wrong/accuracy__cut_off", data[: len(data) // 2])
    keep("wrong/accuracy__text_instead", b"model = build_model()\n")
    keep("wrong/accuracy__weights_only", rewritten(data, {"config.json": None}))
    note = HERE / "wrong/accuracy__no_file/README"
    note.parent.mkdir(exist_ok=True)
    note.write_text("The notebook was handed in alone.\n")

    keep("hostile/accuracy__code_in_a_lambda", with_code())
    huge = bytes(512 << 20)
    keep("hostile/accuracy__zip_bomb_as_weights", rewritten(data, {"model.weights.h5": huge}))
    keep("hostile/accuracy__zip_bomb_as_config", rewritten(data, {"config.json": huge}))
    # Nothing is to be written there.
    escape = {"../../../tmp/escaped": b"x", "/tmp/escaped": b"x"}  # noqa: S108
    strange = rewritten(data, {**escape, "model.weights.h5": b"\x89HDF\r\n\x1a\n" + bytes(512)})
    keep("hostile/accuracy__paths_that_leave_the_archive", strange)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        config = archive.read("config.json").decode()
    for module in ("null", '"builtins"'):
        config = config.replace(f'"module": {module}, "class_name": "AttentionPooling"', _CALL)
    call = config.replace("AttentionPooling", "Popen").encode()
    keep("hostile/accuracy__class_of_another_module", rewritten(data, {"config.json": call}))


_CALL = '"module": "subprocess", "class_name": "Popen"'

if __name__ == "__main__":
    main()
