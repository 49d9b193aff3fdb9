/**
 * The {@code import} job: from a model's standard files to a registered model. Entry type:
 * {@link dev.athanor.pipelines.imports.ImportJob}.
 */
package dev.athanor.pipelines.imports;
