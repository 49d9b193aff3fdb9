"""Tiny random models of each family, saved as Hugging Face folders, and what `transformers` computes with them.

    python engine/src/peer/transformers_goldens.py engine/src/test/resources/dev/athanor/engine/transformer
    python engine/src/peer/transformers_goldens.py --check engine/src/test/resources/dev/athanor/engine/transformer

Needs the packages of requirements.txt beside it. It runs on one thread, in float32, with eager attention and without dropout;
each sequence is computed by itself, without padding. The first form writes, the second computes again from the committed
`config.json` and `model.safetensors` and exits with 1 where a number is farther than 1e-5 of the tensor's largest
from the committed one. Names of families after the folder choose some.

A folder holds `config.json` and `model.safetensors` as `save_pretrained` leaves them, `golden.json` (words and scalars) and
`golden.safetensors`. With T the tokens of all sequences back to back, B sequences, width W and vocabulary V that has:

    input_ids (T) int32, offsets (B+1) int32     sequence b is input_ids[offsets[b]:offsets[b+1]]
    token_type_ids (T) int32                     bert
    hidden (T,W)                                 after the last block and the final norm
    logits (T,V), greedy (B,10) int32            causal families; greedy: the tokens that follow each sequence
    pooled_mean (B,W)                            encoders: mean over the tokens of the sequence
    pooler (B,W)                                 bert, roberta: tanh(dense(first token))
    class_logits (B,3)                           distilbert
    target (B,W)                                 encoders: what the mean is trained towards
    losses (20), grad.NAME, after.NAME           training, see below

Training goes 20 steps of AdamW over all the sequences at once; matrices and tables decay, vectors do not. losses[i] is the loss
before step i, grad.NAME the gradient of the first, after.NAME the weights after all. A causal loss is the sum of the cross-entropies
of every token but the first of each sequence, divided by their number; an encoder's is mean((pooled_mean - target)^2) over B*W. Parameters the loss does not reach ("frozen"
in golden.json) have neither. "undetermined" lists ranges [from, to) of parameters whose gradient is zero in exact arithmetic (a
key's bias adds the same to every score of a query): Adam turns their rounding noise into steps, so nothing can be compared there.
"""
import json
import os
import pathlib
import shutil
import sys

os.environ["HF_HUB_OFFLINE"] = "1"
import torch
import transformers
from safetensors.torch import load_file, save_file

LENGTHS = [7, 1, 37, 5]
STEPS = 20
ADAMW = {"lr": 1e-3, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}
NEW_TOKENS = 10
TOLERANCE = 1e-5

