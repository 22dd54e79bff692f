"""``setup/run``: from nothing to Odoo in the browser with a plant to play with."""

import argparse

from . import processes, server
from .databases import Databases, check_name
from .environment import Environment
from .project import (
    ADDON,
    DATABASE,
    LOGIN,
    PASSWORD,
    PORT,
    ROOT,
    companions_hash,
)
from .report import Failure, console


def parse_arguments(arguments):
    """The command's options."""
    parser = argparse.ArgumentParser(prog="setup/run", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
    parser.add_argument(
        "--database", default=DATABASE, type=check_name, help=f"default: {DATABASE}"
    )
    parser.add_argument(
        "--reset", action="store_true", help="throw the database away and begin anew"
    )
    parser.add_argument(
        "--no-demo", action="store_true", help="without the plant and its data"
    )
    parser.add_argument(
        "--prepare-only", action="store_true", help="stop before the server starts"
    )
    return parser.parse_args(arguments)


def main(arguments):
    """Prepare everything and serve until stopped."""
    options = parse_arguments(arguments)
    if not options.prepare_only:
        server.check_port(options.port)
    with Environment() as environment:
        environment.prepare()
        with in_use(environment.cache, options.database):
            prepare_database(environment, options)
            if not options.prepare_only:
                serve(environment, options)


def in_use(cache, database):
    """Hold the database: two servers that upgrade it would break it."""
    refusal = Failure(
        f"Use the database '{database}'",
        "Another setup/run serves it or prepares it.",
        "Stop that one, or give another name with --database.",
    )
    return cache.locked(f"database-{database}", patience=0, refusal=refusal)


def prepare_database(environment, options):
    """Have the database with the addon as it is now."""
    databases = Databases(environment)
    databases.drop_leftovers()
    name, demo = options.database, not options.no_demo
    if options.reset:
        databases.drop(name)
    if not databases.exists(name):
        _create(databases, name, demo)
        return
    facts = databases.facts(name)
    if not facts:
        raise Failure(
            f"Use the database '{name}'",
            "It was not made by setup/run.",
            "Give another name with --database, or --reset to throw it away.",
        )
    current = _facts(databases, facts["template"], facts["demo"])
    if facts != current:
        databases.upgrade_addon(name)
        databases.note(name, current)
    if demo != facts["demo"]:
        console.say(f"   note: '{name}' keeps its data as it is; --reset changes that")


def _create(databases, name, demo):
    template = databases.template()
    databases.make(
        name,
        lambda part: databases.install_addon(template, part, demo),
        _facts(databases, template, demo),
    )


def _facts(databases, template, demo):
    """What a database of this command is made from; companions may join it later."""
    return {
        **databases.addon_facts(template, demo),
        "companions": companions_hash(),
        "checkout": str(ROOT),
    }


def serve(environment, options):
    """Run the server in the foreground of this command."""
    url = f"http://{server.HOST}:{options.port}"
    log = environment.cache.log(f"server-{options.database}")
    with console.step("Starting Odoo"), log.open("w") as output:
        process = processes.spawn(
            environment.odoo_command(
                *("-d", options.database, "--http-port", options.port),
                *("--db-filter", f"^{options.database}$"),
            ),
            "Start Odoo's server",
            stdout=output,
            stderr=output,
            env=environment.environ(),
            cwd=ROOT,
            preexec_fn=processes.end_with_parent,
        )
        server.wait_until_ready(process, f"{url}/web/login", log)
    _welcome(url, options, log)
    try:
        code = process.wait()
    finally:
        console.say("Stopping Odoo and PostgreSQL")
        processes.stop(process)
    raise processes.failure_of(
        "Keep Odoo running", process.args, code, log.read_text(errors="replace")
    )


def _welcome(url, options, log):
    console.say(
        f"""
{ADDON} is ready.

    Address   {url}
    Login     {LOGIN}
    Password  {PASSWORD}
    Database  {options.database}
    Log       {log}

Stop it with Ctrl-C."""
    )
