package dev.athanor.spark.internal.catalyst;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Exists;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ListQuery;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.FullOuter$;
import org.apache.spark.sql.catalyst.plans.InnerLike;
import org.apache.spark.sql.catalyst.plans.JoinType;
import org.apache.spark.sql.catalyst.plans.RightOuter$;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RebalancePartitions;
import org.apache.spark.sql.catalyst.plans.logical.Repartition;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionByExpression;
import org.apache.spark.sql.catalyst.plans.logical.Sample;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.types.Metadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lifts the calls of one plan, from the leaves up. A result that is there already, because a filter below asked for the
 * same prediction, is used again.
 */
final class PredictionLifting {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionLifting.class);

    private PredictionLifting() {}

    /**
     * A plan without liftable calls, which may put out more columns than the one it stands for.
     *
     * @param results attribute that holds the result, by canonical call
     */
    private record Lifted(LogicalPlan plan, Map<Expression, Attribute> results) {}

    /** The plan with its calls lifted, and the same output. */
    static LogicalPlan lift(LogicalPlan plan) {
        return trim(node(plan), plan);
    }

    /** Whether a node has its own idea of its output or passes columns of its children by attribute, never by place. */
    static boolean passesByAttribute(LogicalPlan plan) {
        return plan instanceof Project
                || plan instanceof Filter
                || plan instanceof Join
                || plan instanceof Aggregate
                || plan instanceof Expand
                || plan instanceof BatchInference
                || isPlainUnary(plan);
    }

    private static boolean isPlainUnary(LogicalPlan plan) {
        return plan instanceof Sort
                || plan instanceof Window
                || plan instanceof Generate
                || plan instanceof GlobalLimit
                || plan instanceof LocalLimit
                || plan instanceof Offset
                || plan instanceof Sample
                || plan instanceof Repartition
                || plan instanceof RepartitionByExpression
                || plan instanceof RebalancePartitions;
    }

    private static Lifted node(LogicalPlan original) {
        if (original instanceof Command) {
            // It plans queries of its own from its expressions; a changed copy may put out other columns.
            return new Lifted(original.mapChildren(child -> lift(child)), Map.of());
        }
        LogicalPlan plan = liftSubqueries(original);
        Lifted lifted;
        if (plan instanceof BatchInference inference) {
            return new Lifted(inference.withChild(lift(inference.child())), Map.of());
        } else if (plan instanceof Project project) {
            lifted = project(project);
        } else if (plan instanceof Filter filter) {
            lifted = filter(filter);
        } else if (plan instanceof Join join) {
            lifted = join(join);
        } else if (plan instanceof Aggregate aggregate) {
            lifted = aggregate(aggregate);
        } else if (plan instanceof Expand || isPlainUnary(plan)) {
            lifted = unary(plan);
        } else {
            // Anything else may read its children's columns by place, so they get back the columns they had.
            lifted = new Lifted(plan.mapChildren(child -> lift(child)), Map.of());
        }
        return new Lifted(markRest(lifted.plan()), lifted.results());
    }

    private static LogicalPlan liftSubqueries(LogicalPlan plan) {
        return plan.mapExpressions(e -> liftSubqueries(e));
    }

    /** Subqueries of EXISTS and IN become joins only after this rule has run, so they are lifted where they stand. */
    private static Expression liftSubqueries(Expression expression) {
        if (!SubqueryExpression.hasSubquery(expression)) {
            return expression;
        }
        Expression inner = expression.mapChildren(child -> liftSubqueries(child));
        if ((inner instanceof Exists || inner instanceof ListQuery)
                && inner instanceof SubqueryExpression subquery
                && ModelCalls.in(subquery.plan())) {
            return subquery.withNewPlan(lift(subquery.plan()));
        }
        return inner;
    }

    private static LogicalPlan markRest(LogicalPlan plan) {
        String reason = "operator " + plan.nodeName() + " keeps its expressions";
        return plan.mapExpressions(e -> {
            Expression marked = ModelCalls.mark(e, reason);
            if (marked != e) {
                LOG.info("Predicting row by row in {}: {}", plan.nodeName(), marked);
            }
            return marked;
        });
    }

    private static LogicalPlan trim(Lifted lifted, LogicalPlan original) {
        return original instanceof Command || lifted.plan().output().equals(original.output())
                ? lifted.plan()
                : new Project(Seqs.of(Seqs.<NamedExpression>list(original.output())), lifted.plan());
    }

    // ---- nodes -----------------------------------------------------------------------------------------------------

    private static Lifted project(Project project) {
        Lifted child = provide(calls(project), node(project.child()));
        List<NamedExpression> list = new ArrayList<>();
        for (NamedExpression item : Seqs.<NamedExpression>list(project.projectList())) {
            list.add((NamedExpression) ModelCalls.replace((Expression) item, child.results()));
        }
        // Results whose arguments live on are kept for calls further up; column pruning removes what nobody reads.
        AttributeSet output = AttributeSet.apply(Seqs.of(expressions(project.output())));
        Map<Expression, Attribute> kept = new LinkedHashMap<>();
        child.results().forEach((call, result) -> {
            for (Expression known : List.of(call, renamed((ModelCall) call, project))) {
                if (known.references().subsetOf(output)) {
                    kept.put(known, result);
                    if (!list.contains(result)) {
                        list.add(result);
                    }
                }
            }
        });
        if (child.plan() == project.child() && kept.isEmpty()) {
            return new Lifted(project, kept);
        }
        LogicalPlan lifted = new Project(Seqs.of(list), child.plan());
        lifted.copyTagsFrom(project);
        return new Lifted(lifted, kept);
    }

    /**
     * The call as it is written above a projection, in the names that the projection gives to what it computes. A filter
     * that was pushed below it is written without them.
     */
    private static Expression renamed(ModelCall call, Project project) {
        List<Alias> aliases = Seqs.<NamedExpression>list(project.projectList()).stream()
                .filter(item -> item instanceof Alias alias && alias.child().deterministic())
                .map(item -> (Alias) item)
                .toList();
        return call.withFeatures(call.features().stream()
                        .map(feature -> renamed(feature, aliases))
                        .toList())
                .canonicalized();
    }

    private static Expression renamed(Expression feature, List<Alias> aliases) {
        for (Alias alias : aliases) {
            if (alias.child().semanticEquals(feature)) {
                return (Expression) alias.toAttribute();
            }
        }
        return feature.mapChildren(child -> renamed(child, aliases));
    }

    /** Conditions without a prediction go below it; a condition that is not deterministic keeps all where they are. */
    private static Lifted filter(Filter filter) {
        Lifted child = node(filter.child());
        List<Expression> plain = new ArrayList<>();
        List<Expression> predicted = new ArrayList<>();
        for (Expression conjunct : conjuncts(filter.condition())) {
            (ModelCalls.liftable(conjunct).isEmpty() ? plain : predicted).add(conjunct);
        }
        if (predicted.isEmpty()) {
            return new Lifted(withChild(filter, child.plan()), child.results());
        }
        if (!filter.condition().deterministic()) {
            predicted = List.of(filter.condition());
            plain = List.of();
        }
        if (!plain.isEmpty()) {
            child = new Lifted(new Filter(and(plain), child.plan()), child.results());
        }
        Lifted provided = provide(
                predicted.stream().flatMap(e -> ModelCalls.liftable(e).stream()).toList(), child);
        Expression condition = ModelCalls.replace(and(predicted), provided.results());
        return new Lifted(new Filter(condition, provided.plan()), provided.results());
    }

    private static Lifted join(Join join) {
        if (join.condition().isEmpty()) {
            Lifted left = node(join.left());
            Lifted right = node(join.right());
            return joined(withChildren(join, left.plan(), right.plan()), left, right);
        }
        AttributeSet leftOutput = join.left().outputSet();
        AttributeSet rightOutput = join.right().outputSet();
        List<ModelCall> onLeft = new ArrayList<>();
        List<ModelCall> onRight = new ArrayList<>();
        List<Expression> stay = new ArrayList<>();
        List<Expression> above = new ArrayList<>();
        for (Expression conjunct : conjuncts(join.condition().get())) {
            boolean mixed = false;
            for (ModelCall call : ModelCalls.liftable(conjunct)) {
                if (call.references().subsetOf(leftOutput)) {
                    onLeft.add(call);
                } else if (call.references().subsetOf(rightOutput)) {
                    onRight.add(call);
                } else {
                    mixed = true;
                }
            }
            (mixed ? above : stay).add(conjunct);
        }
        if (!above.isEmpty() && join.joinType() instanceof InnerLike) {
            // Of an inner join, a condition is as good as a filter above it.
            Join rest = new Join(
                    join.left(),
                    join.right(),
                    join.joinType(),
                    stay.isEmpty() ? scala.Option.empty() : scala.Option.apply(and(stay)),
                    join.hint());
            return filter(new Filter(and(above), rest));
        }
        Lifted left = provide(onLeft, node(join.left()));
        Lifted right = provide(onRight, node(join.right()));
        Map<Expression, Attribute> both = new HashMap<>(left.results());
        both.putAll(right.results());
        String reason = "its arguments come from both sides of a " + join.joinType() + " join";
        LogicalPlan lifted = withChildren(join, left.plan(), right.plan())
                .mapExpressions(e -> ModelCalls.mark(ModelCalls.replace(e, both), reason));
        return joined(lifted, left, right);
    }

    /** Above an outer join, a result on the side that may be missing is null, which no call would return. */
    private static Lifted joined(LogicalPlan join, Lifted left, Lifted right) {
        Map<Expression, Attribute> results = new LinkedHashMap<>();
        JoinType type = ((Join) join).joinType();
        boolean isRight = type.equals(RightOuter$.MODULE$);
        boolean keepsLeft = !isRight && !type.equals(FullOuter$.MODULE$);
        boolean keepsRight = isRight || type instanceof InnerLike;
        if (keepsLeft) {
            results.putAll(left.results());
        }
        if (keepsRight) {
            results.putAll(right.results());
        }
        return new Lifted(join, results);
    }

    private static Lifted aggregate(Aggregate aggregate) {
        LogicalPlan split = AggregateSplit.split(aggregate);
        if (split != aggregate) {
            return node(split);
        }
        Lifted child = provide(calls(aggregate), node(aggregate.child()));
        return new Lifted(replaceIn(withChild(aggregate, child.plan()), child.results()), Map.of());
    }

    private static Lifted unary(LogicalPlan plan) {
        LogicalPlan below = Seqs.<LogicalPlan>list(plan.children()).get(0);
        Lifted child = provide(calls(plan), node(below));
        LogicalPlan newChild =
                plan instanceof LocalLimit limit ? limitBelow(child.plan(), limit.limitExpr()) : child.plan();
        LogicalPlan lifted = replaceIn(withChild(plan, newChild), child.results());
        Map<Expression, Attribute> results = new LinkedHashMap<>();
        child.results().forEach((call, result) -> {
            if (lifted.outputSet().contains(result)) {
                results.put(call, result);
            }
        });
        return new Lifted(lifted, results);
    }

    /** Predicts no more rows than a limit lets through: inference neither adds nor drops rows. */
    private static LogicalPlan limitBelow(LogicalPlan plan, Expression limit) {
        if (plan instanceof Project project) {
            return withChild(project, limitBelow(project.child(), limit));
        } else if (plan instanceof BatchInference inference) {
            LogicalPlan deeper = limitBelow(inference.child(), limit);
            return inference.withChild(deeper == inference.child() ? new LocalLimit(limit, deeper) : deeper);
        }
        return plan;
    }

    // ---- calls -----------------------------------------------------------------------------------------------------

    /** Puts below a node all results that its calls ask for; calls over results of other calls come one level later. */
    private static Lifted provide(List<ModelCall> wanted, Lifted from) {
        LogicalPlan plan = from.plan();
        Map<Expression, Attribute> results = new LinkedHashMap<>(from.results());
        while (true) {
            Map<Expression, ModelCall> ready = new LinkedHashMap<>();
            for (ModelCall call : wanted) {
                ModelCall resolved = call.withFeatures(call.features().stream()
                        .map(feature -> ModelCalls.replace(feature, results))
                        .toList());
                boolean waits = resolved.features().stream()
                        .anyMatch(feature -> !ModelCalls.liftable(feature).isEmpty());
                if (!waits && !results.containsKey(resolved.canonicalized())) {
                    ready.putIfAbsent(resolved.canonicalized(), resolved);
                }
            }
            if (ready.isEmpty()) {
                return new Lifted(plan, results);
            }
            plan = infer(ready, plan, results);
        }
    }

    private static LogicalPlan infer(
            Map<Expression, ModelCall> ready, LogicalPlan child, Map<Expression, Attribute> results) {
        Map<Expression, Attribute> computed = new HashMap<>();
        List<NamedExpression> arguments = new ArrayList<>();
        UnaryOperator<Expression> asColumn = feature -> {
            if (feature instanceof Attribute) {
                return feature;
            }
            return (Expression) computed.computeIfAbsent(feature.canonicalized(), same -> {
                Alias alias = alias(feature, "feature" + arguments.size());
                arguments.add(alias);
                return alias.toAttribute();
            });
        };
        List<ModelCall> calls = new ArrayList<>();
        List<Attribute> attributes = new ArrayList<>();
        ready.forEach((key, call) -> {
            calls.add(call.withFeatures(call.features().stream().map(asColumn).toList()));
            Attribute result = new AttributeReference(
                    "prediction" + results.size(),
                    call.dataType(),
                    call.nullable(),
                    Metadata.empty(),
                    NamedExpression.newExprId(),
                    Seqs.of(List.of()));
            attributes.add(result);
            results.put(key, result);
        });
        LogicalPlan input = child;
        if (!arguments.isEmpty()) {
            List<NamedExpression> all = new ArrayList<>(Seqs.<NamedExpression>list(child.output()));
            all.addAll(arguments);
            input = new Project(Seqs.of(all), child);
        }
        return new BatchInference(Seqs.of(calls), Seqs.of(attributes), input);
    }

    static Alias alias(Expression expression, String name) {
        return new Alias(
                expression,
                name,
                NamedExpression.newExprId(),
                Seqs.of(List.of()),
                scala.Option.empty(),
                Seqs.of(List.of()));
    }

    private static List<ModelCall> calls(LogicalPlan plan) {
        return Seqs.<Expression>list(plan.expressions()).stream()
                .flatMap(e -> ModelCalls.liftable(e).stream())
                .toList();
    }

    private static LogicalPlan replaceIn(LogicalPlan plan, Map<Expression, Attribute> results) {
        return plan.mapExpressions(e -> ModelCalls.replace(e, results));
    }

    private static List<Expression> expressions(scala.collection.immutable.Seq<Attribute> attributes) {
        return Seqs.<Attribute>list(attributes).stream()
                .map(a -> (Expression) a)
                .toList();
    }

    private static LogicalPlan withChild(LogicalPlan plan, LogicalPlan child) {
        return plan.withNewChildren(Seqs.of(child));
    }

    private static LogicalPlan withChildren(LogicalPlan plan, LogicalPlan left, LogicalPlan right) {
        return plan.withNewChildren(Seqs.of(left, right));
    }

    static List<Expression> conjuncts(Expression condition) {
        if (condition instanceof org.apache.spark.sql.catalyst.expressions.And and) {
            List<Expression> all = new ArrayList<>(conjuncts(and.left()));
            all.addAll(conjuncts(and.right()));
            return all;
        }
        return List.of(condition);
    }

    static Expression and(List<Expression> conditions) {
        return conditions.stream()
                .reduce(org.apache.spark.sql.catalyst.expressions.And::new)
                .orElseThrow();
    }
}
