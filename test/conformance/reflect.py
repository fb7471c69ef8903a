"""What SQLAlchemy, and with it Superset and others, finds in a database: tables, columns, keys, comments. As JSON."""

import json
import sys

import sqlalchemy

engine = sqlalchemy.create_engine(sys.argv[1])
inspector = sqlalchemy.inspect(engine)
found = {}
for schema in ("entity", "marts"):
    for table in inspector.get_table_names(schema=schema):
        found[f"{schema}.{table}"] = {
            "comment": inspector.get_table_comment(table, schema=schema)["text"],
            "key": inspector.get_pk_constraint(table, schema=schema)["constrained_columns"],
            "indexes": [index["column_names"] for index in inspector.get_indexes(table, schema=schema)],
            "columns": {
                column["name"]: {"type": column["type"].compile(engine.dialect), "comment": column["comment"]}
                for column in inspector.get_columns(table, schema=schema)
            },
        }
print(json.dumps(found))
