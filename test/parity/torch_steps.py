"""Trains a model of bench/torch_models.py on given weights and batches: torch_steps.py JOB FOLDER.

The folder has `arrays.json`, a list of {name, dtype, shape} in the order of `arrays.bin`, and the
model's options. Weights are named as tfjs names them ('conv1/kernel', in tfjs's layout), the arrays
of step i 'batch<i>/<name>'. The losses go to `losses.json`.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))
from torch_models import JOBS  # noqa: E402

SUFFIXES = {
    "kernel": "weight",
    "bias": "bias",
    "gamma": "weight",
    "beta": "bias",
    "moving_mean": "running_mean",
    "moving_variance": "running_var",
}


def read_arrays(folder):
    arrays, offset = {}, 0
    data = (folder / "arrays.bin").read_bytes()
    meta = json.loads((folder / "arrays.json").read_text())
    for entry in meta["arrays"]:
        count = int(np.prod(entry["shape"], dtype=int))
        flat = np.frombuffer(data, entry["dtype"], count, offset)
        arrays[entry["name"]] = torch.from_numpy(flat.reshape(entry["shape"]).copy())
        offset += flat.nbytes
    assert offset == len(data), f"{len(data) - offset} bytes left over"
    return arrays, meta["options"]


def channels_first(tensor, axis, channels, height, width):
    """Reorders an axis that holds [height, width, channels] flattened to [channels, height, width]."""
    shape = list(tensor.shape)
    spatial = tensor.reshape(shape[:axis] + [height, width, channels] + shape[axis + 1 :])
    return spatial.movedim(axis + 2, axis).reshape(shape)


def to_torch(model, name, tensor):
    path, kind = name.rsplit("/", 1)
    if path == "lstm":
        return f"lstm.{kind}", tensor.T.contiguous()
    if kind == "kernel":
        tensor = tensor.permute(3, 2, 0, 1) if tensor.ndim == 4 else tensor.T
    parent, _, leaf = path.rpartition(".")
    side, *maps = getattr(model.get_submodule(parent), "flattened", {}).get(leaf, [None])
    if side == "inputs" and kind == "kernel":
        tensor = channels_first(tensor, 1, *maps)
    if side == "outputs":
        tensor = channels_first(tensor, 0, *maps)
    return f"{path}.{SUFFIXES[kind]}", tensor.contiguous()


def to_batch(arrays, index):
    prefix = f"batch{index}/"
    batch = {k[len(prefix) :]: v for k, v in arrays.items() if k.startswith(prefix)}
    if not batch:
        return None
    for name in ("y", "ids", "lengths"):
        if name in batch:
            batch[name] = batch[name].long()
    if "x" in batch:
        batch["x"] = batch["x"].permute(0, 3, 1, 2).contiguous()
    return batch


def main(name, folder):
    arrays, options = read_arrays(folder)
    job = JOBS[name]
    model = job.model(**options)
    weights = {k: v for k, v in arrays.items() if not k.startswith("batch")}
    state = dict(to_torch(model, k, v) for k, v in weights.items())
    missing, unexpected = model.load_state_dict(state, strict=False)
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    assert not missing and not unexpected, f"missing {missing}, unexpected {unexpected}"
    model.train()
    optimizers = job.optimizers(model)
    losses = []
    while (batch := to_batch(arrays, len(losses))) is not None:
        losses.append(job.step(model, optimizers, batch).item())
    (folder / "losses.json").write_text(json.dumps(losses))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
