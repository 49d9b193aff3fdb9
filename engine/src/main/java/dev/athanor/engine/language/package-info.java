/**
 * Language models that learn from nothing but text: the text on local disk, the windows of tokens that it becomes, the
 * network that learns which token follows, and the loss of any decoder on a text.
 *
 * <p>Entry types are {@link dev.athanor.engine.language.LanguageNetwork}, which {@code train} trains, and
 * {@link dev.athanor.engine.language.TextScorer}. Depends on {@code transformer}, {@code tokenizer}, {@code nn} and what
 * they depend on.
 */
package dev.athanor.engine.language;
