"""Runs golden Spark SQL on a real local Spark over empty tables, and prints which files it accepted, as JSON.

Usage: spark_accepts.py FOLDER...   each with an order.json and its *.spark.sql files. Needs pyspark and Java.
"""
import json
import pathlib
import shutil
import sys
import tempfile

from pyspark.sql import SparkSession

TYPES = {"varchar": "STRING", "integer": "INT"}


def create(spark, relation):
    columns = ", ".join(f"`{c['name']}` {TYPES.get(c['type'], c['type'].upper())}" for c in relation["columns"])
    spark.sql(f"CREATE TABLE `{relation['name']}` ({columns}) USING parquet")


def run_folder(spark, folder):
    schema = folder.name.replace("-", "_")
    spark.sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    spark.sql(f"CREATE SCHEMA {schema}")
    spark.sql(f"USE {schema}")
    order = json.loads((folder / "order.json").read_text())
    for relation in order["scans"]:
        create(spark, relation)
    for operation in order["operations"]:
        path = folder / f"{operation['file']}.spark.sql"
        try:
            spark.sql(path.read_text()).collect()
            yield str(path), None
        except Exception as error:  # noqa: BLE001 - every refusal is a result
            yield str(path), str(error).splitlines()[0][:300]
        if operation["kind"] == "host":
            create(spark, operation["output"])


def main(folders):
    home = tempfile.mkdtemp()
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.ansi.enabled", "true")
        .config("spark.sql.warehouse.dir", home)
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )
    try:
        results = {path: refusal for folder in folders for path, refusal in run_folder(spark, pathlib.Path(folder))}
        print(json.dumps({"spark": spark.version, "results": results}))
    finally:
        spark.stop()
        shutil.rmtree(home, ignore_errors=True)


main(sys.argv[1:])
