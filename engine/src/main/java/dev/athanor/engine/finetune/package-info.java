/**
 * Fine-tuning: a pretrained encoder with a linear layer on its pooled hidden states, as a network over the texts of a row.
 *
 * <p>Entry types: {@link dev.athanor.engine.finetune.PretrainedEncoder} and
 * {@link dev.athanor.engine.finetune.SequenceNetwork}. Depends on {@code transformer}, {@code nn}, {@code table} and
 * {@code tokenizer}.
 */
package dev.athanor.engine.finetune;
