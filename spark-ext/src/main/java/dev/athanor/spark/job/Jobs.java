package dev.athanor.spark.job;

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
}
