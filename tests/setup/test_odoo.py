"""Odoo's sources, its log, its databases and its port."""

import os
import socket
from datetime import date

import pytest

from bootstrap import databases, odoo_source, postgres, server
from bootstrap.cache import Cache
from bootstrap.command_run import parse_arguments
from bootstrap.odoo_log import InstallLog, module_progress, parse
from bootstrap.report import Failure

RELEASE = "version_info = (19, 0, 0, FINAL, 0, '')\n"


def make_sources(home, package_folder, script, release=RELEASE):
    (home / package_folder / "odoo").mkdir(parents=True)
    (home / package_folder / "odoo" / "release.py").write_text(release)
    (home / script).parent.mkdir(parents=True, exist_ok=True)
    (home / script).touch()
    return home


def test_a_clone_of_odoo_is_recognised_with_its_addons(tmp_path):
    home = make_sources(tmp_path, ".", "odoo-bin")
    (home / "addons").mkdir()
    source = odoo_source.at_home(home)
    assert source.script == home / "odoo-bin"
    assert source.addons_folder == home / "addons"


def test_an_unpacked_package_is_recognised(tmp_path):
    home = make_sources(tmp_path, odoo_source.DIST_PACKAGES, "usr/bin/odoo")
    (home / "package-version").write_text("19.0.0+dfsg-1")
    source = odoo_source.at_home(home)
    assert source.package_folder == home / odoo_source.DIST_PACKAGES
    assert source.version == "19.0-19.0.0+dfsg-1"


def test_the_packages_second_copy_of_the_addons_is_not_loaded(tmp_path):
    home = make_sources(tmp_path, odoo_source.DIST_PACKAGES, "usr/bin/odoo")
    (home / odoo_source.DIST_PACKAGES / "addons").mkdir()
    assert odoo_source.at_home(home).addons_folder is None


def test_a_package_that_was_unpacked_alone_is_refused_with_what_it_lacks(tmp_path):
    home = make_sources(tmp_path, odoo_source.DIST_PACKAGES, "usr/bin/odoo")
    static = home / odoo_source.DIST_PACKAGES / "odoo/addons/web/static/lib/jquery"
    static.mkdir(parents=True)
    (static / "jquery.js").symlink_to("../../nowhere.js")
    with pytest.raises(Failure) as caught:
        odoo_source.at_home(home)
    assert "leads nowhere" in caught.value.why
    assert "libjs-jquery" in caught.value.remedy


def test_an_installed_odoo_does_not_bring_the_systems_libraries_along(tmp_path):
    home = make_sources(tmp_path / "root", odoo_source.DIST_PACKAGES, "usr/bin/odoo")
    (home / odoo_source.DIST_PACKAGES / "werkzeug").mkdir()
    folder = odoo_source.at_home(home).import_folder(Cache(tmp_path / "cache"))
    assert [path.name for path in folder.iterdir()] == ["odoo"]
    assert (folder / "odoo" / "release.py").exists()


def test_another_version_of_odoo_is_refused(tmp_path):
    home = make_sources(tmp_path, ".", "odoo-bin", RELEASE.replace("19", "18"))
    with pytest.raises(Failure) as caught:
        odoo_source.at_home(home)
    assert "18.0" in caught.value.why


def test_a_folder_without_odoo_is_refused(tmp_path):
    with pytest.raises(Failure, match="Use the Odoo in"):
        odoo_source.at_home(tmp_path)


# -- its log -----------------------------------------------------------------------

LOADING = (
    "2026-01-02 03:04:05,678 99 INFO backflush odoo.modules.loading: "
    "Loading module mrp (7/75) "
)
DEMO_FAILURE = (
    "2026-01-02 03:04:05,678 99 WARNING backflush odoo.modules.loading: "
    "Module mrp demo data failed to install, installed without demo data "
)


def test_a_log_line_is_taken_apart():
    level, logger, message = parse(LOADING)
    assert (level, logger) == ("INFO", "odoo.modules.loading")
    assert module_progress(message) == ("mrp", 7, 75)
    assert parse("Traceback (most recent call last):") is None


def test_an_installation_tells_how_far_it_is():
    said = []
    install = InstallLog(said.append)
    install.feed(LOADING)
    assert said == ["module 7 of 75: mrp"]
    assert not install.problems


def test_demo_data_that_did_not_load_is_a_problem_though_odoo_only_warns():
    install = InstallLog()
    install.feed(DEMO_FAILURE)
    assert len(install.problems) == 1


# -- databases -----------------------------------------------------------------------


