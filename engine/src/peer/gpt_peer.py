"""A small character language model in PyTorch: tokens per second of training, and the loss it reaches.

    python engine/src/peer/gpt_peer.py bench [--engine torch|torch-compile] [--threads N] [--steps N] [--data SHARED/data]
    python engine/src/peer/gpt_peer.py train [--engine torch|torch-compile] [--threads N] [--steps N] [--data SHARED/data]

    python engine/src/peer/gpt_peer.py same FOLDER [--threads N]
    python engine/src/peer/gpt_peer.py check FOLDER

The text of the first two is tinyshakespeare: its first 90 % train, its last 10 % validate; a token is a character. The net has 4 blocks of width 128
with 4 heads, GELU (exact), norms before the blocks and at the end, learned positions, every linear layer with bias, an output
matrix of its own with bias; T=128, batch 32, AdamW 1e-3 (weight decay 0.01), no dropout. Linear layers and embeddings start from N(0, 0.02), biases at zero.

bench: the median step of --steps (40) after 5 to warm up (compile: after 8). train: --steps (500) steps, then the loss of 20
validation batches, in nats per character. Both print one line of JSON.

same: trains GPT2LMHeadModel of `transformers` from the config.json and model.safetensors of a folder, on the windows of its
batches.bin (int32; steps, batch, length + 1), step by step with the rates of settings.json (batch, length, clip, decay, rates);
matrices and tables decay. Prints the loss of the windows of validation.bin and the tokens per second. check: reads a folder that
Athanor wrote, and its lines.json; prints for each line the ids that `tokenizers` makes of it and the logits of its tokens.
"""
import argparse
import gzip
import json
import os
import pathlib
import statistics
import sys
import time

from foreign import Foreign

LAYERS, WIDTH, HEADS, LENGTH, BATCH = 4, 128, 4, 128, 32


def network(vocabulary):
    import torch
    from torch import nn
    from torch.nn import functional as f

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.ln1, self.ln2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
            self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
            self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

        def forward(self, x):
            b, t, _ = x.shape
            q, k, v = (y.view(b, t, HEADS, -1).transpose(1, 2) for y in self.qkv(self.ln1(x)).split(WIDTH, 2))
            y = f.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.out(y.transpose(1, 2).reshape(b, t, WIDTH))
            return x + self.down(f.gelu(self.up(self.ln2(x))))

    class Gpt(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.positions = nn.Embedding(vocabulary, WIDTH), nn.Embedding(LENGTH, WIDTH)
            self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
            self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, vocabulary)
            for module in self.modules():
                if isinstance(module, (nn.Linear, nn.Embedding)):
                    nn.init.normal_(module.weight, std=0.02)
                if isinstance(module, nn.Linear):
                    nn.init.zeros_(module.bias)

        def forward(self, ids, targets):
            x = self.tokens(ids) + self.positions.weight[: ids.shape[1]]
            for block in self.blocks:
                x = block(x)
            return f.cross_entropy(self.head(self.norm(x)).flatten(0, 1), targets.flatten())

    return Gpt()


def text(data):
    """Training and validation text as ids, and the number of characters."""
    import torch

    file = pathlib.Path(data) / "text/tinyshakespeare.txt.gz"
    if not file.exists():
        sys.exit("%s is missing" % file)
    with gzip.open(file, "rt", encoding="utf-8", newline="") as f:
        read = f.read()
    characters = sorted(set(read))
    place = {c: i for i, c in enumerate(characters)}
    ids = torch.tensor([place[c] for c in read])
    cut = len(ids) * 9 // 10
    return ids[:cut], ids[cut:], len(characters)


