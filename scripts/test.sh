#!/usr/bin/env bash
# Builds once and runs all tests. The last line is "N passed, N failed, N skipped"; exit code 0 only where tests ran and none failed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'HELP'
Usage: scripts/test.sh [--long] [--configuration NAME] [ARGUMENTS OF dotnet test ...]

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
  failed=$((failed + bad))
done

if [ -n "$reasons" ]; then
  printf '\nSkipped, and why:\n'
  printf '%s' "$reasons" | sort | uniq -c
fi
printf '\n'
finish
