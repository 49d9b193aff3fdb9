"""
### Train, evaluate, promote

Trains a model from a table, measures it on rows kept aside, and points an alias at the new version when it is good
enough. Each step calls the `athanor` command line and reads the one JSON object that `--json` prints.

* **Retries are safe.** The run id of every step is made from the Airflow run's id: a retry resumes from the last
  checkpoint, or returns what is already done. Nothing is trained or registered twice.
* **Promotion is a decision.** `promote` runs only when the accuracy that `evaluate` measured reaches `threshold`;
  below it the step is skipped and the alias stays where it was.
* **Parameters** are plain values. They reach the command through the environment, never as shell text.

The command is the one in `ATHANOR_COMMAND`, by default the launcher beside this folder.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

from airflow.exceptions import AirflowFailException
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Param, task

COMMAND = os.environ.get("ATHANOR_COMMAND", str(Path(__file__).resolve().parent.parent / "athanor"))

# The report is captured and printed last and on one line, so that it is what the operator hands on: the log has
# standard error, where everything for people goes.
REPORT = 'report=$("$ATHANOR" --json --warehouse "$WAREHOUSE" %s) && printf "%%s" "$report" | tr -d "\\n"'

# Of Airflow's characters for run ids, Athanor's lack only the tilde.
RUN_ID = "{{ dag.dag_id }}:{{ run_id | replace('~', '_') }}"


with DAG(
    dag_id="athanor_train",
    description="Train a model from a table, evaluate it on rows kept aside, promote it when it is good enough",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["athanor", "training"],
    default_args={
        "owner": "data-platform",
        "retries": 2,
        "retry_delay": timedelta(minutes=1),
        "execution_timeout": timedelta(hours=12),
    },
    params={
        "warehouse": Param("athanor-warehouse", type="string", description="Folder of tables and models"),
        "table": Param("digits_train", type="string", description="Table to train on"),
        "test_table": Param("digits_test", type="string", description="Table of rows kept aside"),
        "features": Param("image", type="string", description="Feature columns, separated by commas"),
        "label": Param("label", type="string", description="Label column"),
        "model": Param("digits", type="string", description="Name to register the model under"),
        "network": Param("auto", type="string", enum=["auto", "linear", "mlp", "cnn", "text"]),
        "epochs": Param(None, type=["null", "integer"], minimum=1, description="Passes at most; empty: the network's own"),
        "threshold": Param(0.97, type="number", minimum=0, maximum=1, description="Least accuracy to promote"),
        "alias": Param("champion", type="string", description="Alias to point at the new version"),
    },
) as dag:

    def athanor(task_id: str, arguments: str, **values: str) -> BashOperator:
        """A step that runs the command line; `values` are templates that the arguments name as variables."""
        return BashOperator(
            task_id=task_id,
            bash_command=REPORT % arguments,
            env={"ATHANOR": COMMAND, "WAREHOUSE": "{{ params.warehouse }}", **values},
            append_env=True,
            output_processor=json.loads,
        )

    train = athanor(
        "train",
        'train --table "$TABLE" --features "$FEATURES" --label "$LABEL" --model "$MODEL"'
        ' --network "$NETWORK" ${EPOCHS:+--epochs "$EPOCHS"} --run-id "$RUN_ID"',
        TABLE="{{ params.table }}",
        FEATURES="{{ params.features }}",
        LABEL="{{ params.label }}",
        MODEL="{{ params.model }}",
        NETWORK="{{ params.network }}",
        EPOCHS="{{ params.epochs or '' }}",
        RUN_ID=RUN_ID + ":train",
    )

    trained = "{{ ti.xcom_pull(task_ids='train')['ref'] }}"

    evaluate = athanor(
        "evaluate",
        'evaluate --model "$MODEL" --table "$TABLE" --label "$LABEL" --run-id "$RUN_ID"',
        MODEL=trained,
        TABLE="{{ params.test_table }}",
        LABEL="{{ params.label }}",
        RUN_ID=RUN_ID + ":evaluate",
    )

    @task.short_circuit
    def good_enough(report: dict, params: dict) -> bool:
        """Lets the promotion run when the measured accuracy reaches the threshold."""
        if report.get("accuracy") is None:
            raise AirflowFailException(
                "Cannot decide on the promotion: the model predicts numbers, and has no accuracy. Train on a label of classes"
            )
        accuracy, threshold = float(report["accuracy"]), float(params["threshold"])
        verdict = "promoting" if accuracy >= threshold else "leaving the alias where it is"
        print(f"accuracy {accuracy:.4f}, threshold {threshold:.4f}: {verdict}")
        return accuracy >= threshold

    promote = athanor(
        "promote",
        'models promote "$MODEL" --alias "$ALIAS" --run-id "$RUN_ID"',
        MODEL=trained,
        ALIAS="{{ params.alias }}",
        RUN_ID=RUN_ID + ":promote",
    )

    train >> evaluate >> good_enough(evaluate.output) >> promote
