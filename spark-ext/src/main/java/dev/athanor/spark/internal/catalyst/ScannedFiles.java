package dev.athanor.spark.internal.catalyst;

import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.FileStatusWithMetadata;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.PartitionDirectory;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.FileTable;

/** The files that a Dataset reads, as Spark found them when it was made: nothing is listed again. */
public final class ScannedFiles {
    private ScannedFiles() {}

    /** Paths, lengths and times of modification; files below several scans more than once. */
    public static List<FileStatus> of(Dataset<Row> rows) {
        LogicalPlan plan = ((org.apache.spark.sql.classic.Dataset<Row>) rows)
                .queryExecution()
                .optimizedPlan();
        List<FileStatus> files = new ArrayList<>();
        for (LogicalPlan leaf : Seqs.<LogicalPlan>list(plan.collectLeaves())) {
            FileIndex index = index(leaf);
            if (index == null) {
                continue;
            }
            for (PartitionDirectory folder : Seqs.<PartitionDirectory>list(index.listFiles(Seqs.of(), Seqs.of()))) {
                for (FileStatusWithMetadata file : Seqs.<FileStatusWithMetadata>list(folder.files())) {
                    files.add(file.fileStatus());
                }
            }
        }
        return files;
    }

    private static FileIndex index(LogicalPlan leaf) {
        if (leaf instanceof LogicalRelation relation && relation.relation() instanceof HadoopFsRelation files) {
            return files.location();
        }
        return leaf instanceof DataSourceV2Relation relation && relation.table() instanceof FileTable files
                ? files.fileIndex()
                : null;
    }
}
