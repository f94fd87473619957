#!/usr/bin/env python3
"""Writes the bill of materials of idnode (CycloneDX 1.6, JSON): the packages that it is shipped with and those it is
built with, what each needs, its hash and its licence. Read from what the last restore found.

Usage: scripts/sbom.py [FILE]      to standard output without FILE; dotnet restore first
"""

import base64
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ASSETS = ROOT / "src/IdResolution.Server/obj/project.assets.json"


def purl(name, version):
    return f"pkg:nuget/{name}@{version}"


def licence(folders, path, name):
    """The licence as the package says it: an expression, else the address of a text."""
    for folder in folders:
        nuspec = pathlib.Path(folder) / path / f"{name.lower()}.nuspec"
        if nuspec.is_file():
            text = nuspec.read_text(encoding="utf-8-sig")
            if found := re.search(r'<license type="expression">([^<]+)<', text):
                return [{"expression": found[1].strip()}]
            if found := re.search(r"<licenseUrl>([^<]+)<", text):
                return [{"license": {"name": "as published", "url": found[1].strip()}}]
    return []


def is_shipped(package):
    parts = [*package.get("runtime", {}), *package.get("runtimeTargets", {}), *package.get("native", {})]
    return any(not part.endswith("_._") for part in parts)


def components(assets, packages):
    for key, package in sorted(packages.items()):
        name, version = key.split("/")
        library = assets["libraries"][key]
        component = {
            "type": "library",
            "bom-ref": purl(name, version),
            "name": name,
            "version": version,
            "scope": "required" if is_shipped(package) else "excluded",
            "hashes": [{"alg": "SHA-512", "content": base64.b64decode(library["sha512"]).hex()}],
            "purl": purl(name, version),
        }
        if licences := licence(assets["packageFolders"], library["path"], name):
            component["licenses"] = licences
        yield component


def dependencies(assets, packages, own):
    refs = {key.split("/")[0].lower(): purl(*key.split("/")) for key in packages}
    targets = assets["targets"]["net10.0"]
    direct = {
        name
        for package in [assets["project"]["frameworks"]["net10.0"], *targets.values()]
        if package.get("type") in (None, "project")
        for name in package.get("dependencies", {})
    }
    yield {"ref": own, "dependsOn": sorted(refs[name.lower()] for name in direct if name.lower() in refs)}
    for key, package in sorted(packages.items()):
        needs = package.get("dependencies", {})
        yield {
            "ref": purl(*key.split("/")),
            "dependsOn": sorted(refs[name.lower()] for name in needs if name.lower() in refs),
        }


def main():
    if len(sys.argv) > 2 or sys.argv[1:] and sys.argv[1].startswith("-"):
        print(__doc__.strip())
        return 0 if sys.argv[1] in ("-h", "--help") else 2
    if not ASSETS.is_file():
        print(f"sbom.py: {ASSETS.relative_to(ROOT)} is missing: dotnet restore first.", file=sys.stderr)
        return 1
    assets = json.loads(ASSETS.read_text(encoding="utf-8"))
    packages = {k: v for k, v in assets["targets"]["net10.0"].items() if v["type"] == "package"}
    own = {"type": "application", "bom-ref": "idnode", "name": "idnode", "version": assets["project"]["version"]}
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": own},
        "components": list(components(assets, packages)),
        "dependencies": list(dependencies(assets, packages, own["bom-ref"])),
    }
    text = json.dumps(bom, indent=2, ensure_ascii=False) + "\n"
    if len(sys.argv) == 2:
        pathlib.Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
