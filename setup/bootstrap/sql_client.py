"""Run SQL statements: a script for the virtual environment's Python.

The bootstrap itself knows nothing but the standard library, and a machine may have no
``psql``. Reads a JSON list of ``[statement, parameters]`` and prints the rows of the
last one as JSON. The server is found by the variables ``PG*``.
"""

import json
import sys

import psycopg2


def main():
    """Run the statements of standard input in the database of the first argument."""
    connection = psycopg2.connect(dbname=sys.argv[1])
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement, parameters in json.load(sys.stdin):
            cursor.execute(statement, parameters or None)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    json.dump(rows, sys.stdout, default=str)


if __name__ == "__main__":
    try:
        main()
    except psycopg2.Error as error:
        sys.exit(f"{type(error).__name__}: {error}".strip())
