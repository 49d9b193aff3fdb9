package dev.athanor.engine.transformer;

import dev.athanor.engine.transformer.TransformerSpec.Bands;
import dev.athanor.engine.transformer.TransformerSpec.Rotary;
import java.util.List;

/** Reads rotary positions, which files of different ages describe in different places. */
final class RotaryConfig {
    private static final List<String> TYPES = List.of("default", "linear", "llama3");

    private RotaryConfig() {}

    /**
     * @param c the model's configuration
     * @param parameters name of the object within {@code rope_parameters}, or null when that is the object
     * @param theta base when no object has one
     * @param width components of each head that turn
     */
    static Rotary read(ConfigJson c, String parameters, double theta, int width) {
        ConfigJson rope = null;
        if (c.has("rope_parameters")) {
            rope = c.child("rope_parameters");
            if (parameters != null && rope.has(parameters)) {
                rope = rope.child(parameters);
            }
        } else if (c.has("rope_scaling") && !"sliding_attention".equals(parameters)) {
            rope = c.child("rope_scaling");
        }
        if (rope == null) {
            return new Rotary(theta, width, 1, null);
        }
        double base = rope.number("rope_theta", theta);
        String type = rope.text("rope_type", rope.text("type", "default"));
        double part = rope.number("partial_rotary_factor", 1);
        rope.require("partial_rotary_factor", 1.0, part);
        return switch (type) {
            case "default" -> new Rotary(base, width, 1, null);
            case "linear" -> new Rotary(base, width, rope.number("factor", 1), null);
            case "llama3" ->
                new Rotary(
                        base,
                        width,
                        1,
                        new Bands(
                                rope.number("factor", 8),
                                rope.number("low_freq_factor", 1),
                                rope.number("high_freq_factor", 4),
                                rope.size("original_max_position_embeddings")));
            default -> throw rope.unsupported("rope_type", type, TYPES);
        };
    }
}
