package dev.athanor.engine.onnx;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.onnx.WireReader.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the messages {@code ModelProto}, {@code GraphProto}, {@code NodeProto} and what they hold. */
final class ModelReader {
    private static final int MOST_NODES = 1_000_000;

    private final String location;
    private final ExternalData external;
    private final TensorReader tensors;
    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Map<String, OnnxValue> constants = new LinkedHashMap<>();
    private final List<OnnxPort> inputs = new ArrayList<>();
    private final List<OnnxPort> outputs = new ArrayList<>();
    private boolean graph;

    ModelReader(String location, ExternalData external) {
        this.location = location;
        this.external = external;
        this.tensors = new TensorReader(location, external);
    }

    OnnxModel read(WireReader in) {
        String producer = "";
        long opset = 0;
        while (in.next()) {
            switch (in.field()) {
                case 2 -> producer = in.text();
                case 7 -> {
                    if (graph) {
                        throw OnnxModel.damaged(location, "it has two graphs");
                    }
                    graph = true;
                    graph(in.message());
                }
                case 8 -> opset = Math.max(opset, opset(in.message()));
                default -> in.skip();
            }
        }
        if (!graph) {
            throw OnnxModel.damaged(location, "it has no graph");
        }
        inputs.removeIf(input -> constants.containsKey(input.name())); // defaults, which old exporters list as inputs
        return new OnnxModel(location, producer, opset, nodes, constants, inputs, outputs, external.files());
    }

    /** The version of ONNX's own operators, or 0 of another set. */
    private static long opset(WireReader in) {
        String domain = "";
        long version = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> domain = in.text();
                case 2 -> version = in.number();
                default -> in.skip();
            }
        }
        return domain.isEmpty() || domain.equals("ai.onnx") ? version : 0;
    }

    private void graph(WireReader in) {
        while (in.next()) {
            switch (in.field()) {
                case 1 -> {
                    nodes.add(node(in.message()));
                    if (nodes.size() > MOST_NODES) {
                        throw OnnxModel.damaged(location, "it has more than " + MOST_NODES + " nodes");
                    }
                }
                case 5 -> initializer(tensors.read(in.message()));
                case 11 -> inputs.add(port(in.message()));
                case 12 -> outputs.add(port(in.message()));
                case 15 ->
                    throw new AthanorException(
                            OnnxModel.problem(location),
                            "it has sparse tensors, which are not read",
                            "Export it with dense tensors");
                default -> in.skip();
            }
        }
    }

    private void initializer(TensorReader.Named tensor) {
        if (tensor.value() == null) {
            throw new AthanorException(
                    OnnxModel.problem(location),
                    "tensor '" + tensor.name() + "' is of type " + tensor.typeName() + ", which is not computed with",
                    "Export the model with weights of float32");
        }
        if (constants.put(tensor.name(), tensor.value()) != null) {
            throw OnnxModel.damaged(location, "it has two tensors of the name '" + tensor.name() + "'");
        }
    }

    private OnnxNode node(WireReader in) {
        List<String> from = new ArrayList<>();
        List<String> to = new ArrayList<>();
        String name = "";
        String operator = "";
        String domain = "";
        Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> from.add(in.text());
                case 2 -> to.add(in.text());
                case 3 -> name = in.text();
                case 4 -> operator = in.text();
                case 5 -> attribute(in.message(), attributes);
                case 7 -> domain = in.text();
                default -> in.skip();
            }
        }
        return new OnnxNode(
                name,
                domain.equals("ai.onnx") ? "" : domain,
                operator,
                List.copyOf(from),
                List.copyOf(to),
                Map.copyOf(attributes));
    }

    private void attribute(WireReader in, Map<String, OnnxAttribute> to) {
        String name = "";
        OnnxAttribute.Real real = null;
        OnnxAttribute.Whole number = null;
        OnnxAttribute.Text text = null;
        OnnxAttribute tensor = null;
        OnnxAttribute other = null;
        Numbers reals = new Numbers();
        Numbers numbers = new Numbers();
        long type = 0;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> real = new OnnxAttribute.Real(in.float32());
                case 3 -> number = new OnnxAttribute.Whole(in.number());
                case 4 -> text = new OnnxAttribute.Text(in.text());
                case 5 -> {
                    TensorReader.Named read = tensors.read(in.message());
                    tensor = read.value() == null
                            ? new OnnxAttribute.Other("tensor of type " + read.typeName())
                            : new OnnxAttribute.Value(read.value());
                }
                case 6, 11 -> other = other("graph", in);
                case 7 -> in.floats(reals);
                case 8 -> in.numbers(numbers);
                case 9, 10, 14, 15, 22, 23 -> other = other("list or type", in);
                case 20 -> type = in.number();
                default -> in.skip();
            }
        }
        to.put(
                name,
                switch ((int) type) {
                    case 1 -> real == null ? new OnnxAttribute.Real(0) : real;
                    case 2 -> number == null ? new OnnxAttribute.Whole(0) : number;
                    case 3 -> text == null ? new OnnxAttribute.Text("") : text;
                    case 4 -> tensor == null ? new OnnxAttribute.Other("tensor that is missing") : tensor;
                    case 6 -> new OnnxAttribute.Reals(floats(reals));
                    case 7 -> new OnnxAttribute.Numbers(numbers.toArray());
                    default -> other == null ? new OnnxAttribute.Other("type " + type) : other;
                });
    }

    private static OnnxAttribute other(String kind, WireReader in) {
        in.skip();
        return new OnnxAttribute.Other(kind);
    }

    private static float[] floats(Numbers bits) {
        float[] floats = new float[bits.count()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat((int) bits.get(i));
        }
        return floats;
    }

    private static OnnxPort port(WireReader in) {
        String name = "";
        OnnxPort type = null;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> name = in.text();
                case 2 -> type = type(in.message());
                default -> in.skip();
            }
        }
        return type == null ? new OnnxPort(name, "", null) : new OnnxPort(name, type.typeName(), type.dims());
    }

    private static OnnxPort type(WireReader in) {
        String type = "OTHER";
        List<Integer> dims = null;
        while (in.next()) {
            if (in.field() != 1) {
                in.skip();
                continue;
            }
            WireReader tensor = in.message();
            while (tensor.next()) {
                switch (tensor.field()) {
                    case 1 -> type = OnnxType.name(tensor.number());
                    case 2 -> dims = dims(tensor.message());
                    default -> tensor.skip();
                }
            }
        }
        return new OnnxPort("", type, dims);
    }

    private static List<Integer> dims(WireReader in) {
        List<Integer> dims = new ArrayList<>();
        while (in.next()) {
            if (in.field() != 1) {
                in.skip();
                continue;
            }
            WireReader dim = in.message();
            long value = -1;
            while (dim.next()) {
                if (dim.field() == 1) {
                    value = dim.number();
                } else {
                    dim.skip();
                }
            }
            dims.add(value < 0 || value > Integer.MAX_VALUE ? -1 : (int) value);
        }
        return dims;
    }
}
