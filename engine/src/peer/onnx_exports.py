"""Exports models with PyTorch for tests of the ONNX reader.

usage: onnx_exports.py goldens FOLDER         an MLP and a CNN, tiny, with inputs and PyTorch's outputs (goldens.json)
       onnx_exports.py minilm MODEL FOLDER    the encoder of a sentence-transformers folder, by both exporters, with the
                                              vectors of sentence-transformers (vectors.json)
"""

import json
import shutil
import sys
import warnings
from pathlib import Path

import torch
from torch import nn

TEXTS = [
    "An athanor is a furnace that feeds itself.",
    "short",
    "The quick brown fox jumps over the lazy dog, and then over the fence, and then over everything else.",
    "",
    "Größenwahn ist kein Verbrechen.",
]


class Small(nn.Module):
    """Convolutions, batch normalisation, pools and a linear head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(4, 8, 3, stride=2, groups=2), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(8, 3), nn.Softmax(dim=1))

    def forward(self, image):
        return self.body(image)


def goldens(folder):
    torch.manual_seed(7)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    mlp = nn.Sequential(nn.Linear(4, 8), nn.LayerNorm(8), nn.Tanh(), nn.Linear(8, 3))
    number = nn.Sequential(nn.Linear(4, 6), nn.SiLU(), nn.Linear(6, 1))
    cnn = Small()
    cnn.train()
    for _ in range(5):
        cnn(torch.randn(16, 1, 8, 8) * 2 + 1)
    out = {}
    for name, model, shape in (("mlp", mlp, (5, 4)), ("number", number, (5, 4)), ("cnn", cnn, (5, 1, 8, 8))):
        model.eval()
        x = torch.randn(*shape) * 3
        for kind, options in (("traced", {"dynamo": False, "opset_version": 13,
                                          "dynamic_axes": {"x": {0: "n"}, "y": {0: "n"}}}),
                              ("dynamo", {"dynamo": True, "external_data": False,
                                          "dynamic_shapes": ({0: torch.export.Dim("n")},)})):
            torch.onnx.export(model, (x[:2],), str(folder / f"{name}_{kind}.onnx"),
                              input_names=["x"], output_names=["y"], **options)
        with torch.no_grad():
            out[name] = {"x": x.reshape(len(x), -1).tolist(), "y": model(x).tolist()}
    (folder / "goldens.json").write_text(json.dumps(out) + "\n")


class Hidden(nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.model(input_ids=input_ids, attention_mask=attention_mask,
                          token_type_ids=token_type_ids).last_hidden_state


def minilm(model, folder):
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel

    encoder = SentenceTransformer(model, device="cpu")
    ids = torch.arange(1000, 1014).reshape(2, 7)
    mask = torch.tensor([[1] * 7, [1] * 5 + [0] * 2])
    names = ["input_ids", "attention_mask", "token_type_ids"]
    for kind in ("traced", "dynamo"):
        hidden = Hidden(AutoModel.from_pretrained(model)).eval()  # an export changes the model
        to = Path(folder) / kind
        to.mkdir(parents=True, exist_ok=True)
        for file in ("config.json", "tokenizer.json", "modules.json", "sentence_bert_config.json"):
            if (Path(model) / file).exists():
                shutil.copy(Path(model) / file, to / file)
        shutil.copytree(Path(model) / "1_Pooling", to / "1_Pooling", dirs_exist_ok=True)
        axes = {0: "batch", 1: "tokens"}
        if kind == "traced":
            options = {"dynamo": False, "opset_version": 14, "dynamic_axes": {n: axes for n in [*names, "hidden"]}}
        else:
            shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("tokens")}
            options = {"dynamo": True, "dynamic_shapes": (shape, shape, shape)}
        torch.onnx.export(hidden, (ids, mask, ids * 0), str(to / "model.onnx"), input_names=names,
                          output_names=["hidden"], **options)
    vectors = encoder.encode(TEXTS)
    (Path(folder) / "vectors.json").write_text(json.dumps({"texts": TEXTS, "vectors": vectors.tolist()}))


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    {"goldens": goldens, "minilm": minilm}[sys.argv[1]](*sys.argv[2:])
