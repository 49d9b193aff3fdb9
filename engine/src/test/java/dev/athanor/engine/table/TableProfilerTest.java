package dev.athanor.engine.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TableProfilerTest {
    private static final List<ColumnSpec> FEATURES =
            List.of(Rows.number("price"), Rows.string("title"), Rows.vector("pixels"));
    private static final ColumnSpec LABEL = Rows.string("class");

    @Test
    void learnsMomentsDistinctValuesAndLengths() {
        TableProfile profile = Rows.profile(
                FEATURES,
                LABEL,
                Rows.row(1.0, "one two", new float[] {0, 3}, "a"),
                Rows.row(null, "one", new float[] {1, 5}, "b"),
                Rows.row(4.0, null, new float[] {2, 4}, "a"),
                Rows.row(9.0, "not counted", new float[] {7, 7, 7}, null));
        assertThat(profile.rows()).isEqualTo(3);
        ColumnProfile.Numbers price = (ColumnProfile.Numbers) profile.columns().get(0);
        assertThat(price.nulls()).isEqualTo(1);
        assertThat(price.mean()).isEqualTo(2.5);
        assertThat(price.deviation()).isEqualTo(1.5);
        assertThat(price.distinct()).isEqualTo(2);
        ColumnProfile.Strings title = (ColumnProfile.Strings) profile.columns().get(1);
        assertThat(title.meanWords()).isEqualTo(1.5);
        assertThat(title.values()).containsOnly(Map.entry("one two", 1L), Map.entry("one", 1L));
        ColumnProfile.Vectors pixels = (ColumnProfile.Vectors) profile.columns().get(2);
        assertThat(pixels.lengths()).containsOnly(Map.entry(2L, 3L));
        assertThat(pixels.means()).containsExactly(1, 4);
        assertThat(pixels.max()).isEqualTo(5);
        assertThat(pixels.whole()).isTrue();
        assertThat(profile.labels().nulls()).isEqualTo(1);
        assertThat(profile.labels().strings()).containsExactly(Map.entry("a", 2L), Map.entry("b", 1L));
    }

    @Test
    void partsMergeToTheWholeThroughBytes() {
        SplittableRandom random = new SplittableRandom(7);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(Rows.row(
                    random.nextInt(10) == 0 ? null : random.nextDouble() * 100 - 50,
                    random.nextInt(10) == 0 ? null : "w" + random.nextInt(40) + " w" + random.nextInt(40),
                    new float[] {random.nextInt(17), (float) random.nextDouble()},
                    "c" + random.nextInt(3)));
        }
        TableProfile whole = Rows.profile(FEATURES, LABEL, rows.toArray(Object[][]::new));
        TableProfiler merged = new TableProfiler(FEATURES, LABEL);
        for (int part = 0; part < 3; part++) {
            TableProfiler profiler = new TableProfiler(FEATURES, LABEL);
            profiler.accept(Rows.batch(
                    FEATURES, LABEL, rows.subList(part * 100, part * 100 + 100).toArray(Object[][]::new)));
            merged.merge(TableProfiler.fromBytes(profiler.toBytes()));
        }
        TableProfile parts = merged.profile();
        ColumnProfile.Numbers a = (ColumnProfile.Numbers) whole.columns().get(0);
        ColumnProfile.Numbers b = (ColumnProfile.Numbers) parts.columns().get(0);
        assertThat(b.mean()).isCloseTo(a.mean(), within(1e-10));
        assertThat(b.deviation()).isCloseTo(a.deviation(), within(1e-10));
        assertThat(b.nulls()).isEqualTo(a.nulls());
        assertThat(((ColumnProfile.Strings) parts.columns().get(1)).documents())
                .isEqualTo(((ColumnProfile.Strings) whole.columns().get(1)).documents());
        assertThat(((ColumnProfile.Strings) parts.columns().get(1)).values())
                .isEqualTo(((ColumnProfile.Strings) whole.columns().get(1)).values());
        ColumnProfile.Vectors va = (ColumnProfile.Vectors) whole.columns().get(2);
        ColumnProfile.Vectors vb = (ColumnProfile.Vectors) parts.columns().get(2);
        assertThat(vb.deviations()).containsExactly(va.deviations(), within(1e-10));
        assertThat(vb.whole()).isFalse();
        assertThat(parts.labels().strings()).isEqualTo(whole.labels().strings());
    }

    @Test
    void distinctValuesBecomeManyBeyondTheLimit() {
        List<ColumnSpec> features = List.of(Rows.string("id"));
        TableProfiler profiler = new TableProfiler(features, LABEL);
        for (int i = 0; i <= ColumnStats.DISTINCT_LIMIT; i++) {
            profiler.accept(Rows.batch(features, LABEL, Rows.row("id" + i, "a" + i % 2)));
        }
        TableProfile profile = TableProfiler.fromBytes(profiler.toBytes()).profile();
        assertThat(((ColumnProfile.Strings) profile.columns().get(0)).values()).isNull();
    }

    @Test
    void tooManyClassesIsAnError() {
        List<ColumnSpec> features = List.of(Rows.number("x"));
        TableProfiler profiler = new TableProfiler(features, LABEL);
        for (int i = 0; i <= LabelStats.CLASS_LIMIT; i++) {
            profiler.accept(Rows.batch(features, LABEL, Rows.row(i, "a" + i)));
        }
        assertThatThrownBy(() -> EncoderPlan.of(profiler.profile(), "mlp"))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot train model: label column class has more than 10,000 distinct values."
                        + " Group them into fewer classes, or use a numeric label for regression.");
    }

    @Test
    void classesThatDoublesCannotTellApartAreAnError() {
        List<ColumnSpec> features = List.of(Rows.number("x"));
        TableProfile profile = Rows.profile(
                features,
                Rows.whole("class"),
                Rows.row(1, 9007199254740992d),
                Rows.row(2, 9007199254740994d),
                Rows.row(3, 9007199254740992d),
                Rows.row(4, 9007199254740994d));
        assertThatThrownBy(() -> EncoderPlan.of(profile, "mlp"))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot train model: label column class holds class 9007199254740992, and whole numbers"
                        + " from 2^53 on cannot be told apart. Turn it into a string: CAST(class AS STRING).");
    }
}