def test_a_temporary_database_names_its_process():
    assert databases.owner_of(databases.temporary_name("x")) == os.getpid()
    assert databases.owner_of("backflush_tmp_elsewhere_123_x") is None
    assert databases.owner_of("backflush") is None
    assert databases.owner_of("backflush_template_demo_abc") is None


def test_copies_that_nobody_uses_are_dropped_but_never_a_users_database():
    comment = '{"facts": {"demo": true}, "used": "2026-01-01"}'
    assert databases.read_comment(comment) == ({"demo": True}, date(2026, 1, 1))
    assert databases.read_comment("by hand") == ({}, None)
    later, soon = date(2026, 3, 1), date(2026, 1, 5)
    name = "backflush_addon_demo_abc"
    assert databases.is_outdated(name, comment, later)
    assert not databases.is_outdated(name, comment, soon)
    assert not databases.is_outdated(name, None, later)
    assert not databases.is_outdated("backflush", comment, later)


def test_databases_of_processes_that_are_no_more_are_dropped():
    name = databases.temporary_name("x")
    assert databases.is_leftover(name.replace(str(os.getpid()), "4194999"))
    assert not databases.is_leftover(name)
    assert not databases.is_leftover("backflush")


@pytest.mark.parametrize("name", ["", "a b", "x;y", "-x", "é", "a" * 64])
def test_odd_database_names_are_refused(name):
    with pytest.raises(Failure):
        databases.check_name(name)


def test_identifiers_are_quoted():
    assert databases.quoted('a"b') == '"a""b"'


def test_attachments_are_copied_without_taking_space(tmp_path):
    (tmp_path / "a" / "00").mkdir(parents=True)
    (tmp_path / "a" / "00" / "file").write_text("x")
    databases.link_tree(tmp_path / "a", tmp_path / "b")
    copy = tmp_path / "b" / "00" / "file"
    assert copy.samefile(tmp_path / "a" / "00" / "file")
    databases.link_tree(tmp_path / "missing", tmp_path / "c")
    assert not (tmp_path / "c").exists()


# -- PostgreSQL ------------------------------------------------------------------------


def make_binaries(folder):
    folder.mkdir(parents=True)
    for name in ("initdb", "pg_ctl", "postgres"):
        (folder / name).touch(mode=0o755)
    return folder


def test_the_newest_postgresql_of_the_system_is_taken(tmp_path):
    for version in ("9", "15", "16"):
        newest = make_binaries(tmp_path / version / "bin")
    pattern = (f"{tmp_path}/*/bin",)
    assert postgres.binaries({"PATH": ""}, pattern) == newest
    environ = {"PATH": "", "BACKFLUSH_POSTGRES": "embedded"}
    assert postgres.binaries(environ, pattern) is None
    assert postgres.binaries({"PATH": ""}, (f"{tmp_path}/none/*",)) is None


def test_the_socket_moves_where_its_path_would_be_too_long(tmp_path):
    assert postgres.socket_folder("/short", "k").as_posix() == "/short"
    moved = postgres.socket_folder("/" + "x" * 120, "k")
    assert len(str(moved / ".s.PGSQL.5432")) < postgres.SOCKET_LIMIT


def test_the_users_server_is_taken_as_it_is():
    environ = {"PGHOST": "db.example", "PGPORT": "6543", "PGUSER": "me"}
    server = postgres.find(None, None, environ)
    assert isinstance(server, postgres.ForeignServer)
    assert server.connection.environ() == environ


def test_a_server_of_the_users_that_refuses_speaks_for_itself():
    server = postgres.find(None, None, {"PGHOST": "db.example", "PGUSER": "me"})
    failure = server.failure_of("Ask", "could not translate host name")
    assert "db.example" in failure.why and "host name" in failure.why
    assert "PGHOST" in failure.remedy


def test_the_role_that_odoo_refuses_is_refused_at_once():
    with pytest.raises(Failure, match="PGHOST"):
        postgres.find(None, None, {"PGHOST": "x", "PGUSER": "postgres"})


# -- the server ---------------------------------------------------------------------


def test_a_taken_port_is_refused_and_a_free_one_named():
    with socket.socket() as taken:
        taken.bind((server.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure) as caught:
            server.check_port(port)
    assert "--port" in caught.value.remedy
    assert server.is_free(server.free_port())


def test_a_port_that_is_none_is_refused():
    with pytest.raises(Failure):
        server.check_port(70000)


def test_options_have_defaults():
    options = parse_arguments([])
    assert (options.port, options.database) == (8069, "backflush")
    assert not (options.reset or options.no_demo)
