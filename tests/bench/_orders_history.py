"""A past for a database, quickly: real orders, multiplied by plain SQL.

A few orders are completed as everywhere else. Their rows, on either side whatever the
side has written (orders, work orders, times, moves, move lines and their genealogy,
entries and items, confirmations, subledger), are then copied with new ids, names, entry
numbers and earlier dates, until the wanted number of done moves stands in the database.
Messages of the chatter are not copied, and stock on hand stays as it is.
"""

ORDERS = "id = ANY(%(orders)s)"
MOVES = """raw_material_production_id = ANY(%(orders)s)
           OR production_id = ANY(%(orders)s)"""
TIMES = """workorder_id IN (SELECT id FROM mrp_workorder
                             WHERE production_id = ANY(%(orders)s))"""
# Core does not always link a labour entry to the times that it values.
ENTRIES = f"""SELECT account_move_id FROM stock_move WHERE {MOVES}
        UNION SELECT entry.id FROM account_move entry
                JOIN mrp_production mo ON entry.ref = mo.name || ' - Labour'
               WHERE mo.{ORDERS}"""
CONFIRMED = """confirmation_id IN (SELECT id FROM backflush_confirmation
                                    WHERE production_id = ANY(%(orders)s))"""

#: Tables in the order in which their rows can be inserted, and which rows.
TABLES = {
    "mrp_production_group": f"""id IN (SELECT production_group_id
                                         FROM mrp_production WHERE {ORDERS})""",
    "mrp_production": ORDERS,
    "mrp_workorder": "production_id = ANY(%(orders)s)",
    "account_move": f"id IN ({ENTRIES})",
    "account_move_line": f"move_id IN ({ENTRIES})",
    "mrp_workcenter_productivity": TIMES,
    "stock_move": MOVES,
    "stock_move_line": f"move_id IN (SELECT id FROM stock_move WHERE {MOVES})",
    "backflush_confirmation": "production_id = ANY(%(orders)s)",
    "backflush_confirmation_line": CONFIRMED,
    "backflush_posting_line": "production_id = ANY(%(orders)s)",
}
RELATIONS = (
    "stock_move_line_consume_rel",
    "stock_reference_production_rel",
    "stock_reference_move_rel",
)
#: Points back at a table that comes later: set when all rows stand.
LATE = {("stock_move", "backflush_confirmation_line_id")}
NUMBER = "(m.new - m.first + m.taken + 1)"
EARLIER = "t.date - m.copy * interval '1 hour'"
CHANGED = {
    ("mrp_production", "name"): "t.name || '-' || m.new",
    ("mrp_production_group", "name"): "t.name || '-' || m.new",
    ("account_move", "ref"): "t.ref || '-' || m.new",
    ("account_move", "sequence_number"): NUMBER,
    ("account_move", "name"): f"""t.sequence_prefix || lpad({NUMBER}::text,
                                  greatest(5, length({NUMBER}::text)), '0')""",
    ("stock_move", "date"): EARLIER,
    ("stock_move_line", "date"): EARLIER,
}


def multiply(cr, orders, copies):
    """Copy everything that belongs to ``orders`` so many times."""
    tables = [table for table in TABLES if _exists(cr, table)]
    for table in tables:
        _map(cr, table, orders, copies)
    for table in tables:
        _copy(cr, table, tables)
    for table in RELATIONS:
        _copy_relation(cr, table, tables)
    for table, column in LATE:
        _point_back(cr, table, column, tables)
    for table in tables:
        cr.execute(f"DROP TABLE map_{table}")


def counts(cr):
    """What stands in the database: done moves, orders, entries, confirmations."""
    kinds = {
        "moves": "stock_move",
        "orders": "mrp_production",
        "entries": "account_move",
        "confirmations": "backflush_confirmation",
        "postings": "backflush_posting_line",
    }
    found = {}
    for kind, table in kinds.items():
        if _exists(cr, table):
            done = "WHERE state = 'done'" if kind == "moves" else ""
            cr.execute(f"SELECT count(*) FROM {table} {done}")
            found[kind] = cr.fetchone()[0]
    return found


