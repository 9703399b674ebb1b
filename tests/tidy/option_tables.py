"""Finds options of config::describe() tables that have no help text."""

import re

ROW = re.compile(r"\.\s*(?:option|choice)\s*\(")
LITERAL = re.compile(r'"((?:\\.|[^"\\])*)"')


def arguments(text, begin):
    """The arguments of the call whose parenthesis opens just before `begin`, cut at the commas of its own level."""
    depth, cut, found, at = 1, begin, [], begin
    while at < len(text) and depth > 0:
        if literal := LITERAL.match(text, at):
            at = literal.end()
            continue
        char = text[at]
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(char, 0)
        if depth == 0 or (depth == 1 and char == ","):
            found.append(text[cut:at].strip())
            cut = at + 1
        at += 1
    return found


def unexplained(text):
    """(line, key) of every row whose help is an empty literal. A help that is no literal is a constant's business."""
    if "describe<" not in text:
        return
    for row in ROW.finditer(text):
        given = arguments(text, row.end())
        if len(given) < 2 or not given[0].startswith('"'):
            continue
        literals = LITERAL.findall(given[-1])
        is_literal = bool(literals) and LITERAL.sub("", given[-1]).strip() == ""
        if len(given) < 3 or (is_literal and not "".join(literals).strip()):
            yield text.count("\n", 0, row.start()) + 1, given[0].strip('"')
