#!/usr/bin/env python3
"""Adds up what coverlet wrote (coverage.json) and prints line and branch coverage for each project and in all."""
import argparse
import json
import pathlib
import sys


def percent(covered, total):
    # Rounded down: 99.96 % is not 100 %.
    return f"{covered * 1000 // total / 10:5.1f} %" if total else "      -"


def read(files):
    """Hits by project: of lines by (file, line), of branches by all that tells one from another. A line that two methods share is one line."""
    lines, branches = {}, {}
    for file in files:
        for module, documents in json.loads(file.read_text(encoding="utf-8-sig")).items():
            project = module.removesuffix(".dll")
            for document, classes in documents.items():
                for methods in classes.values():
                    for method, found in methods.items():
                        for line, hits in found["Lines"].items():
                            of = lines.setdefault(project, {})
                            of[document, line] = max(hits, of.get((document, line), 0))
                        for branch in found["Branches"]:
                            of = branches.setdefault(project, {})
                            key = (document, method, branch["Line"], branch["Offset"], branch["EndOffset"], branch["Path"], branch["Ordinal"])
                            of[key] = max(branch["Hits"], of.get(key, 0))
    return lines, branches


def counted(hits):
    return sum(1 for count in hits.values() if count), len(hits)


def row(name, lines, branches):
    (line, all_lines), (branch, all_branches) = lines, branches
    return f"{name:34} {line:7} of {all_lines:7} {percent(line, all_lines)} {branch:7} of {all_branches:7} {percent(branch, all_branches)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, epilog="Exit code: 0; 1 where nothing was found; 2 where the arguments are wrong.")
    parser.add_argument("folder", type=pathlib.Path, help="the folder that dotnet test was given as --results-directory")
    parser.add_argument("--files", type=int, default=0, metavar="N", help="also the N files with the most lines that no test reaches")
    arguments = parser.parse_args()
    files = sorted(arguments.folder.rglob("coverage.json"))
    if not files:
        print(f"No coverage.json under {arguments.folder}.", file=sys.stderr)
        return 1
    lines, branches = read(files)
    print(f"{'project':34} {'lines':>18} {'':7} {'branches':>18}")
    all_lines, all_branches = (0, 0), (0, 0)
    for project in sorted(lines):
        of_lines, of_branches = counted(lines[project]), counted(branches.get(project, {}))
        print(row(project, of_lines, of_branches))
        all_lines = tuple(map(sum, zip(all_lines, of_lines)))
        all_branches = tuple(map(sum, zip(all_branches, of_branches)))
    print(row("all", all_lines, all_branches))
    if arguments.files:
        missed = {}
        for hits in lines.values():
            for (document, _), count in hits.items():
                reached, total = missed.get(document, (0, 0))
                missed[document] = (reached + (count > 0), total + 1)
        root = pathlib.Path(__file__).resolve().parent.parent
        for document, (reached, total) in sorted(missed.items(), key=lambda item: item[1][0] - item[1][1])[: arguments.files]:
            path = pathlib.Path(document)
            print(f"{total - reached:6} of {total:6} lines not reached: {path.relative_to(root) if path.is_relative_to(root) else path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
