"""Reading the machine's own apt sources: where its Debian mirror is.

Both forms are read: one-line ``*.list`` files and deb822 ``*.sources`` files.
"""

import re
from pathlib import Path

APT_FOLDER = Path("/etc/apt")


def one_line_entries(text):
    """Yield ``(uri, suites, components)`` from the text of a ``.list`` file."""
    for line in text.splitlines():
        match = re.match(r"\s*deb\s+(?:\[[^]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if match:
            uri, suite, components = match.groups()
            yield uri, [suite], components.split()


def deb822_entries(text):
    """Yield ``(uri, suites, components)`` from the text of a ``.sources`` file."""
    for paragraph in re.split(r"\n\s*\n", text):
        fields = _deb822_fields(paragraph)
        disabled = fields.get("enabled", "yes").lower() in ("no", "false", "0")
        if disabled or "deb" not in fields.get("types", "").split():
            continue
        for uri in fields.get("uris", "").split():
            suites = fields.get("suites", "").split()
            yield uri, suites, fields.get("components", "").split()


def _deb822_fields(paragraph):
    fields, name = {}, None
    for line in paragraph.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0].isspace():
            if name:
                fields[name] += " " + line.strip()
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def all_entries(folder=APT_FOLDER):
    """Yield the entries of every source file of the machine."""
    for path in sorted([folder / "sources.list", *folder.glob("sources.list.d/*")]):
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".sources":
            yield from deb822_entries(text)
        elif path.suffix == ".list":
            yield from one_line_entries(text)


def debian_mirror(entries):
    """The mirror of Debian's main archive among the entries, or None.

    It has a component ``main``, and a path that ends in ``/debian``; archives of
    security updates, of Ubuntu and of single programs do not.
    """
    for uri, suites, components in entries:
        plain = any("-" not in suite and "/" not in suite for suite in suites)
        if plain and "main" in components and uri.rstrip("/").endswith("/debian"):
            return uri.rstrip("/")
    return None
