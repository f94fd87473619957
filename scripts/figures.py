#!/usr/bin/env python3
"""Prints the figures of docs/architecture.md that say how readable the source is.

  scripts/figures.py [--check]

--check ends with 1 where a figure that must be 0 is not, or methods are too long. Comments and strings are blanked before
anything is counted but lines. A token is an identifier, a number or one mark of punctuation; a method is a body in
braces after a parameter list.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROJECTS = ["Core", "Storage", "HandleProtocol", "Server"]
FRONT_ENDS = ["Foreign", "Grpc", "Handle", "Labels", "Pages", "Rest", "Snms", "SnmsWire", "Tracing"]
MOST_TOKENS = 220
WIDTH = 120
MOST_PARAMETERS = 6
MOST_README = 150

STRINGS = re.compile(r'\$*"""[\s\S]*?"""|\$?@?"(?:\\.|""|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'')
COMMENTS = re.compile(r"//[^\n]*|/\*[\s\S]*?\*/")
TOKENS = re.compile(r"[A-Za-z_]\w*|\d[\w.]*|\S")
# What stands before something that is no method: the name of a type with its parameters, or an expression.
TYPES = re.compile(r"\b(?:class|struct|record|new|return|await|else)$|=>$")
KEYWORDS = {"if", "for", "foreach", "while", "switch", "using", "lock", "catch", "fixed", "when", "return", "is", "await"}


def blank(text):
    """The text without what comments and strings say."""
    text = STRINGS.sub('""', text)
    return COMMENTS.sub("", text)


def sources(folder, kind="*.cs"):
    return [p for p in sorted((ROOT / folder).rglob(kind)) if not {"bin", "obj"} & set(p.parts)]


def closing(text, start):
    """Where the bracket at start is closed."""
    pairs = {"(": ")", "{": "}"}
    opened, closed, depth = text[start], pairs[text[start]], 0
    for i in range(start, len(text)):
        depth += (text[i] == opened) - (text[i] == closed)
        if depth == 0:
            return i
    return len(text)


def methods(text):
    """The bodies in braces that stand behind a parameter list."""
    for match in re.finditer(r"(\w+)(?:<[^<>()]*>)?\(", text):
        if match.group(1) in KEYWORDS:
            continue
        end = closing(text, match.end() - 1)
        after = re.match(r"\)\s*(?:where [^{;=]*|:\s*(?:base|this)\([^)]*\)\s*)*\{", text[end:])
        before = text[: match.start()].rstrip()
        if after and re.search(r"[\w>\]?)]$", before) and not TYPES.search(before):
            start = end + after.end() - 1
            yield text[start : closing(text, start) + 1]


def nested(text):
    """How many conditional expressions stand within another one, at the same depth of brackets."""
    count = 0
    for mark in re.finditer(r"\s\?\s", text):
        depth = 0
        for i in range(mark.end(), len(text)):
            depth += (text[i] in "([{") - (text[i] in ")]}")
            if depth < 0 or (depth == 0 and text[i] in ",;"):
                break
            if depth == 0 and text[i] == "?" and text[i - 1].isspace() and text[i + 1].isspace():
                count += 1
                break
    return count


def parameters(text):
    """How many parameters each constructor of a class takes."""
    names = set(re.findall(r"\bclass (\w+)", text))
    for match in re.finditer(r"\bclass (\w+)(?:<[^<>()]*>)?\s*\(|\b(?:public|internal|private) (\w+)\(", text):
        if match.group(1) or match.group(2) in names:
            inner = text[match.end() : closing(text, match.end() - 1)]
            inner = re.sub(r"<[^<>]*>", "", re.sub(r"<[^<>]*>", "", inner))
            inner = re.sub(r"\([^()]*\)", "", inner)
            yield 0 if not inner.strip() else inner.count(",") + 1


def circles(project):
    """The folders of a project that need each other, by what their files use."""
    name = f"IdResolution.{project}"
    uses = {}
    for path in sources(f"src/{name}"):
        folder = path.relative_to(ROOT / "src" / name).parts[0]
        if folder.endswith(".cs"):
            continue
        named = re.findall(rf"^using {re.escape(name)}\.(\w+)", path.read_text(), re.M)
        uses.setdefault(folder, set()).update(n for n in named if n != folder)

    def reached(start):
        seen, left = set(), list(uses.get(start, ()))
        while left:
            folder = left.pop()
            if folder not in seen:
                seen.add(folder)
                left.extend(uses.get(folder, ()))
        return seen

    return sorted(f for f in uses if f in reached(f)), len(uses)


def wide_prose():
    """The lines of the documents that are too wide, but for tables, code and headings, which cannot be wrapped."""
    for path in [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]:
        is_code = False
        for number, line in enumerate(path.read_text().splitlines(), 1):
            is_code ^= line.lstrip().startswith("```")
            if len(line) > WIDTH and not is_code and not line.startswith(("|", "#", "```")):
                yield f"{path.relative_to(ROOT)}:{number}"


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def main():
    if "--help" in sys.argv or "-h" in sys.argv:
        print(__doc__.strip())
        return 0
    texts = {p: p.read_text() for p in sources("src")}
    blanked = {p: blank(t) for p, t in texts.items()}
    lines = [line for t in texts.values() for line in t.splitlines()]
    razor = [line for p in sources("src", "*.razor") for line in p.read_text().splitlines()]
    wide = [line for line in lines + razor if len(line) > WIDTH]
    bodies = [len(TOKENS.findall(m)) for t in blanked.values() for m in methods(t)]
    code = [line for t in blanked.values() for line in t.splitlines() if line.strip()]
    tokens = sum(len(TOKENS.findall(line)) for line in code)
    server = ROOT / "src" / "IdResolution.Server"
    front = [t for p, t in blanked.items() if p.is_relative_to(server) and p.relative_to(server).parts[0] in FRONT_ENDS]
    checks = sum(len(re.findall(r"\.Is\(Role\.|\bRole\s*[!=]=\s*Role\.|AccessPolicy\.Re(?:fusal|quire)\(", t)) for t in front)
    node = [p for p, t in blanked.items() if re.search(r"[(,]\s*Node node\b", t)]
    within = {p: nested(t) for p, t in blanked.items()}
    most = [(n, p) for p, t in blanked.items() for n in parameters(t) if n > MOST_PARAMETERS]

    zero = []
    for project in PROJECTS:
        inside, all_folders = circles(project)
        print(f"folders in circles, {project}: {len(inside)} of {all_folders} {' '.join(inside)}")
        zero.append(len(inside))
    print(f"files that take Node: {len(node)}")
    print(f"role checks in front ends: {checks}")
    print(f"lines over {WIDTH} columns: {len(wide)} of {len(lines)} ({len(wide) / len(lines):.1%})")
    print(f"tokens a method: median {percentile(bodies, 0.5)}, p95 {percentile(bodies, 0.95)} of {len(bodies)}")
    print(f"tokens a code line: {tokens / len(code):.1f}")
    print(f"conditional expressions within another: {sum(within.values())}")
    for path in (p for p in within if within[p]):
        print(f"  {within[path]} {path.relative_to(ROOT)}")
    print(f"constructors with more than {MOST_PARAMETERS} parameters: {len(most)}")
    for count, path in most:
        print(f"  {count} {path.relative_to(ROOT)}")
    readme = {name: len((ROOT / name).read_text().splitlines()) for name in ["README.md", "README.zh-CN.md"]}
    for name, count in readme.items():
        print(f"lines of {name}: {count} of at most {MOST_README}")
    prose = list(wide_prose())
    print(f"lines of documents over {WIDTH} columns: {len(prose)} {' '.join(prose)}")
    zero.append(len(prose))
    zero.append(percentile(bodies, 0.95) > MOST_TOKENS)
    zero.append(sum(count > MOST_README for count in readme.values()))
    zero += [len(node), checks, len(wide), sum(within.values()), len(most)]
    return 1 if "--check" in sys.argv and any(zero) else 0


if __name__ == "__main__":
    sys.exit(main())
