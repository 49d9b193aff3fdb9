package dev.athanor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Real files with damage: bits turned, ends cut, parts of one laid over another, counts replaced by huge ones. A reader
 * must read each or refuse it with an {@link AthanorException}, in time and within its memory.
 *
 * @param seed of all damage; a failure names it with the number of the file
 * @param bases the files to damage
 * @param textual whether they are texts, which digits and brackets damage more than bits do
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MutatedFiles(long seed, List<byte[]> bases, boolean textual) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long[] COUNTS = {
        0, 1, 2, 255, 65536, 1 << 20, 1 << 24, Integer.MAX_VALUE, 1L << 31, 0xffffffffL, 1L << 33, Long.MAX_VALUE, -1L
    };
    private static final String MARKS = "0123456789{}[]\",:-+.eE\\ax\0 ";

    /** Reads a file of damaged bytes, and all that it claims to hold. */
    @FunctionalInterface
    public interface Reader {
        void read(byte[] file) throws IOException;
    }

    /** How many files ended how, the longest time of one and the most memory that one took. */
    public record Outcome(int read, int refused, Duration slowest, long mostBytes) {}

    /** @param memory bytes that reading one file may take */
    public Outcome check(int count, long memory, Reader reader) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        int refused = 0;
        Duration slowest = Duration.ZERO;
        long most = 0;
        for (int i = 0; i < count; i++) {
            byte[] file = mutate(random);
            FutureTask<Case> task = new FutureTask<>(() -> one(reader, file));
            Thread thread = new Thread(task, "mutated-" + i);
            thread.setDaemon(true);
            thread.start();
            String what = "file " + i + " of seed " + seed;
            try {
                Case c = task.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                refused += c.refused() ? 1 : 0;
                slowest = slowest.compareTo(c.time()) < 0 ? c.time() : slowest;
                most = Math.max(most, c.bytes());
                assertThat(c.bytes()).as("bytes that %s took", what).isLessThan(memory);
            } catch (ExecutionException e) {
                throw new AssertionError(what + " ended in neither an answer nor a refusal", e.getCause());
            } catch (TimeoutException e) {
                AssertionError late = new AssertionError(what + " took more than " + PATIENCE);
                late.setStackTrace(thread.getStackTrace());
                throw late;
            }
        }
        assertThat(refused).as("refused of %d", count).isCloseTo(count / 2, within(count * 49 / 100));
        return new Outcome(count - refused, refused, slowest, most);
    }

    private record Case(boolean refused, Duration time, long bytes) {}

    private static Case one(Reader reader, byte[] file) throws IOException {
        com.sun.management.ThreadMXBean memory = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        boolean refused = false;
        try {
            reader.read(file);
        } catch (AthanorException e) {
            refused = true;
        }
        return new Case(
                refused, Duration.ofNanos(System.nanoTime() - start), memory.getCurrentThreadAllocatedBytes() - before);
    }

    private byte[] mutate(SplittableRandom random) {
        byte[] file = bases.get(random.nextInt(bases.size())).clone();
        int edits = 1 + random.nextInt(3);
        for (int e = 0; e < edits && file.length > 0; e++) {
            file = edit(file, random);
        }
        return file;
    }

    private byte[] edit(byte[] file, SplittableRandom random) {
        int at = place(file.length, random);
        switch (random.nextInt(6)) {
            case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> {
                return Arrays.copyOf(file, random.nextBoolean() ? at : file.length + 1 + random.nextInt(64));
            }
            case 2 -> {
                byte[] other = bases.get(random.nextInt(bases.size()));
                int from = random.nextInt(other.length);
                int n = Math.min(random.nextInt(64), Math.min(other.length - from, file.length - at));
                System.arraycopy(other, from, file, at, n);
            }
            case 3 -> {
                byte[] count = count(random);
                System.arraycopy(count, 0, file, at, Math.min(count.length, file.length - at));
            }
            case 4 -> file[at] = (byte) random.nextInt(256);
            default -> file[at] = (byte) MARKS.charAt(random.nextInt(MARKS.length()));
        }
        return file;
    }

    /** Half of the time near the beginning, where the description of a file lies. */
    private static int place(int length, SplittableRandom random) {
        return random.nextInt(random.nextBoolean() ? Math.min(length, 2048) : length);
    }

    private byte[] count(SplittableRandom random) {
        long count = COUNTS[random.nextInt(COUNTS.length)];
        if (textual) {
            return Long.toString(count).getBytes(StandardCharsets.US_ASCII);
        }
        int width = random.nextBoolean() ? Long.BYTES : Integer.BYTES;
        return Arrays.copyOf(
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(count)
                        .array(),
                width);
    }
}
