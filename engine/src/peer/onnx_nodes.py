"""Writes ONNX's own test cases of single operators for a test of ours to run.

usage: onnx_nodes.py FOLDER OPERATORS [ZIP]
  FOLDER     receives cases.txt, and per case NAME.onnx, NAME.in.I.pb and NAME.out.I.pb
  OPERATORS  a file with the names of the operators that are computed, one a line
  ZIP        receives the smallest case of each operator, for builds without Python

cases.txt has a line per case: name, a tab, "run" or why it is not claimed, and for the others the numbers of inputs and
outputs. A case is claimed when all of its operators are computed and all of its values are of types that are.
"""

import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, numpy_helper
from onnx.backend.test.case.node import collect_testcases

OLDEST = 7  # OnnxOperators.OLDEST
TYPES = {TensorProto.DataType.Value(t) for t in (
    "FLOAT UINT8 INT8 UINT16 INT16 INT32 INT64 BOOL FLOAT16 DOUBLE UINT32 UINT64 BFLOAT16").split()}


def unclaimed(case, operators):
    graph = case.model.graph
    opset = max([o.version for o in case.model.opset_import if not o.domain], default=0)
    if opset < OLDEST:
        return f"opset {opset}"
    missing = sorted({n.op_type if not n.domain else f"{n.domain}.{n.op_type}" for n in graph.node
                      if n.domain or n.op_type not in operators})
    if missing:
        return "operator " + ",".join(missing)
    for port in list(graph.input) + list(graph.output) + list(graph.value_info):
        if not port.type.HasField("tensor_type"):
            return "type " + port.type.WhichOneof("value")
        element = port.type.tensor_type.elem_type
        if element not in TYPES:
            return "type " + TensorProto.DataType.Name(element)
    for node in graph.node:
        for attribute in node.attribute:
            kind = attribute.t.data_type
            if attribute.HasField("t") and kind not in TYPES:
                return "type " + TensorProto.DataType.Name(kind)
            if attribute.name == "to" and attribute.i not in TYPES:
                return "type " + TensorProto.DataType.Name(attribute.i)
    if any(n.op_type == "Dropout" and len(n.input) > 2 and n.input[2] for n in graph.node):
        if "zero_ratio" not in case.name:
            return "training"
    return None


def proto(value):
    if isinstance(value, onnx.TensorProto):
        return value
    return numpy_helper.from_array(np.asarray(value))


def select(folder, lines, to):
    smallest = {}
    for line in lines:
        name, verdict, *_, ops = line.split("\t")
        if verdict == "run":
            size = sum(f.stat().st_size for f in folder.glob(name + ".*"))
            for op in ops.split(","):
                smallest[op] = min(smallest.get(op, (size, line)), (size, line))
    chosen = sorted({line for _, line in smallest.values()})
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as out:
        for line in chosen:
            for file in sorted(folder.glob(line.split("\t")[0] + ".*")):
                out.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)
        out.writestr(zipfile.ZipInfo("cases.txt"), "\n".join(chosen) + "\n", zipfile.ZIP_DEFLATED)


def main(folder, operators, to=None):
    warnings.filterwarnings("ignore")
    np.random.seed(7)
    known = set(Path(operators).read_text().split())
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for case in collect_testcases(None):
        ops = sorted({n.op_type for n in case.model.graph.node})
        why = unclaimed(case, known)
        if why is None:
            inputs, outputs = case.data_sets[0]
            (folder / f"{case.name}.onnx").write_bytes(case.model.SerializeToString())
            for kind, values in (("in", inputs), ("out", outputs)):
                for i, value in enumerate(values):
                    data = proto(value).SerializeToString()
                    (folder / f"{case.name}.{kind}.{i}.pb").write_bytes(data)
            lines.append(f"{case.name}\trun\t{len(inputs)}\t{len(outputs)}\t{case.rtol}\t{case.atol}\t{','.join(ops)}")
        else:
            lines.append(f"{case.name}\t{why}\t\t\t\t\t{','.join(ops)}")
    (folder / "cases.txt").write_text("\n".join(lines) + "\n")
    if to:
        select(folder, lines, to)
    print(f"onnx {onnx.__version__}: {len(lines)} cases")


if __name__ == "__main__":
    main(*sys.argv[1:])
