package dev.athanor.spark.job;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** Every job on the class path. */
public final class Jobs {
    private Jobs() {}

    /**
     * All jobs, by name.
     *
     * @throws IllegalStateException when two jobs, or two procedures, have the same name
     */
    public static List<Job<?, ?>> all() {
        List<Job<?, ?>> found = new ArrayList<>();
        for (Job<?, ?> job : ServiceLoader.load(Job.class, Jobs.class.getClassLoader())) {
            found.add(job);
        }
        return checked(found);
    }

    static List<Job<?, ?>> checked(List<Job<?, ?>> found) {
        SortedMap<String, Job<?, ?>> seen = new TreeMap<>();
        for (Job<?, ?> job : found) {
            claim(seen, "name " + job.name(), job);
            job.procedure().ifPresent(procedure -> claim(seen, "procedure " + procedure, job));
        }
        return found.stream().sorted(Comparator.comparing(Job::name)).toList();
    }

    private static void claim(SortedMap<String, Job<?, ?>> seen, String what, Job<?, ?> job) {
        Job<?, ?> other = seen.putIfAbsent(what, job);
        if (other != null) {
            throw new IllegalStateException("two jobs have the " + what + ": "
                    + other.getClass().getName() + " and " + job.getClass().getName());
        }
    }

    /** @throws AthanorException when there is no such job, with the nearest name */
    public static Job<?, ?> named(String name) {
        List<Job<?, ?>> all = all();
        List<String> names = all.stream().<String>map(Job::name).toList();
        return all.stream()
                .filter(job -> job.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AthanorException(
                        "Cannot run '" + name + "'",
                        "there is no such job",
                        NearestName.of(name, names)
                                .map(near -> "Write '" + near + "' if you meant that")
                                .orElse("The jobs are " + String.join(", ", names))));
    }
}
