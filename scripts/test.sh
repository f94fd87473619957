#!/usr/bin/env bash
# Builds once and runs all tests. The last line is "N passed, N failed, N skipped"; exit code 0 only where tests ran and none failed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'HELP'
Usage: scripts/test.sh [--long] [--configuration NAME] [ARGUMENTS OF dotnet test ...]

Up to five tests of a project that fail are run once more by themselves, and named at the end (not where arguments are given).

  --long                the full counts of repeated tests (IDR_TEST_LONG=1)
  --configuration NAME  Release (default) or Debug

Example:
  scripts/test.sh --filter FullyQualifiedName~Labels
HELP
}

configuration=Release
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --long)
      export IDR_TEST_LONG=1
      shift
      ;;
    --configuration | -c)
      [ $# -gt 1 ] || die "$1 needs a name."
      configuration=$2
      shift 2
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      arguments+=("$1")
      shift
      ;;
  esac
done

need_dotnet
need_commands zbarimg:zbar-tools rsvg-convert:librsvg2-bin chromium:chromium strace:strace prlimit:util-linux setpriv:util-linux redis-server:redis-server redis-cli:redis-tools \
  node:nodejs npm:npm protoc:protobuf-compiler grpc_python_plugin:protobuf-compiler-grpc /usr/bin/python3:python3 \
  g++:g++ pkg-config:pkg-config /usr/include/grpcpp/grpcpp.h:libgrpc++-dev /usr/share/grpc-proto:grpc-proto \
  /usr/sbin/haproxy:haproxy /usr/lib/python3/dist-packages/yaml:python3-yaml \
  /usr/lib/python3/dist-packages/grpc:python3-grpcio /usr/lib/python3/dist-packages/google/protobuf:python3-protobuf

cd "$ROOT"
readonly NODE_CLIENT=tests/IdResolution.Server.Tests/Grpc/Clients/node
# What npm installed carries the lock file it was installed from.
if [ ! "$NODE_CLIENT/node_modules/.package-lock.json" -nt "$NODE_CLIENT/package-lock.json" ]; then
  say "Installing the gRPC library for Node.js ..."
  if ! (cd "$NODE_CLIENT" && quietly npm ci); then
    say "npm ci failed in $NODE_CLIENT: it needs the npm registry, or a mirror of it (npm config set registry)."
    exit 3
  fi
fi
readonly RESULTS=$ARTIFACTS/test-results
rm -rf "$RESULTS"
mkdir -p "$RESULTS"
passed=0
failed=0
skipped=0

# The files of tests lie in memory where there is room: a disk that others use makes tests wait that are not about it.
if [ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -gt 4000000 ]; then
  TMPDIR=$(mktemp -d /dev/shm/idresolution.XXXXXX)
  # Some tests run a node as another user.
  chmod 755 "$TMPDIR"
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
fi

finish() {
  if [ "$failed" -eq 0 ] && [ "$passed" -eq 0 ]; then
    say "No test ran."
    failed=1
  fi
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  exit $((failed > 0))
}

say "Building $configuration ..."
if ! quietly dotnet build IdResolution.sln -c "$configuration" -v quiet; then
  say "The build failed."
  failed=1
  finish
fi

# results FILE.trx: one line "outcome<TAB>test<TAB>message" for each test.
results() {
  tr '\r\n' '  ' <"$1" | awk '
    function attribute(tag, name,   at, rest) {
      at = index(tag, " " name "=\"")
      if (at == 0) return ""
      rest = substr(tag, at + length(name) + 3)
      return text(substr(rest, 1, index(rest, "\"") - 1))
    }
    function text(escaped) {
      gsub(/&#x?[0-9A-Fa-f]+;/, " ", escaped)
      gsub(/&lt;/, "<", escaped); gsub(/&gt;/, ">", escaped); gsub(/&quot;/, "\"", escaped); gsub(/&apos;/, "\047", escaped)
      gsub(/&amp;/, "\\&", escaped)
      gsub(/\t/, " ", escaped)
      return escaped
    }
    BEGIN { RS = "<UnitTestResult " }
    NR > 1 {
      tag = " " substr($0, 1, index($0, ">"))
      message = ""
      at = index($0, "<Message>")
      if (at > 0) {
        message = substr($0, at + 9)
        message = text(substr(message, 1, index(message, "</Message>") - 1))
        gsub(/ +/, " ", message)
      }
      print attribute(tag, "outcome") "\t" attribute(tag, "testName") "\t" message
    }'
}

# failures FILE.trx: the filter for the methods of the tests that failed.
failures() {
  /usr/bin/python3 - "$1" <<'PYTHON'
import sys, xml.etree.ElementTree as xml
names, tests = "{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}", xml.parse(sys.argv[1]).getroot()
failed = {result.get("testId") for result in tests.iter(names + "UnitTestResult") if result.get("outcome") not in ("Passed", "NotExecuted")}
methods = [test.find(names + "TestMethod") for test in tests.iter(names + "UnitTest") if test.get("id") in failed]
print("|".join(sorted({f"FullyQualifiedName~{method.get('className').split('(')[0]}.{method.get('name').split('(')[0]}" for method in methods})))
PYTHON
}

# again NAME PROJECT: runs the tests that failed once more, by themselves; those that fail again are counted in still. A machine that stalls
# for seconds fails one test or another of those that wait for something; a fault fails twice.
again() {
  local filter code=0
  still=$bad
  filter=$(failures "$RESULTS/$1.trx") || return 0
  [ -n "$filter" ] || return 0
  say ""
  say "$1: what failed once more, by itself"
  dotnet test "$2" --no-build -c "$configuration" --nologo --logger "trx;LogFileName=$1.again.trx" --results-directory "$RESULTS" --filter "$filter" </dev/null || code=$?
  [ -f "$RESULTS/$1.again.trx" ] || return 0
  local failing=0 passes=0 outcome test message
  while IFS=$'\t' read -r outcome test message; do
    case $outcome in
      Passed) passes=$((passes + 1)) ;;
      NotExecuted | Inconclusive | NotRunnable | Pending) ;;
      *) failing=$((failing + 1)) ;;
    esac
  done < <(results "$RESULTS/$1.again.trx")
  if [ "$code" -ne 0 ] && [ "$failing" -eq 0 ] || [ "$passes" -eq 0 ]; then
    return 0
  fi
  still=$failing
  unsteady+="${filter//FullyQualifiedName~/}"$'\n'
}

