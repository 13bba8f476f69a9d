"""The test accuracy that EE-411's MLP reaches in PyTorch on FashionMNIST, by epoch.

python3 torch_fashion_mlp.py FOLDER [seed ...]   FOLDER holds the four files …-ubyte.gz
"""
import gzip
import sys
from pathlib import Path

import torch
from torch import nn

NUM_TRAIN, NUM_EPOCHS, BATCH_SIZE = 50_000, 20, 64


def read_idx(path, header, shape):
    with gzip.open(path) as file:
        return torch.frombuffer(bytearray(file.read()[header:]), dtype=torch.uint8).view(shape)


def read_split(folder, prefix):
    images = read_idx(folder / f"{prefix}-images-idx3-ubyte.gz", 16, (-1, 784))
    labels = read_idx(folder / f"{prefix}-labels-idx1-ubyte.gz", 8, (-1,))
    return images / 255, labels.long()


def accuracies(seed, X, y, X_test, y_test):
    """Percent right on the test set after each epoch of SGD 0.01 with Nesterov momentum 0.9."""
    torch.manual_seed(seed)
    chosen = torch.randperm(len(X))[:NUM_TRAIN]
    X, y = X[chosen], y[chosen]
    mean, deviation = X.mean(), X.std()
    X, X_test = (X - mean) / deviation, (X_test - mean) / deviation
    net = nn.Sequential(
        nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 100), nn.ReLU(), nn.Linear(100, 10)
    )
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    for _ in range(NUM_EPOCHS):
        for batch in torch.randperm(NUM_TRAIN).split(BATCH_SIZE):
            optimizer.zero_grad()
            nn.functional.cross_entropy(net(X[batch]), y[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            yield 100 * (net(X_test).argmax(1) == y_test).float().mean().item()


folder = Path(sys.argv[1])
sets = (*read_split(folder, "train"), *read_split(folder, "t10k"))
for seed in map(int, sys.argv[2:] or [0, 1, 2]):
    print(seed, *(f"{accuracy:.2f}" for accuracy in accuracies(seed, *sets)), flush=True)