def same(folder, threads):
    """Trains the model of a folder as its files say."""
    import numpy
    import torch
    import transformers

    torch.set_num_threads(threads)
    settings = json.loads((folder / "settings.json").read_text())
    length = settings["length"]

    def windows(name, *shape):
        ids = torch.from_numpy(numpy.fromfile(folder / name, dtype="<i4").astype("int64"))
        return ids.view(*shape, length + 1)

    model = transformers.GPT2LMHeadModel.from_pretrained(folder)
    model.train()
    decaying = [p for p in model.parameters() if p.dim() > 1]
    plain = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW(
        [{"params": decaying, "weight_decay": settings["decay"]}, {"params": plain, "weight_decay": 0.0}]
    )

    def loss(part):
        logits = model(part[:, :-1], use_cache=False).logits
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), part[:, 1:].flatten())

    losses = []
    begin = time.perf_counter()
    batches = windows("batches.bin", -1, settings["batch"])
    for part, rate in zip(batches, settings["rates"], strict=True):
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        value = loss(part)
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), settings["clip"])
        optimizer.step()
        losses.append(float(value.detach()))
    seconds = time.perf_counter() - begin
    model.eval()
    with torch.no_grad():
        validation = [(float(loss(part)), len(part)) for part in windows("validation.bin", -1).split(64)]
    print(json.dumps({
        "version": "torch " + torch.__version__, "steps": len(losses), "threads": threads,
        "train_loss": statistics.mean(losses[-20:]), "first_loss": losses[0],
        "validation_loss": sum(v * n for v, n in validation) / sum(n for _, n in validation),
        "tokens_per_s": round(batches.shape[0] * batches.shape[1] * length / seconds),
    }))


def check(folder):
    """What the libraries make of a folder that Athanor wrote."""
    import tokenizers
    import torch
    import transformers

    model = transformers.GPT2LMHeadModel.from_pretrained(folder).eval()
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    result = []
    for line in json.loads((folder / "lines.json").read_text(encoding="utf-8")):
        ids = tokenizer.encode(line, add_special_tokens=False).ids
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[0]
        result.append({"ids": ids, "text": tokenizer.decode(ids), "logits": logits.flatten().tolist()})
    print(json.dumps(result))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["bench", "train", "same", "check"])
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("--engine", default="torch", choices=["torch", "torch-compile"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--data", default="../shared/data")
    args = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    os.environ["HF_HUB_OFFLINE"] = "1"
    if args.what == "same":
        return same(args.folder, args.threads)
    if args.what == "check":
        return check(args.folder)
    import torch

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    training, validation, vocabulary = text(args.data)
    model = network(vocabulary)
    called = torch.compile(model) if args.engine == "torch-compile" else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.01)
    drawn = torch.Generator().manual_seed(1)

    def batch(ids):
        at = torch.randint(len(ids) - LENGTH - 1, (BATCH,), generator=drawn)[:, None] + torch.arange(LENGTH)
        return ids[at], ids[at + 1]

    def step():
        ids, targets = batch(training)
        begin = time.perf_counter()
        optimizer.zero_grad()
        loss = called(ids, targets)
        loss.backward()
        optimizer.step()
        return time.perf_counter() - begin, float(loss.detach())

    result = {
        "engine": args.engine, "version": "torch " + torch.__version__, "threads": args.threads,
        "parameters": sum(p.numel() for p in model.parameters()), "vocabulary": vocabulary,
    }
    foreign = Foreign()
    if args.what == "bench":
        for _ in range(8 if args.engine == "torch-compile" else 5):
            step()
        seconds = [step()[0] for _ in range(args.steps or 40)]
    else:
        made = [step() for _ in range(args.steps or 500)]
        seconds = [s for s, _ in made][5:]
        with torch.no_grad():
            losses = [float(called(*batch(validation))) for _ in range(20)]
        result["steps"] = len(made)
        result["train_loss"] = round(statistics.mean(loss for _, loss in made[-20:]), 4)
        result["validation_loss"] = round(statistics.mean(losses), 4)
    result["ms_per_step"] = round(statistics.median(seconds) * 1e3, 1)
    result["tokens_per_s"] = round(BATCH * LENGTH / statistics.median(seconds))
    result["foreign_cpu"] = foreign.per_s()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
