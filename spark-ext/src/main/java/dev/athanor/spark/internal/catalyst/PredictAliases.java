package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.AnalysisContext;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.catalyst.analysis.UnresolvedExtractValue;
import org.apache.spark.sql.catalyst.analysis.UnresolvedFunction;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.catalyst.trees.CurrentOrigin$;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataTypes;
import scala.Function2;
import scala.Option;
import scala.runtime.AbstractPartialFunction;

/**
 * Analyzer rule: lets WHERE name a call of the select list, as in {@code SELECT predict('news', title)
 * AS p FROM t WHERE p.confidence > 0.9}.
 *
 * <p>Only a name that Spark cannot resolve is replaced: columns, outer columns and variables win, and an alias of
 * anything but a call is still Spark's error. The call of the condition becomes the one of the select list, so both
 * have one version of the model.
 */
final class PredictAliases extends Rule<LogicalPlan> {
    private static final Set<String> FUNCTIONS =
            Set.of(PredictFunction.NAME, AiEmbedFunction.NAME, AiGenFunction.NAME, AiSimilarityFunction.NAME);

    private final SparkSession session;

    PredictAliases(SparkSession session) {
        this.session = session;
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        return plan.resolved() ? plan : plan.resolveOperatorsUp(new SelectsWithWhere());
    }

    private final class SelectsWithWhere extends AbstractPartialFunction<LogicalPlan, LogicalPlan> {
        @Override
        public boolean isDefinedAt(LogicalPlan plan) {
            return (plan instanceof Project || plan instanceof Aggregate)
                    && Seqs.<LogicalPlan>list(plan.children()).get(0) instanceof Filter filter
                    && filter.child().resolved()
                    && !filter.condition().resolved();
        }

        @Override
        public LogicalPlan apply(LogicalPlan select) {
            Filter filter = (Filter) Seqs.<LogicalPlan>list(select.children()).get(0);
            Expression named = new Names(select, filter).replace(filter.condition());
            Map<ExprId, Expression> calls = new HashMap<>();
            Expression condition = unwrap(named, calls);
            if (condition == filter.condition()) {
                return select;
            }
            Filter changed = new Filter(condition, filter.child());
            changed.copyTagsFrom(filter);
            return select.withNewChildren(Seqs.<LogicalPlan>of(List.of(changed)))
                    .mapExpressions(item -> item instanceof Alias alias && calls.containsKey(alias.exprId())
                            ? alias.withNewChildren(Seqs.<Expression>of(List.of(calls.get(alias.exprId()))))
                            : item);
        }
    }

    /** Calls that Spark has resolved in the condition stand for themselves, there and in the select list. */
    private static Expression unwrap(Expression expression, Map<ExprId, Expression> calls) {
        if (expression instanceof AliasedCall aliased && aliased.call().resolved()) {
            if (!aliased.call().deterministic()) {
                throw new AthanorException(
                        "Cannot filter by '" + aliased.alias().name() + "'",
                        "an argument of " + aliased.call().prettyName()
                                + " is not deterministic, so the prediction in WHERE would not be the one"
                                + " in the select list",
                        "Filter around it: SELECT * FROM (SELECT …) WHERE …");
            }
            calls.put(aliased.alias().exprId(), aliased.call());
            return aliased.call();
        }
        return expression.mapChildren(child -> unwrap(child, calls));
    }

    /** The names that a condition may use beside those of its input. */
    private final class Names {
        private final Filter filter;
        private final List<Alias> aliases;
        private final Function2<String, String, Object> sameName = SQLConf.get().resolver();

        Names(LogicalPlan select, Filter filter) {
            this.filter = filter;
            this.aliases = Seqs.<NamedExpression>list(
                            select instanceof Project project
                                    ? project.projectList()
                                    : ((Aggregate) select).aggregateExpressions())
                    .stream()
                    .filter(item -> item instanceof Alias)
                    .map(item -> (Alias) item)
                    .toList();
        }

        Expression replace(Expression expression) {
            if (expression instanceof AliasedCall) {
                return expression;
            }
            if (expression instanceof UnresolvedAttribute name && !knownToSpark(name)) {
                List<Alias> named = aliasesOf(name, aliases.size());
                if (named.stream().noneMatch(alias -> isCall(alias.child()))) {
                    return expression;
                }
                if (named.size() > 1) {
                    throw new AthanorException(
                            "Cannot filter by '" + name.name() + "'",
                            named.size() + " columns of the select list are called "
                                    + named.get(0).name(),
                            "Give each its own name");
                }
                Alias alias = named.get(0);
                Expression call = withoutAliases(alias.child(), aliases.indexOf(alias));
                return fieldOf(new AliasedCall(alias, call), name);
            }
            return expression.mapChildren(child -> replace(child));
        }

        /** An argument may name a column to the left of the call, which the condition cannot see. */
        private Expression withoutAliases(Expression expression, int end) {
            if (expression instanceof UnresolvedAttribute name && !knownToSpark(name)) {
                List<Alias> named = aliasesOf(name, end);
                return named.size() != 1
                        ? expression
                        : fieldOf(withoutAliases(named.get(0).child(), aliases.indexOf(named.get(0))), name);
            }
            return expression.mapChildren(child -> withoutAliases(child, end));
        }

        private List<Alias> aliasesOf(UnresolvedAttribute name, int end) {
            String first = name.nameParts().head();
            return aliases.subList(0, end).stream()
                    .filter(alias -> (Boolean) sameName.apply(alias.name(), first))
                    .toList();
        }

        private boolean knownToSpark(UnresolvedAttribute name) {
            Option<LogicalPlan> outer = AnalysisContext.get().outerPlan();
            return filter.resolveChildren(name.nameParts(), sameName).isDefined()
                    || (outer.isDefined()
                            && outer.get()
                                    .resolveChildren(name.nameParts(), sameName)
                                    .isDefined())
                    || isVariable(name.nameParts().head());
        }

        private boolean isVariable(String name) {
            String key = SQLConf.get().caseSensitiveAnalysis() ? name : name.toLowerCase(Locale.ROOT);
            return ((org.apache.spark.sql.classic.SparkSession) session)
                    .sessionState()
                    .catalogManager()
                    .tempVariableManager()
                    .get(Seqs.of(List.of(key)))
                    .isDefined();
        }
    }

    private static boolean isCall(Expression expression) {
        return expression instanceof ModelCall
                || expression instanceof AiSimilarity
                || (expression instanceof UnresolvedFunction function
                        && function.nameParts().size() == 1
                        && FUNCTIONS.contains(function.nameParts().head().toLowerCase(Locale.ROOT)));
    }

    /** What {@code name} says after its first part, of {@code value}. */
    private static Expression fieldOf(Expression value, UnresolvedAttribute name) {
        List<String> parts = Seqs.list(name.nameParts());
        return CurrentOrigin$.MODULE$.withOrigin(name.origin(), () -> {
            Expression field = value;
            for (String part : parts.subList(1, parts.size())) {
                field = new UnresolvedExtractValue(field, Literal.create(part, DataTypes.StringType));
            }
            return field;
        });
    }
}
