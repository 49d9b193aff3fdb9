package dev.athanor.engine.tokenizer;

import java.util.ArrayList;
import java.util.List;

/** A tokenizer of stages: added tokens, normalizer, pre-tokenizer, model, template, decoder. */
final class StagedTokenizer implements Tokenizer {
    /** The stages; normalizer and pre-tokenizer may be null. */
    record Stages(
            List<AddedToken> added,
            Normalizer normalizer,
            PreTokenizer preTokenizer,
            TokenModel model,
            Template template,
            Decoder decoder) {}

    private final Normalizer normalizer;
    private final PreTokenizer preTokenizer;
    private final TokenModel model;
    private final Template template;
    private final Decoder decoder;
    private final Vocabulary vocabulary;
    private final AddedTokens raw;
    private final AddedTokens normalized;

    StagedTokenizer(Stages stages, UnicodeSets unicode) {
        normalizer = stages.normalizer();
        model = stages.model();
        preTokenizer = withBoundary(stages.preTokenizer(), model.boundary());
        template = stages.template();
        decoder = stages.decoder();
        vocabulary = model.vocabulary().with(stages.added());
        raw = find(stages.added(), false, unicode);
        normalized = find(stages.added(), true, unicode);
    }

    private static PreTokenizer withBoundary(PreTokenizer before, BoundarySplit boundary) {
        if (boundary == null) {
            return before;
        }
        return before == null ? boundary : new PreTokenizer.Sequence(List.of(before, boundary));
    }

    private AddedTokens find(List<AddedToken> added, boolean inNormalized, UnicodeSets unicode) {
        List<AddedToken> tokens =
                added.stream().filter(t -> t.normalized() == inNormalized).toList();
        List<String> forms = new ArrayList<>();
        for (AddedToken token : tokens) {
            Text form = new Text();
            form.set(token.content());
            if (inNormalized && normalizer != null) {
                normalizer.apply(form);
            }
            forms.add(form.string(0, form.length));
        }
        return new AddedTokens(tokens, forms, unicode.words());
    }

    @Override
    public void encode(String text, Tokens out) {
        Workspace work = out.workspace(this);
        ids(text, Integer.MAX_VALUE, work, work.first);
        out.add(work.first, work.first.size, 0);
    }

    @Override
    public boolean encode(String text, String pair, int maxLength, Tokens out) {
        int room = template.room(pair != null, maxLength);
        out.clear();
        Workspace work = out.workspace(this);
        if (pair == null) {
            ids(text, room, work, work.first);
            int kept = Math.min(room, work.first.size);
            template.fill(work.first, kept, null, 0, out);
            return work.first.size > kept;
        }
        ids(text, Integer.MAX_VALUE, work, work.first);
        ids(pair, Integer.MAX_VALUE, work, work.second);
        int first = work.first.size;
        int second = work.second.size;
        if ((long) first + second > room) {
            int shorter = Math.min(first, second);
            int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
            if ((long) shorter + longer > room) {
                shorter = room / 2;
                longer = shorter + room % 2;
            }
            boolean swapped = first > second;
            first = swapped ? longer : shorter;
            second = swapped ? shorter : longer;
        }
        template.fill(work.first, first, work.second, second, out);
        return first < work.first.size || second < work.second.size;
    }

    /** Fills a list with the ids of a text; it may stop once there are more than {@code enough}. */
    private void ids(String text, int enough, Workspace work, IdList out) {
        out.size = 0;
        work.raw.set(text);
        if (work.raw.length == 0) {
            return;
        }
        if (raw.isEmpty()) {
            work.piece.set(work.raw.chars, 0, work.raw.length);
            work.piece.first = true;
            piece(work, enough, out);
            return;
        }
        raw.find(work.raw, new AddedTokens.Pieces() {
            @Override
            public void text(int from, int to) {
                work.piece.set(work.raw.chars, from, to);
                work.piece.first = from == 0;
                piece(work, enough, out);
            }

            @Override
            public void token(int id) {
                out.add(id);
            }
        });
    }

    private void piece(Workspace work, int enough, IdList out) {
        if (out.size > enough) {
            return;
        }
        if (normalizer != null) {
            normalizer.apply(work.piece);
        }
        if (normalized.isEmpty()) {
            words(work.piece, work, enough, out);
            return;
        }
        normalized.find(work.piece, new AddedTokens.Pieces() {
            @Override
            public void text(int from, int to) {
                work.part.set(work.piece.chars, from, to);
                work.part.first = work.piece.first && from == 0;
                words(work.part, work, enough, out);
            }

            @Override
            public void token(int id) {
                out.add(id);
            }
        });
    }

    private void words(Text text, Workspace work, int enough, IdList out) {
        if (text.length == 0) {
            return;
        }
        Spans spans = work.spans;
        spans.set(0, text.length);
        if (preTokenizer != null) {
            preTokenizer.split(text, spans, work.marks);
        }
        char[] chars = text.chars;
        for (int i = 0; i < spans.size && out.size <= enough; i++) {
            int from = spans.from[i];
            int to = spans.to[i];
            int slot = WordCache.slot(chars, from, to);
            if (slot < 0) {
                model.encode(chars, from, to, work, out);
            } else if (!work.cache.get(slot, chars, from, to, out)) {
                int begin = out.size;
                model.encode(chars, from, to, work, out);
                work.cache.put(slot, chars, from, to, out, begin);
            }
        }
    }

    @Override
    public String decode(int[] ids, int from, int to, boolean skipSpecial) {
        List<String> pieces = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            String token = vocabulary.token(ids[i]);
            if (token != null && !(skipSpecial && vocabulary.isSpecial(token))) {
                pieces.add(token);
            }
        }
        return String.join("", decoder.decode(pieces));
    }

    @Override
    public byte[] bytes(int id) {
        String token = vocabulary.token(id);
        return token == null || vocabulary.isSpecial(token) ? null : decoder.bytes(token);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }
}