readonly MAX_AGAIN=5
unsteady=
reasons=
for project in tests/*.Tests/*.csproj; do
  name=$(basename "$project" .csproj)
  say ""
  say "$name"
  code=0
  dotnet test "$project" --no-build -c "$configuration" --nologo --logger "trx;LogFileName=$name.trx" --results-directory "$RESULTS" \
    ${arguments[@]+"${arguments[@]}"} </dev/null || code=$?
  bad=0
  if [ -f "$RESULTS/$name.trx" ]; then
    while IFS=$'\t' read -r outcome test message; do
      case $outcome in
        Passed) passed=$((passed + 1)) ;;
        NotExecuted | Inconclusive | NotRunnable | Pending)
          skipped=$((skipped + 1))
          reasons+="${message:-no reason given (such as $test)}"$'\n'
          ;;
        *) bad=$((bad + 1)) ;;
      esac
    done < <(results "$RESULTS/$name.trx")
  fi
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
    say "$name ended with exit code $code without a failed test: its host crashed or could not start."
    bad=1
  fi
  if [ "$bad" -gt 0 ] && [ "$bad" -le "$MAX_AGAIN" ] && [ ${#arguments[@]} -eq 0 ] && [ -f "$RESULTS/$name.trx" ]; then
    again "$name" "$project"
    passed=$((passed + (bad > still ? bad - still : 0)))
    bad=$still
  fi
  failed=$((failed + bad))
done

if [ -n "$unsteady" ]; then
  printf '\nFailed once, and run again by themselves:\n'
  printf '%s' "$unsteady" | tr '|' '\n'
fi

if [ -n "$reasons" ]; then
  printf '\nSkipped, and why:\n'
  printf '%s' "$reasons" | sort | uniq -c
fi
printf '\n'
finish
