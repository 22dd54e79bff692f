"""Where the mirror comes from: both forms of apt's source files."""

from bootstrap.apt import download_progress
from bootstrap.apt_sources import (
    all_entries,
    deb822_entries,
    debian_mirror,
    one_line_entries,
)

ONE_LINE = """
# deb http://commented.example/debian bookworm main
deb-src http://mirror.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian/ bookworm main contrib
deb http://mirror.example/debian-security bookworm-security main
"""

DEB822 = """# a comment before the first field
Types: deb deb-src
URIs: https://mirror.example/debian
 https://second.example/debian
Suites: trixie trixie-updates
# a comment in between
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://mirror.example/debian-security
Suites: trixie-security
Components: main

Types: deb
Enabled: no
URIs: https://switched-off.example/debian
Suites: trixie
Components: main
"""


def test_one_line_entries_leave_out_sources_and_comments():
    assert list(one_line_entries(ONE_LINE)) == [
        ("http://mirror.example/debian/", ["bookworm"], ["main", "contrib"]),
        ("http://mirror.example/debian-security", ["bookworm-security"], ["main"]),
    ]


def test_deb822_entries_read_continuation_lines_and_skip_disabled_paragraphs():
    assert list(deb822_entries(DEB822)) == [
        (
            "https://mirror.example/debian",
            ["trixie", "trixie-updates"],
            ["main"],
        ),
        (
            "https://second.example/debian",
            ["trixie", "trixie-updates"],
            ["main"],
        ),
        ("https://mirror.example/debian-security", ["trixie-security"], ["main"]),
    ]


def test_the_mirror_is_the_main_archive_not_the_security_one():
    entries = [*one_line_entries(ONE_LINE)][::-1]
    assert debian_mirror(entries) == "http://mirror.example/debian"


def test_a_machine_of_another_kind_has_no_debian_mirror():
    ubuntu = [("http://mirror.example/ubuntu", ["noble"], ["main", "universe"])]
    flat = [("https://mirror.example/debian", ["./"], [])]
    assert debian_mirror(ubuntu) is None
    assert debian_mirror(flat) is None


def test_every_source_file_is_read_and_others_are_not(tmp_path):
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "debian.sources").write_text(DEB822)
    (folder / "old.list").write_text(ONE_LINE)
    (folder / "old.list.save").write_text("deb http://saved.example/debian sid main")
    uris = {uri for uri, _, _ in all_entries(tmp_path)}
    assert "https://second.example/debian" in uris
    assert "http://mirror.example/debian/" in uris
    assert not any("saved" in uri for uri in uris)


def test_apt_says_how_far_a_download_is():
    assert download_progress("dlstatus:1:42.5:Retrieving file 1 of 8") == 42.5
    assert download_progress("Get:1 odoo-19 [123 MB]") is None
