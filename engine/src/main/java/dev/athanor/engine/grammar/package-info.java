/**
 * Grammars over bytes, and which tokens of a vocabulary may come next in a text of one: a JSON schema becomes a pushdown
 * automaton, whose states are walked against the vocabulary's bytes.
 *
 * <p>Entry types: {@link dev.athanor.engine.grammar.JsonSchema}, what a value looks like;
 * {@link dev.athanor.engine.grammar.JsonGrammars}, the grammars of one tokenizer;
 * {@link dev.athanor.engine.grammar.Acceptor}, one text on its way. Depends on {@code tokenizer}, {@code text}
 * and the engine's exception.
 */
package dev.athanor.engine.grammar;
