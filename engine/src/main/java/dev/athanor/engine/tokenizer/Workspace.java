package dev.athanor.engine.tokenizer;

/** Buffers of one thread for one tokenizer. */
final class Workspace {
    final Tokenizer owner;
    final Text raw = new Text();
    final Text piece = new Text();
    final Text part = new Text();
    final Spans spans = new Spans();
    final Spans marks = new Spans();
    final WordCache cache = new WordCache();
    final IdList first = new IdList();
    final IdList second = new IdList();
    final Symbols symbols = new Symbols();
    final Lattice lattice = new Lattice();

    Workspace(Tokenizer owner) {
        this.owner = owner;
    }
}
