package dev.athanor.engine.bench;

import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.tokenizer.Tokens;
import dev.athanor.engine.transformer.TransformerFolder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The sentences of STS-B dev, tokenized for a model. */
final class StsSentences {
    private StsSentences() {}

    /** The first sentences of all pairs, then the second ones, as ids. */
    static List<int[]> read(TransformerFolder model) throws IOException {
        Tokenizer tokenizer = TokenizerJson.read(model.tokenizer());
        int longest = model.embedding().maxTokens();
        Path file = Checkout.root().resolve("../shared/data/stsb/dev.csv.gz");
        List<int[]> ids = new ArrayList<>();
        List<int[]> second = new ArrayList<>();
        Tokens tokens = new Tokens();
        try (BufferedReader in = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> cells = cells(line);
                tokenizer.encode(cells.get(0), null, longest, tokens);
                ids.add(tokens.toArray());
                tokenizer.encode(cells.get(1), null, longest, tokens);
                second.add(tokens.toArray());
            }
        }
        ids.addAll(second);
        return ids;
    }

    /** Cells of a line of CSV whose quotes close on it. */
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
