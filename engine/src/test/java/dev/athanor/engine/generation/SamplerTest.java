package dev.athanor.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.athanor.engine.AthanorException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerTest {
    private static final float[] LOGITS = {0.5f, 2, -1, 1.5f, 2, -30, 0};
    private static final int DRAWS = 40_000;

    /** How often each token is drawn of what options leave. */
    private static double[] shares(Map<String, String> options, int... text) {
        Sampler sampler = new Sampler(GenerationOptions.of(options), LOGITS.length);
        double[] shares = new double[LOGITS.length];
        for (int i = 0; i < DRAWS; i++) {
            int token = sampler.next(LOGITS.clone(), 0, LOGITS.length, text, text.length, Sampler.seed(i, text, 0));
            shares[token] += 1.0 / DRAWS;
        }
        return shares;
    }

    private static void assertShares(double[] actual, double temperature, float[] logits, int... kept) {
        double sum = 0;
        for (int i : kept) {
            sum += Math.exp(logits[i] / temperature);
        }
        double total = 0;
        for (int i : kept) {
            assertThat(actual[i]).as("token %d", i).isCloseTo(Math.exp(logits[i] / temperature) / sum, offset(0.01));
            total += actual[i];
        }
        assertThat(total).isCloseTo(1, offset(1e-9));
    }

    @Test
    void theWholeDistributionIsDrawnFrom() {
        assertShares(shares(Map.of("temperature", "1")), 1, LOGITS, 0, 1, 2, 3, 4, 5, 6);
        assertShares(shares(Map.of("temperature", "2.5")), 2.5, LOGITS, 0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void topKLeavesTheMostProbable() {
        assertShares(shares(Map.of("temperature", "1", "top_k", "3")), 1, LOGITS, 1, 4, 3);
        assertShares(shares(Map.of("temperature", "1", "top_k", "1")), 1, LOGITS, 1);
        assertShares(shares(Map.of("temperature", "1", "top_k", "100")), 1, LOGITS, 0, 1, 2, 3, 4, 5, 6);
    }

    /** The two best have 0.62 together, with the third 0.81. */
    @Test
    void topPLeavesThoseThatReachIt() {
        assertShares(shares(Map.of("temperature", "1", "top_p", "0.6")), 1, LOGITS, 1, 4);
        assertShares(shares(Map.of("temperature", "1", "top_p", "0.7")), 1, LOGITS, 1, 4, 3);
        assertShares(shares(Map.of("temperature", "1", "top_p", "0.01")), 1, LOGITS, 1);
        assertShares(shares(Map.of("temperature", "1", "top_p", "0.7", "top_k", "2")), 1, LOGITS, 1, 4);
    }

    @Test
    void minPLeavesThoseNearTheBest() {
        assertShares(shares(Map.of("temperature", "1", "min_p", "0.5")), 1, LOGITS, 1, 4, 3);
        assertShares(shares(Map.of("temperature", "2", "min_p", "0.45")), 2, LOGITS, 1, 4, 3, 0);
    }

    @Test
    void repetitionIsPenalisedOnceForEachToken() {
        float[] changed = LOGITS.clone();
        changed[1] /= 2;
        changed[2] *= 2;
        double[] shares = shares(Map.of("temperature", "1", "repetition_penalty", "2"), 1, 2, 1);
        assertShares(shares, 1, changed, 0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void greedyTakesTheFirstOfTheBest() {
        assertThat(shares(Map.of("seed", "7"))[1]).isCloseTo(1, offset(1e-9));
    }

    @Test
    void topKFindsTheMostProbableOfMany() {
        int n = 5000;
        float[] logits = new float[n];
        java.util.Random random = new java.util.Random(1);
        for (int i = 0; i < n; i++) {
            logits[i] = (float) random.nextGaussian() * 3;
        }
        float[] sorted = logits.clone();
        java.util.Arrays.sort(sorted);
        Sampler sampler = new Sampler(GenerationOptions.of(Map.of("temperature", "50", "top_k", "40")), n);
        java.util.Set<Integer> drawn = new java.util.TreeSet<>();
        for (int i = 0; i < 4000; i++) {
            int token = sampler.next(
                    logits, 0, n, new int[0], 0, Sampler.seed(i, logits.length > 0 ? new int[1] : null, 1));
            assertThat(logits[token]).isGreaterThanOrEqualTo(sorted[n - 40]);
            drawn.add(token);
        }
        assertThat(drawn).hasSize(40);
    }

    @Test
    void whatIsNotANumberIsNoToken() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            float[] logits = LOGITS.clone();
            logits[3] = bad;
            assertThat(new Sampler(GenerationOptions.DEFAULTS, 7).next(logits, 0, 7, new int[0], 0, 1))
                    .isEqualTo(-1);
        }
        float[] hidden = {Float.NEGATIVE_INFINITY, 1};
        assertThat(new Sampler(GenerationOptions.DEFAULTS, 2).next(hidden, 0, 2, new int[0], 0, 1))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max_token|5|Did you mean max_tokens?",
                "max_tokens|0|max_tokens 0: it is not from 1 to 1048576",
                "max_tokens|ten|max_tokens ten: it is not a whole number",
                "max_tokens|1.5|it is not a whole number",
                "temperature|-1|temperature -1.0: it is not from 0 to 100",
                "temperature|NaN|temperature NaN: it is not a number",
                "top_k|-1|it is not 0 or more",
                "top_p|0|it is not above 0 and at most 1",
                "min_p|1|it is not from 0 and below 1",
                "repetition_penalty|0|it is not above 0",
                "seed|x|seed x: it is not a whole number",
                "stop|[1|it is not one string, or a JSON array of strings"
            })
    void optionsAreChecked(String name, String value, String message) {
        assertThatThrownBy(() -> GenerationOptions.of(Map.of(name, value)))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining(message);
    }

    @Test
    void optionsAreRead() {
        assertThat(GenerationOptions.of(Map.of())).isEqualTo(GenerationOptions.DEFAULTS);
        assertThat(GenerationOptions.of(Map.of("stop", "[\"a\", \"\\n\"]", "top_p", "0.9", "seed", "-3")))
                .isEqualTo(new GenerationOptions(128, 0, 0, 0.9, 0, 1, List.of("a", "\n"), -3, false));
        assertThat(GenerationOptions.of(Map.of("stop", "\n\n")).stop()).containsExactly("\n\n");
    }
}
