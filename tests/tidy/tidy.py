#!/usr/bin/env python3
"""House rules that no compiler checks: `tidy.py ROOT` prints each breach as file:line: message, and fails on any.

  ranks      a folder of src/ includes only from lower ranks, by "folder/file.h"
  owners     a third-party library is included in its one folder only
  documented what a header of src/ declares in its namespaces has a doc comment
  explained  every option of an option table has a help text
  length     a source file can be read in one sitting
  portable   no path of somebody's machine
  finished   nothing is left to be done later
"""

import re
import sys
from pathlib import Path

from declarations import undocumented
from option_tables import unexplained

RANKS = {
    "base": 0,
    "telemetry": 1, "config": 1, "event": 1, "window": 1,
    "net": 2,
    "aws": 3, "http": 3, "vision": 3,
    "video": 4, "storage": 4,
    "publish": 5,
    "infer": 6, "clips": 6, "stream": 6, "sim": 6,
    "cli": 7,
    "main": 8,
}
OWNERS = [  # what an include begins with, the folder that may (or the folders), the library's name
    (re.compile(r"lib(av\w+|swscale|swresample|postproc)/"), "video", "libav"),
    (re.compile(r"rabbitmq-c/|amqp"), "clips", "rabbitmq-c"),
    (re.compile(r"hiredis/"), "clips", "hiredis"),
    (re.compile(r"seccomp"), "base", "libseccomp"),
    (re.compile(r"openvino/"), "vision", "OpenVINO"),
    (re.compile(r"opencv2/highgui"), "window", "OpenCV's highgui"),
    (re.compile(r"curl/"), "net", "libcurl"),
    (re.compile(r"simdjson\.h"), ("aws", "stream"), "simdjson"),
    (re.compile(r"mosquitto|mqtt_protocol"), "publish", "libmosquitto"),
    (re.compile(r"xxhash\.h"), "publish", "xxHash"),
    (re.compile(r"date/"), "base", "Hinnant's date"),
]
LONGEST = 400
SOURCES = {".h", ".cpp", ".java", ".py", ".js", ".mjs", ".css", ".html", ".cmake", ".sh"}
TEXTS = SOURCES | {".md", ".yaml", ".yml", ".json", ".txt", ".in", ".toml", ".ini", ".service"}
SKIPPED = {".git", ".deps", ".pytest_cache", "__pycache__", "build", "data", "node_modules", "corpus"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
MACHINE_PATH = re.compile(r"(?<![\w./-])/(?:work|root|home|Users|tmp)/[\w.-]+")
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")


def files_of(root):
    """Every text file of the tree that people write, with its path relative to `root`."""
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if SKIPPED.intersection(relative.parts) or not path.is_file():
            continue
        if path.suffix in TEXTS or path.name in {"Makefile", "Dockerfile"} or is_script(path):
            yield relative, path.read_text(encoding="utf-8")


def is_script(path):
    with path.open("rb") as file:
        return path.suffix == "" and file.read(2) == b"#!"


def folder_of(relative):
    """The folder of src/ that a file is in; "main" for src/main.cpp; None outside src/."""
    if relative.parts[0] != "src" or relative.suffix not in {".h", ".cpp"}:
        return None
    return relative.parts[1] if len(relative.parts) > 2 else relative.stem


def includes(text):
    """(line, is it in quotes, what) of every include."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            yield number, match[1] == '"', match[2]


def ranks(relative, text):
    own = folder_of(relative)
    if own is None:
        return
    if own not in RANKS:
        yield 1, f"the folder src/{own} has no rank; give it one in tests/tidy/tidy.py"
        return
    for line, quoted, name in includes(text):
        if not quoted:
            continue
        other = name.split("/")[0]
        if other not in RANKS:
            yield line, f'expected an include by "folder/file.h" from src/, found "{name}"'
        elif other != own and RANKS[other] >= RANKS[own]:
            yield line, f"{own} (rank {RANKS[own]}) includes {name} (rank {RANKS[other]}); only lower ranks are allowed"


def owners(relative, text):
    own = folder_of(relative)
    if own is None:
        return
    for line, _, name in includes(text):
        for begins, owner, library in OWNERS:
            folders = (owner,) if isinstance(owner, str) else owner
            if begins.match(name) and own not in folders:
                yield line, f"{library} is included outside src/{' and src/'.join(folders)}: {name}"


def documented(relative, text):
    if folder_of(relative) is not None and relative.suffix == ".h":
        for line, name in undocumented(text):
            yield line, f"{name} has no doc comment (///)"


def explained(relative, text):
    if folder_of(relative) is not None:
        for line, key in unexplained(text):
            yield line, f"option {key} has no help text"


def length(relative, text):
    lines = text.count("\n")
    if (relative.suffix in SOURCES or relative.suffix == "") and lines > LONGEST:
        yield LONGEST + 1, f"{lines} lines; a file has at most {LONGEST}"


def portable(relative, text):
    for number, line in enumerate(text.splitlines(), 1):
        if match := MACHINE_PATH.search(line):
            yield number, f"a path of one machine: {match[0]}"


def finished(relative, text):
    for number, line in enumerate(text.splitlines(), 1):
        if match := UNFINISHED.search(line):
            yield number, f"{match[0]}: do it, or open an issue"


RULES = [ranks, owners, documented, explained, length, portable, finished]


def breaches(root):
    """Every breach in the tree, as file:line: message."""
    for relative, text in files_of(root):
        for rule in RULES:
            for line, message in rule(relative, text):
                yield f"{relative}:{line}: {message}"


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tidy.py ROOT")
    found = list(breaches(Path(sys.argv[1])))
    for breach in found:
        print(breach)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
