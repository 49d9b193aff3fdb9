"""Peer of PredictBenchmark: the same MLP over the same Parquet rows by predict_batch_udf with PyTorch.

Usage: predict_peer.py PARQUET ROWS RUNS. Prints one JSON object: seconds of the best run but the first, CPU seconds of
the whole process tree in it, the tree's peak resident memory, and the versions.
"""
import json
import os
import sys
import threading
import time
from importlib.metadata import version

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ["PYSPARK_PYTHON"] = sys.executable

import numpy as np
from pyspark.ml.functions import predict_batch_udf
from pyspark.sql import SparkSession
from pyspark.sql.functions import sum as sum_
from pyspark.sql.types import FloatType

PARQUET, ROWS, RUNS = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def tree():
    """CPU seconds and resident bytes of this process and all its descendants."""
    parents, stats = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat") as f:
                fields = f.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents[int(pid)] = int(fields[1])
        stats[int(pid)] = (sum(map(int, fields[11:15])) / TICK, int(fields[21]) * PAGE)
    mine, grew = {os.getpid()}, True
    while grew:
        more = {p for p, parent in parents.items() if parent in mine} - mine
        mine |= more
        grew = bool(more)
    return sum(stats[p][0] for p in mine if p in stats), sum(stats[p][1] for p in mine if p in stats)


peak = 0


def watch():
    global peak
    while True:
        peak = max(peak, tree()[1])
        time.sleep(0.2)


threading.Thread(target=watch, daemon=True).start()


def make():
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(784, 256), torch.nn.ReLU(), torch.nn.Linear(256, 10)).eval()

    def predict(inputs: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return model(torch.from_numpy(inputs)).argmax(1).numpy().astype(np.float32)

    return predict


spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "4")
    .getOrCreate()
)
predict = predict_batch_udf(make, return_type=FloatType(), batch_size=1024, input_tensor_shapes=[[784]])
rows = spark.read.parquet(PARQUET)
runs = []
for _ in range(RUNS):
    cpu, start = tree()[0], time.perf_counter()
    rows.select(predict("features").alias("p")).agg(sum_("p")).collect()
    wall = time.perf_counter() - start
    runs.append({"wall_s": wall, "cpu_s": tree()[0] - cpu})
best = min(runs[1:] or runs, key=lambda r: r["wall_s"])
versions = {"pyspark": spark.version, "torch": version("torch")}
print(json.dumps({**best, "peak_mb": peak / 1e6, "runs": runs, **versions}))
