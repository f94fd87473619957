#!/usr/bin/env bash
# Formats the C# sources with CSharpier, at 120 columns (.editorconfig).
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1-} in
  "") verb=format ;;
  --check) verb=check ;;
  *)
    say "Usage: scripts/format.sh [--check]   --check changes nothing, and ends with 1 where something is not formatted."
    [ "$1" = --help ] || [ "$1" = -h ] && exit 0
    exit 2
    ;;
esac
need_dotnet
cd "$ROOT"
dotnet tool restore >/dev/null
exec dotnet csharpier "$verb" src tests
