"""Networks of random-graphs.ts as a PyTorch user would write them: torch_graphs.py FOLDER.

The folder has `graphs.json`, a list of {nodes, outputs, inputs}, and for each graph i our weights
in `ours<i>.pt`. They have to fit strictly. What the network gives with them, and with weights of
PyTorch's own in `theirs<i>.pt`, goes to `results.json`. Maps are [batch, channels, height, width],
sequences [batch, time, features] but for convolutions, which have the channels first.
"""
import json
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": F.relu,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "elu": F.elu,
    "leaky": lambda x: F.leaky_relu(x, 0.3),
}
EPS = 1e-3


class Separable(nn.Module):
    def __init__(self, inputs, outputs, kernel, times):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs * times, kernel, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs * times, outputs, 1)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


def module_of(node):
    """The module of a node with weights; None for the others."""
    op = node["op"]
    i, o, k, s = (node.get(key) for key in ("in", "out", "kernel", "stride"))
    if op == "conv1d":
        return nn.Conv1d(i, o, k, stride=s)
    if op == "conv2d":
        return nn.Conv2d(i, o, k, stride=s, bias=node["bias"])
    if op == "conv3d":
        return nn.Conv3d(i, o, k)
    if op == "conv2dTranspose":
        return nn.ConvTranspose2d(i, o, k, stride=s)
    if op == "conv3dTranspose":
        return nn.ConvTranspose3d(i, o, k, stride=s)
    if op == "depthwise":
        return nn.Conv2d(i, i * node["times"], k, groups=i)
    if op == "separable":
        return Separable(i, o, k, node["times"])
    if op in ("dense", "denseEach"):
        return nn.Linear(i, o)
    if op == "batchNorm":
        kinds = {1: nn.BatchNorm1d, 2: nn.BatchNorm1d, 3: nn.BatchNorm2d}
        return kinds[node["rank"]](i, eps=EPS)
    if op == "layerNorm":
        return nn.LayerNorm(i, eps=EPS)
    if op == "layerNormMap":
        height, width, channels = node["shape"]
        return nn.LayerNorm([channels, height, width], eps=EPS)
    if op == "prelu":
        return nn.PReLU(i)
    if op == "embedding":
        return nn.Embedding(i, o)
    if op in ("lstm", "bidirectional"):
        both, bias = op == "bidirectional", node.get("bias", True)
        return nn.LSTM(i, o, batch_first=True, bidirectional=both, bias=bias)
    if op == "rnn":
        return nn.RNN(i, o, batch_first=True, nonlinearity=node.get("nonlinearity", "tanh"))
    return None


def run(node, module, xs):
    op, x = node["op"], xs[0]
    act = ACTIVATIONS[node.get("activation", "linear")]
    if op in ("conv2d", "conv2dTranspose", "conv3d", "conv3dTranspose", "depthwise", "separable"):
        return act(module(x))
    if op == "conv1d":
        return act(module(x.transpose(1, 2) if node["from"] == "sequence" else x))
    if op in ("dense", "denseEach", "prelu", "layerNorm", "layerNormMap", "batchNorm", "embedding"):
        return act(module(x))
    if op in ("lstm", "bidirectional", "rnn"):
        out, h = module(x.transpose(1, 2) if node["from"] == "convolution" else x)
        if node["sequences"]:
            return out
        h = h[0] if op != "rnn" else h
        return torch.cat(list(h), 1)
    if op == "activation":
        return act(x)
    if op == "dropout":
        return x
    if op == "maxPool":
        return (F.max_pool1d if x.dim() == 3 else F.max_pool2d)(x, 2)
    if op == "avgPool":
        return (F.avg_pool1d if x.dim() == 3 else F.avg_pool2d)(x, 2)
    if op == "globalAverage":
        return x.flatten(2).mean(2)
    if op == "globalMax":
        return x.flatten(2).amax(2)
    if op == "upsample":
        return F.interpolate(x, scale_factor=2)
    if op == "zeroPad":
        return F.pad(x, (1, 1, 1, 1))
    if op == "crop":
        return x[:, :, 1:, 1:]
    if op in ("flatten", "reshapeFlat", "permuteFlat"):
        return x.flatten(1)
    if op == "toMap":
        height, width, channels = node["shape"]
        return x.view(-1, channels, height, width)
    if op == "toVolume":
        depth, height, width, channels = node["shape"]
        return x.view(-1, channels, depth, height, width)
    if op == "toConvolution":
        length, channels = node["shape"]
        return x.view(-1, channels, length)
    if op == "toSequence":
        return x.view(-1, *node["shape"])
    if op == "repeat":
        return x[:, None].expand(-1, node["times"], -1)
    if op == "add":
        return sum(xs)
    if op == "multiply":
        return xs[0] * xs[1]
    if op == "scale":
        return xs[0] * xs[1][:, :, None, None]
    if op == "concat":
        return torch.cat(xs, 1)
    raise ValueError(op)


class Network(nn.Module):
    def __init__(self, graph):
        super().__init__()
        self.graph = graph
        for node in graph["nodes"]:
            module = module_of(node)
            if module is not None and not node.get("again"):
                self.place(node["path"], module)

    def place(self, path, module):
        *parents, leaf = path.split(".")
        parent = self
        for name in parents:
            if not hasattr(parent, name):
                parent.add_module(name, nn.Module())
            parent = getattr(parent, name)
        parent.add_module(leaf, module)

    def forward(self, inputs):
        values = []
        for node in self.graph["nodes"]:
            if node["op"] == "input":
                values.append(inputs[node["index"]])
                continue
            module = self.get_submodule(node["path"]) if module_of(node) is not None else None
            values.append(run(node, module, [values[i] for i in node["inputs"]]))
        return [values[i] for i in self.graph["outputs"]]


def input_of(spec):
    x = torch.tensor(spec["values"]).reshape(spec["shape"])
    if spec["kind"] == "map":
        return x.movedim(-1, 1)
    return x.long() if spec["kind"] == "ids" else x


def results(network, inputs, kinds):
    with torch.no_grad():
        outputs = network(inputs)
    shown = [x.movedim(1, -1) if kind == "map" else x for x, kind in zip(outputs, kinds)]
    return [x.flatten().tolist() for x in shown]


def main(folder):
    torch.manual_seed(0)
    done = []
    for i, graph in enumerate(json.loads((folder / "graphs.json").read_text())):
        network = Network(graph).eval()
        inputs = [input_of(spec) for spec in graph["inputs"]]
        network.load_state_dict(torch.load(folder / f"ours{i}.pt", weights_only=True), strict=True)
        with_ours = results(network, inputs, graph["outputKinds"])
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                low, high = (0.5, 1.5) if name.endswith("running_var") else (-0.5, 0.5)
                value.uniform_(low, high)
        torch.save(network.state_dict(), folder / f"theirs{i}.pt")
        done.append({"ours": with_ours, "theirs": results(network, inputs, graph["outputKinds"])})
    (folder / "results.json").write_text(json.dumps(done))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
