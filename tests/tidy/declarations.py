"""Finds what a C++ header declares in its namespaces without a doc comment. Knows as much C++ as our headers use."""

import re

SCOPE = re.compile(r"(inline\s+)?namespace\b|extern\s*$")
TYPE = re.compile(r"(?:template\s*<.*>\s*)?(?:class|struct|union|enum(?:\s+class|\s+struct)?)\s+"
                  r"(?:\[\[.*?\]\]\s*|alignas\([^)]*\)\s*)*(\w+)")
FUNCTION = re.compile(r"([\w:~]+|operator\s*\S+?)\s*$")


def blank_out(text):
    """`text` with comments, literals and preprocessor lines replaced by blanks; lines stay where they are."""
    pattern = re.compile(
        r"//[^\n]*|/\*.*?\*/"  # comments
        r'|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'  # raw strings
        r'|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])+\''  # strings and characters; not 10'000
        r"|^[ \t]*#(?:[^\n\\]|\\\n|\\.)*",  # preprocessor lines
        re.DOTALL | re.MULTILINE)
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def declarations(text):
    """(first line, last line, head) of everything that stands directly in a namespace; a head that has a body ends in {."""
    line, start, head = 1, 0, ""
    parentheses, braces = 0, 0  # of the declaration at hand
    for char in blank_out(text):
        line += char == "\n"
        if braces > 0:  # in the body of a type or function, or in an initialiser
            braces += {"{": 1, "}": -1}.get(char, 0)
            if braces == 0 and is_function(head):
                yield start, line, head
                head = ""
        elif parentheses > 0 or char in "()":
            parentheses += {"(": 1, ")": -1}.get(char, 0)
            head += char
        elif char == "{" and SCOPE.match(head.strip()):
            head = ""
        elif char == "{":
            head += char
            braces = 1
        elif char == "}":
            head = ""  # the end of a namespace
        elif char == ";":
            if head.strip():
                yield start, line, head
            head = ""
        elif not head.strip():
            head, start = ("", start) if char.isspace() else (char, line)
        else:
            head += char


def outside_parentheses(head):
    """`head` without what is in parentheses and angle brackets."""
    depth, kept = 0, ""
    for char in head:
        depth += char in "(<"
        kept += char if depth == 0 else ""
        depth -= char in ")>" and depth > 0
    return kept


def is_function(head):
    """Whether a head is one of a function: a name, then parentheses, and no initialiser before them."""
    before = re.sub(r"\boperator\s*[^\s\w(]+", "operator", head.split("(")[0])
    return "(" in head and "=" not in outside_parentheses(before) and not TYPE.match(head.strip())


def name_of(head):
    """The name of what needs a doc comment, or None for what needs none: forward declarations, aliases, constants."""
    head = " ".join(head.split())
    if head.startswith(("using ", "typedef ", "static_assert", "friend ", "extern template")):
        return None
    if match := TYPE.match(head):
        return match[1] if "{" in head else None
    if not is_function(head):
        return None
    plain = re.sub(r"^template\s*<[^(]*>\s*", "", head)
    match = FUNCTION.search(plain.split("(")[0].strip())
    name = match[1] if match else None
    return None if name is None or "::" in name else name  # a member's definition is documented in its class


def undocumented(text):
    """(line, name) of every type and function in a namespace that has no `///` above it or `///<` beside it.

    Overloads that follow each other without a blank line share the comment of the first.
    """
    lines = text.splitlines()
    previous_name, previous_end = None, 0
    for first, last, head in declarations(text):
        name = name_of(head)
        if name is None:
            continue
        above = lines[first - 2].strip() if first > 1 else ""
        beside = "///<" in lines[last - 1]
        overload = name == previous_name and first == previous_end + 1
        if above.startswith("///") or beside or overload:
            previous_name, previous_end = name, last
        else:
            yield first, name
