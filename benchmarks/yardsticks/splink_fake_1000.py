"""Splink's own settings for its thousand made-up people, from its example "Deduplicate 1000 rows"; prints JSON.

    python splink_fake_1000.py fake_1000.csv        (with splink_job.py on the path)
"""
import json
import sys

import splink.comparison_library as cl
import splink_job
from splink import SettingsCreator, block_on

settings = SettingsCreator(
    link_type="dedupe_only",
    unique_id_column_name="unique_id",
    blocking_rules_to_generate_predictions=[block_on("first_name", "city"), block_on("surname"), block_on("dob"), block_on("email")],
    comparisons=[
        cl.NameComparison("first_name"),
        cl.NameComparison("surname"),
        cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        cl.EmailComparison("email"),
    ],
    retain_matching_columns=False,
)
training = dict(
    deterministic=[block_on("first_name", "surname", "dob"), block_on("email")],
    recall=.7,
    em=[block_on("first_name", "surname"), block_on("dob")],
)
con = splink_job.connect(2, "8GB")
con.sql(f"CREATE TABLE people AS FROM read_csv('{sys.argv[1]}', all_varchar=true)")
_, _, _, figures = splink_job.run_job(con, ["people"], settings, training=training, max_pairs=1e6, threshold=.001, em_with_tf=True)
print(json.dumps(figures, indent=1))
