#!/usr/bin/env bash
# Builds once and runs the tests, lane by lane. The last line is "N passed, N failed, N skipped"; exit code 0 only where tests ran and none
# failed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'HELP'
Usage: scripts/test.sh [--fast | --long | --lane NAME ...] [--coverage] [--configuration NAME] [ARGUMENTS OF dotnet test ...]

Lanes, in the order they run (docs/testing.md):
  fast       what needs nothing but the .NET SDK
  contract   the stores: SQLite, the double of SQL Server, and a real SQL Server where IDR_TEST_SQLSERVER names one
  process    real servers and clients: idnode, redis-server, haproxy, chromium, gRPC clients of other languages, kills
  documents  the commands and programs of the documents
  compiled   those programs of the documents that a C++ compiler must build first
  soak       what measures times or runs for long, such as fuzzing

Without an option: all but compiled and soak.
  --fast                the first lane alone
  --long                every lane, and the full counts of repeated tests (IDR_TEST_LONG=1)
  --lane NAME           this lane; may be repeated
  --coverage            measures which lines and branches the tests reach, and prints it for each project
  --configuration NAME  Release (default) or Debug

Each lane installs the tools that it lacks where it can (root on Debian or Ubuntu), and else says what to install.

Examples:
  scripts/test.sh --fast
  scripts/test.sh --lane process --filter FullyQualifiedName~Redis
HELP
}

readonly ALL_LANES=(fast contract process documents compiled soak)
configuration=Release
coverage=
lanes=()
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --fast)
      lanes+=(fast)
      shift
      ;;
    --long)
      export IDR_TEST_LONG=1
      lanes=("${ALL_LANES[@]}")
      shift
      ;;
    --lane)
      [ $# -gt 1 ] || die "--lane needs a name: ${ALL_LANES[*]}"
      [[ " ${ALL_LANES[*]} " == *" $2 "* ]] || die "--lane: '$2' is none of ${ALL_LANES[*]}"
      lanes+=("$2")
      shift 2
      ;;
    --coverage)
      coverage=1
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
[ ${#lanes[@]} -gt 0 ] || lanes=(fast contract process documents)

# ask LANE: installs, or asks for, what the lane's tests run.
ask() {
  case $1 in
    process)
      need_commands zbarimg:zbar-tools rsvg-convert:librsvg2-bin chromium:chromium strace:strace prlimit:util-linux setpriv:util-linux \
        redis-server:redis-server redis-cli:redis-tools redis-sentinel:redis-sentinel openssl:openssl /usr/sbin/haproxy:haproxy node:nodejs npm:npm \
        /usr/bin/python3:python3 /usr/lib/python3/dist-packages/yaml:python3-yaml \
        /usr/lib/python3/dist-packages/grpc:python3-grpcio /usr/lib/python3/dist-packages/google/protobuf:python3-protobuf \
        /usr/share/grpc-proto:grpc-proto protoc:protobuf-compiler grpc_python_plugin:protobuf-compiler-grpc \
        /usr/include/google/protobuf/struct.proto:libprotobuf-dev
      need_node_client Grpc
      need_node_client Rest
      ;;
    documents)
      need_commands node:nodejs npm:npm curl:curl openssl:openssl docker-compose:docker-compose kubectl:kubernetes-client \
        systemd-analyze:systemd promtool:prometheus /usr/include/google/protobuf/struct.proto:libprotobuf-dev \
        /usr/lib/python3/dist-packages/yaml:python3-yaml /usr/share/grpc-proto:grpc-proto protoc:protobuf-compiler grpc_python_plugin:protobuf-compiler-grpc \
        /usr/bin/python3:python3 /usr/lib/python3/dist-packages/grpc:python3-grpcio \
        /usr/lib/python3/dist-packages/google/protobuf:python3-protobuf
      need_node_client Grpc
      ;;
    compiled)
      need_commands g++:g++ pkg-config:pkg-config protoc:protobuf-compiler grpc_cpp_plugin:protobuf-compiler-grpc \
        /usr/include/grpcpp/grpcpp.h:libgrpc++-dev
      ;;
    soak) need_commands redis-server:redis-server redis-cli:redis-tools ;;
  esac
}

# need_node_client FOLDER: what the programs for Node.js in that folder of the tests use.
need_node_client() {
  local client=$ROOT/tests/IdResolution.Server.Tests/$1/Clients/node
  # What npm installed carries the lock file it was installed from.
  if [ ! "$client/node_modules/.package-lock.json" -nt "$client/package-lock.json" ]; then
    say "Installing the libraries for Node.js of the $1 clients ..."
    if ! (cd "$client" && quietly npm ci); then
      say "npm ci failed in $client: it needs the npm registry, or a mirror of it (npm config set registry)."
      exit 3
    fi
  fi
}

# category LANE: the category that its tests have; those of the fast lane have none.
category() {
  case $1 in
    fast) ;;
    *) printf '%s' "${1^}" ;;
  esac
}

# projects LANE: the test projects that it has tests in.
projects() {
  case $1 in
    # The longest begins first.
    fast) echo Server HandleProtocol Core Tds ;;
    contract) echo Storage ;;
    *) echo Server ;;
  esac
}

