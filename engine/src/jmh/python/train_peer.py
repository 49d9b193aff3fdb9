"""Trains the benchmark networks with PyTorch eager and prints, as JSON, the samples per second of the median epoch.

Usage: train_peer.py mlp|cnn THREADS ROWS BATCH EPOCHS

The rows are drawn from a fixed seed: speed does not depend on what the pixels show. The first epoch is left out.
"""

import json
import statistics
import sys
import time

import torch
from torch import nn


def network(kind: str) -> nn.Module:
    if kind == "mlp":
        return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 10))
    return nn.Sequential(
        nn.Conv2d(1, 16, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(800, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def main() -> None:
    kind, threads, rows, batch, epochs = sys.argv[1], *map(int, sys.argv[2:6])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    images = torch.rand(rows, 784) if kind == "mlp" else torch.rand(rows, 1, 28, 28)
    labels = torch.randint(0, 10, (rows,))
    model = network(kind)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    loss_of = nn.CrossEntropyLoss()
    rates = []
    for epoch in range(epochs):
        order = torch.randperm(rows)
        begin = time.perf_counter()
        for at in range(0, rows, batch):
            chosen = order[at : at + batch]
            optimizer.zero_grad()
            loss_of(model(images[chosen]), labels[chosen]).backward()
            optimizer.step()
        if epoch > 0:
            rates.append(rows / (time.perf_counter() - begin))
    parameters = sum(p.numel() for p in model.parameters())
    measured = {"torch": torch.__version__, "parameters": parameters, "samples_per_s": statistics.median(rates)}
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
