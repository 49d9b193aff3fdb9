package dev.athanor.spark.internal.catalyst;

import java.util.Arrays;
import java.util.List;
import scala.collection.Iterable;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Scala's immutable sequences, from and to Java's lists. */
final class Seqs {
    private Seqs() {}

    static <T> Seq<T> of(List<? extends T> list) {
        // toList makes an immutable Scala list of its own, so later changes of the Java list do not show.
        @SuppressWarnings("unchecked")
        List<T> same = (List<T>) list;
        return CollectionConverters.asScala(same).toList();
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array goes into a copy only
    static <T> Seq<T> of(T... items) {
        return of(Arrays.asList(items));
    }

    static <T> List<T> list(Iterable<? extends T> seq) {
        @SuppressWarnings("unchecked")
        Iterable<T> same = (Iterable<T>) seq;
        return List.copyOf(CollectionConverters.asJavaCollection(same));
    }
}