# filter LANE: the tests that are its own.
filter() {
  local lane filter=
  case $1 in
    soak) printf 'TestCategory=Soak' && return ;;
    fast) ;;
    # A test of a fixture may be soak.
    *) printf 'TestCategory=%s&TestCategory!=Soak' "$(category "$1")" && return ;;
  esac
  for lane in "${ALL_LANES[@]:1}"; do
    filter+="&TestCategory!=$(category "$lane")"
  done
  printf '%s' "${filter#&}"
}

need_dotnet
# Code that runs once is not worth being measured for what comes later.
export DOTNET_TieredPGO=0
for lane in "${lanes[@]}"; do
  ask "$lane"
done

cd "$ROOT"
readonly RESULTS=$ARTIFACTS/test-results
rm -rf "$RESULTS"
mkdir -p "$RESULTS"

# The files of tests lie in memory where there is room: a disk that others use makes tests wait that are not about it.
if [ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -gt 4000000 ]; then
  TMPDIR=$(mktemp -d /dev/shm/idresolution.XXXXXX)
  # Some tests run a node as another user.
  chmod 755 "$TMPDIR"
  export TMPDIR
  trap 'rm -rf "$TMPDIR"' EXIT
fi

passed=0
failed=0
skipped=0
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

# results FILE.trx: one line "outcome<TAB>duration<TAB>test<TAB>message" for each test.
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
      print attribute(tag, "outcome") "\t" attribute(tag, "duration") "\t" attribute(tag, "testName") "\t" message
    }'
}

readonly COLLECT="XPlat Code Coverage;Format=json;Include=[IdResolution.*]*,[idnode]*;\
Exclude=[*.Tests]*,[IdResolution.Testing]*,[IdResolution.Tds]*;ExcludeByFile=**/obj/**"
collector=
if [ -n "$coverage" ]; then
  # Assemblies do not tell where the package of the collector is, as projects do.
  collector=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')
  collector+=coverlet.collector/$(sed -n 's/.*"coverlet.collector" Version="\([^"]*\)".*/\1/p' Directory.Packages.props)/build/net10.0
fi

times=
reasons=
faults=
slowest=$RESULTS/durations.txt
: >"$slowest"
for lane in "${lanes[@]}"; do
  say ""
  say "Lane $lane"
  selected=$(filter "$lane")
  extra=()
  for ((i = 0; i < ${#arguments[@]}; i++)); do
    # One filter may be given: what it selects is looked for in the lanes.
    if [ "${arguments[i]}" = --filter ] && ((i + 1 < ${#arguments[@]})); then
      i=$((i + 1))
      selected="($selected)&(${arguments[i]})"
    else
      extra+=("${arguments[i]}")
    fi
  done
  assemblies=()
  for project in $(projects "$lane"); do
    assemblies+=("tests/IdResolution.$project.Tests/bin/$configuration/net10.0/IdResolution.$project.Tests.dll")
  done
  # Assemblies run side by side, as do the fixtures within each; the collector of coverage can take but one at a time.
  groups=("${assemblies[*]}")
  if [ -n "$coverage" ]; then
    groups=("${assemblies[@]}")
    extra+=(--test-adapter-path "$collector" --collect "$COLLECT")
  fi
  code=0
  began=$SECONDS
  for i in "${!groups[@]}"; do
    # shellcheck disable=SC2086  # paths of ours, without blanks
    dotnet test ${groups[i]} --nologo --logger "trx;LogFileName=$i.trx" --results-directory "$RESULTS/$lane" --filter "$selected" \
      ${extra[@]+"${extra[@]}"} -- RunConfiguration.MaxCpuCount=2 </dev/null || code=$?
  done
  times+=$(printf '  %-10s %4d s' "$lane" $((SECONDS - began)))$'\n'
  bad=0
  for file in "$RESULTS/$lane"/*.trx; do
    [ -f "$file" ] || continue
    while IFS=$'\t' read -r outcome duration test message; do
      printf '%s\t%s\t%s\n' "$duration" "$lane" "$test" >>"$slowest"
      case $outcome in
        Passed) passed=$((passed + 1)) ;;
        NotExecuted | Inconclusive | NotRunnable | Pending)
          skipped=$((skipped + 1))
          reasons+="${message:-no reason given (such as $test)}"$'\n'
          ;;
        *)
          bad=$((bad + 1))
          faults+="  $lane  $test: ${message:0:2000}"$'\n'
          ;;
      esac
    done < <(results "$file")
  done
  if [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; then
    say "The lane $lane ended with exit code $code without a failed test: a test host crashed or could not start, or a check at its end failed (see above)."
    bad=1
  fi
  failed=$((failed + bad))
done

if [ -n "$coverage" ]; then
  printf '\nCoverage:\n'
  /usr/bin/env python3 scripts/coverage.py "$RESULTS" || failed=$((failed + 1))
fi
printf '\nThe ten slowest tests:\n'
sort -r "$slowest" | awk -F '\t' 'NR <= 10 { printf "  %s  %-9s  %s\n", substr($1, 1, 12), $2, $3 }'
printf '\nTime of each lane:\n%s' "$times"
if [ -n "$reasons" ]; then
  printf '\nSkipped, and why:\n'
  printf '%s' "$reasons" | sort | uniq -c
fi
if [ -n "$faults" ]; then
  printf '\nFailed:\n%s' "$faults"
fi
printf '\n'
finish