def _exists(cr, table):
    cr.execute("SELECT to_regclass(%s)", [table])
    return bool(cr.fetchone()[0])


def _map(cr, table, orders, copies):
    """Say which new id each copy of each row gets."""
    taken = "0"
    if table == "account_move":
        taken = "(SELECT coalesce(max(sequence_number), 0) FROM account_move)"
    cr.execute(
        f"""CREATE TEMP TABLE map_{table} AS
            SELECT id AS old, copy, nextval('{table}_id_seq') AS new,
                   0::bigint AS first, {taken}::bigint AS taken
              FROM {table}, generate_series(1, %(copies)s) copy
             WHERE {TABLES[table]}
          ORDER BY copy DESC, id""",
        {"orders": orders, "copies": copies},
    )
    cr.execute(f"UPDATE map_{table} SET first = (SELECT min(new) FROM map_{table})")
    cr.execute(f"CREATE INDEX ON map_{table} (old, copy)")
    cr.execute(f"ANALYZE map_{table}")


def _references(cr, table, tables):
    """``{column: table}`` of the foreign keys that lead to copied rows."""
    cr.execute(
        """SELECT a.attname, c.confrelid::regclass::text
             FROM pg_constraint c
             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
            WHERE c.contype = 'f' AND c.conrelid = %s::regclass""",
        [table],
    )
    return {column: other for column, other in cr.fetchall() if other in tables}


def _columns(cr, table):
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = %s AND table_schema = current_schema()
              AND is_generated = 'NEVER'""",
        [table],
    )
    return [column for (column,) in cr.fetchall()]


def _remapped(references):
    """Expressions and joins that lead copied rows to copied rows."""
    values, joins = {}, []
    for number, (column, other) in enumerate(references.items()):
        alias = f"r{number}"
        values[column] = f"coalesce({alias}.new, t.{column})"
        joins.append(
            f"LEFT JOIN map_{other} {alias}"
            f" ON {alias}.old = t.{column} AND {alias}.copy = m.copy"
        )
    return values, " ".join(joins)


def _insert(cr, table, values, source):
    columns = ", ".join(f'"{column}"' for column in values)
    cr.execute(
        f"INSERT INTO {table} ({columns}) SELECT {', '.join(values.values())} {source}"
    )


def _copy(cr, table, tables):
    """Insert the copies of a table's rows."""
    values = {column: f't."{column}"' for column in _columns(cr, table)}
    remapped, joins = _remapped(_references(cr, table, tables))
    values.update(remapped, id="m.new")
    for (owner, column), expression in CHANGED.items():
        if owner == table and column in values:
            values[column] = expression
    for owner, column in LATE:
        if owner == table and column in values:
            values[column] = "NULL"
    _insert(
        cr,
        table,
        values,
        f"FROM {table} t JOIN map_{table} m ON m.old = t.id {joins} ORDER BY m.new",
    )


def _copy_relation(cr, table, tables):
    """Insert the copies of a many-to-many table's rows."""
    columns = _columns(cr, table)
    references = _references(cr, table, tables)
    leading = next(column for column in columns if column in references)
    values = {column: f"t.{column}" for column in columns}
    remapped, joins = _remapped(references)
    values.update(remapped)
    _insert(
        cr,
        table,
        values,
        f"""FROM {table} t
            JOIN map_{references[leading]} m ON m.old = t.{leading} {joins}""",
    )


def _point_back(cr, table, column, tables):
    other = _references(cr, table, tables).get(column) if table in tables else None
    if not other:
        return
    cr.execute(
        f"""UPDATE {table} copied SET {column} = r.new
              FROM {table} t
              JOIN map_{table} m ON m.old = t.id
              JOIN map_{other} r ON r.old = t.{column} AND r.copy = m.copy
             WHERE copied.id = m.new"""
    )