ENCODER = {"vocab_size": 97, "pad_token_id": 0}
DECODER = {"vocab_size": 97, "max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": 2, "num_hidden_layers": 2, "rms_norm_eps": 1e-3}
# family: (class, configuration). The norms' epsilons are far from the defaults, so that a field not read shows.
FAMILIES = {
    "bert": ("BertModel", {**ENCODER, "hidden_size": 36, "num_hidden_layers": 2, "num_attention_heads": 3, "intermediate_size": 76, "layer_norm_eps": 1e-3, "max_position_embeddings": 40}),
    "distilbert": ("DistilBertForSequenceClassification", {**ENCODER, "dim": 48, "n_layers": 2, "n_heads": 4, "hidden_dim": 100, "max_position_embeddings": 40, "num_labels": 3}),
    "roberta": ("RobertaModel", {"vocab_size": 97, "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 100, "max_position_embeddings": 40, "type_vocab_size": 1, "layer_norm_eps": 1e-3}),
    "gpt2": ("GPT2LMHeadModel", {"vocab_size": 97, "n_positions": 48, "n_embd": 30, "n_layer": 2, "n_head": 3, "layer_norm_epsilon": 1e-3, "bos_token_id": 96, "eos_token_id": 96}),
    "llama": ("LlamaForCausalLM", {**DECODER, "hidden_size": 40, "intermediate_size": 52, "num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": False}),
    "llama3": ("LlamaForCausalLM", {**DECODER, "hidden_size": 48, "intermediate_size": 84, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "tie_word_embeddings": True, "rope_parameters": {"rope_type": "llama3", "rope_theta": 500.0, "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}}),
    "mistral": ("MistralForCausalLM", {**DECODER, "hidden_size": 48, "intermediate_size": 84, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 14, "sliding_window": 8, "rope_parameters": {"rope_type": "default", "rope_theta": 1000.0}}),
    "qwen2": ("Qwen2ForCausalLM", {**DECODER, "hidden_size": 48, "intermediate_size": 84, "num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": True, "rope_parameters": {"rope_type": "default", "rope_theta": 1000.0}}),
    "qwen3": ("Qwen3ForCausalLM", {**DECODER, "hidden_size": 48, "intermediate_size": 84, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "tie_word_embeddings": True, "rope_parameters": {"rope_type": "default", "rope_theta": 1000000.0}}),
    "gemma3_text": ("Gemma3ForCausalLM", {**DECODER, "hidden_size": 40, "intermediate_size": 60, "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 14, "query_pre_attn_scalar": 20, "sliding_window": 8, "pad_token_id": 0, "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"], "rope_parameters": {"sliding_attention": {"rope_type": "default", "rope_theta": 100.0}, "full_attention": {"rope_type": "default", "rope_theta": 10000.0}}}),
}
ENCODERS = ("bert", "distilbert", "roberta")
# Chosen so that no gradient comes so near to zero that the first step of Adam turns on its rounding.
SEEDS = {**{name: 1000 + i for i, name in enumerate(FAMILIES)}, "bert": 1011, "roberta": 1012, "gpt2": 1011, "llama": 1009, "mistral": 1010, "gemma3_text": 1012}
CLASSES = {name: made[0] for name, made in FAMILIES.items()}
CONFIGS = {"gemma3_text": "Gemma3TextConfig"}


def configuration(family):
    name = CONFIGS.get(family) or next(
        CLASSES[family].removesuffix(end) + "Config"
        for end in ("ForSequenceClassification", "ForCausalLM", "LMHeadModel", "Model")
        if CLASSES[family].endswith(end)
    )
    return getattr(transformers, name)(**FAMILIES[family][1])


def fresh(family):
    """A model whose every parameter says something: wide weights, biases, gains away from one."""
    generator = torch.Generator().manual_seed(SEEDS[family])
    model = getattr(transformers, CLASSES[family])(configuration(family))
    with torch.no_grad():
        for name, p in model.named_parameters():
            drawn = torch.randn(p.shape, generator=generator) * 0.2
            gain = p.dim() == 1 and name.endswith("weight") and family != "gemma3_text"
            p.copy_(drawn + 1 if gain else drawn)
    return model


def save(model, family, folder):
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    if family == "llama3":  # as most of the published files still have it, written before release 5
        file = folder / "config.json"
        config = json.loads(file.read_text(encoding="utf-8"))
        rope = config.pop("rope_parameters")
        config["rope_theta"] = rope.pop("rope_theta")
        config["rope_scaling"] = rope
        config["torch_dtype"] = config.pop("dtype")
        file.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def load(family, folder, dtype=torch.float32):
    model = getattr(transformers, CLASSES[family]).from_pretrained(folder, attn_implementation="eager", dtype=dtype)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return model.eval()


def inputs(family):
    generator = torch.Generator().manual_seed(7)
    total = sum(LENGTHS)
    made = {
        "input_ids": torch.randint(3, 97, (total,), generator=generator),
        "offsets": torch.tensor([0] + LENGTHS).cumsum(0),
    }
    if family == "bert":
        made["token_type_ids"] = torch.cat([(torch.arange(n) >= (n + 1) // 2).long() for n in LENGTHS])
    if not causal(family):
        width = FAMILIES[family][1].get("hidden_size") or FAMILIES[family][1]["dim"]
        made["target"] = torch.randn(len(LENGTHS), width, generator=generator)
    return made


def pieces(made, name="input_ids"):
    o = made["offsets"].tolist()
    return [made[name][a:b][None] for a, b in zip(o, o[1:])]


def forward(model, family, made):
    """Hidden states of each sequence, (n,W), and the outputs of the whole model."""
    base = model.base_model
    hidden, outputs = [], []
    types = pieces(made, "token_type_ids") if family == "bert" else [None] * len(LENGTHS)
    for ids, kinds in zip(pieces(made), types):
        more = {} if kinds is None else {"token_type_ids": kinds}
        kept = []
        hook = base.register_forward_hook(lambda m, i, out: kept.append(out.last_hidden_state[0]))
        outputs.append(model(input_ids=ids, attention_mask=torch.ones_like(ids), **more))
        hook.remove()
        hidden.append(kept[0])
    return hidden, outputs


def causal(family):
    return family not in ENCODERS


def loss_of(model, family, made):
    hidden, outputs = forward(model, family, made)
    if not causal(family):
        pooled = torch.stack([h.mean(0) for h in hidden])
        return torch.nn.functional.mse_loss(pooled, made["target"].to(pooled.dtype))
    logits = torch.cat([out.logits[0, :-1] for out in outputs])
    labels = torch.cat([ids[0, 1:] for ids in pieces(made)])
    return torch.nn.functional.cross_entropy(logits, labels)


def greedy(model, made):
    """The tokens that follow each sequence, and how far the second best logit ever came near."""
    rows, gap = [], float("inf")
    for ids in pieces(made):
        start = ids.shape[1]
        for _ in range(NEW_TOKENS):
            best = model(input_ids=ids, attention_mask=torch.ones_like(ids), use_cache=False).logits[0, -1].topk(2)
            gap = min(gap, float(best.values[0] - best.values[1]))
            ids = torch.cat([ids, best.indices[:1][None]], 1)
        rows.append(ids[0, start:])
    return torch.stack(rows), gap


def train(model, family, made):
    result, losses = {}, []
    groups = [
        {"params": [p for p in model.parameters() if p.dim() >= 2]},
        {"params": [p for p in model.parameters() if p.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, foreach=False, **ADAMW)
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = loss_of(model, family, made)
        loss.backward()
        losses.append(loss.detach())
        if step == 0:
            result.update({"grad." + n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None})
        optimizer.step()
    result["losses"] = torch.stack(losses)
    result.update({"after." + n: p.detach() for n, p in model.named_parameters() if "grad." + n in result})
    return result


def undetermined(model):
    ranges = {}
    for name, p in model.named_parameters():
        if name.endswith(("attention.self.key.bias", "attention.k_lin.bias")):
            ranges[name] = [0, p.shape[0]]
        elif name.endswith("attn.c_attn.bias"):
            ranges[name] = [p.shape[0] // 3, 2 * p.shape[0] // 3]
    return ranges


def compute(family, folder, dtype=torch.float32):
    made, words = inputs(family), {}
    model = load(family, folder, dtype)
    with torch.no_grad():
        hidden, outputs = forward(model, family, made)
        made["hidden"] = torch.cat(hidden)
        if causal(family):
            made["logits"] = torch.cat([out.logits[0] for out in outputs])
            made["greedy"], words["greedy_gap"] = greedy(model, made)
        else:
            made["pooled_mean"] = torch.stack([h.mean(0) for h in hidden])
        if family in ("bert", "roberta"):
            made["pooler"] = torch.cat([out.pooler_output for out in outputs])
        if family == "distilbert":
            made["class_logits"] = torch.cat([out.logits for out in outputs])
    made.update(train(model, family, made))
    words["frozen"] = [n for n, _ in model.named_parameters() if "grad." + n not in made]
    words["undetermined"] = undetermined(model)
    tensors = {
        n: (t.to(torch.float32) if t.is_floating_point() else t.to(torch.int32)).contiguous().clone() for n, t in made.items()
    }
    return tensors, words


def determined(name, tensor, ranges):
    """The tensor without what nothing can be said about."""
    if name.startswith(("grad.", "after.")) and name.split(".", 1)[1] in ranges:
        a, b = ranges[name.split(".", 1)[1]]
        return torch.cat([tensor[:a], tensor[b:]])
    return tensor


def distance(got, want):
    """The largest difference, as a part of the largest wanted value."""
    if got.shape != want.shape or got.dtype != want.dtype:
        return float("inf")
    if got.numel() == 0:
        return 0.0
    far = (got.double() - want.double()).abs().max() / max(1e-30, float(want.double().abs().max()))
    return float("inf") if torch.isnan(far) else float(far)


def write(family, folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    save(fresh(family), family, folder)
    tensors, words = compute(family, folder)
    exact, _ = compute(family, folder, torch.float64)
    ranges = words.get("undetermined", {})
    rounding = {}
    for name, tensor in tensors.items():
        group = name.split(".")[0]
        far = distance(determined(name, tensor, ranges), determined(name, exact[name], ranges))
        rounding[group] = max(rounding.get(group, 0.0), far)
    about = {
        "made_by": "transformers_goldens.py with torch %s, transformers %s" % (torch.__version__.split("+")[0], transformers.__version__),
        "family": family,
        "class": CLASSES[family],
        "rounding": {n: float("%.1e" % r) for n, r in rounding.items() if r > 0},
        **words,
    }
    about["training"] = {"optimizer": "AdamW", "steps": STEPS, "loss": float(tensors["losses"][0]), **ADAMW}
    save_file(tensors, folder / "golden.safetensors")
    (folder / "golden.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    size = sum(f.stat().st_size for f in folder.iterdir())
    print(json.dumps({"family": family, "bytes": size, **about}))


def check(family, folder):
    """What differs from the committed files, as sentences."""
    wrong = []
    seeded = {n: p for n, p in fresh(family).named_parameters()}
    stored = load_file(folder / "model.safetensors")
    for name, p in seeded.items():
        if name not in stored or distance(stored[name], p.detach()) > TOLERANCE:
            wrong.append("%s: weights %s are not those of the seed" % (family, name))
    golden = load_file(folder / "golden.safetensors")
    tensors, words = compute(family, folder)
    for name in sorted(golden.keys() ^ tensors.keys()):
        wrong.append("%s: %s is only in one of the two" % (family, name))
    farthest = 0.0
    for name in sorted(golden.keys() & tensors.keys()):
        ranges = words.get("undetermined", {})
        far = distance(determined(name, tensors[name], ranges), determined(name, golden[name], ranges))
        farthest = max(farthest, far)
        if not far <= TOLERANCE:
            wrong.append("%s: %s is %.2e away" % (family, name, far))
    print(json.dumps({"family": family, "tensors": len(golden), "farthest": farthest, "wrong": wrong}))
    return wrong


def main(args):
    torch.set_num_threads(1)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    checking = args[0] == "--check"
    if checking:
        args = args[1:]
    folder, families = pathlib.Path(args[0]), args[1:] or list(FAMILIES)
    wrong = []
    for family in families:
        wrong += check(family, folder / family) if checking else write(family, folder / family) or []
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
