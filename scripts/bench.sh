#!/bin/sh
# Measures the node side by side with its baselines, prints the table and writes it to docs/benchmarks.md.
#   scripts/bench.sh [--full | --smoke] [--only ROW] [--items N] [--records N]
# The data set is kept in IDR_BENCH_DATA (default: ~/.cache/idresolution-bench). --smoke keeps and writes nothing.
# --items N takes data sets and plants of N items: a plant of 10,000,000 for one row is --only trace-plant --items 10000000, as with --full.
# The rows register-sql and resolve-sql run on the SQL server of IDR_TEST_SQLSERVER, the connection string of a login that may create
# databases, and report how the rate changes from 10,000 records to N (1,000,000): they take the time that filling a database with N takes.
#   IDR_TEST_SQLSERVER='Server=…;User Id=…;Password=…' scripts/bench.sh --only resolve-sql --records 100000
set -eu
cd "$(dirname "$0")/.."

smoke= only=
command="scripts/bench.sh${*:+ $*}"
for argument in "$@"; do
  case $argument in
    --smoke) smoke=1 ;;
    --only) only=1 ;;
    --help | -h) sed -n '2,8s/^# //p' "$0"; exit 0 ;;
  esac
done

if ! command -v wrk > /dev/null || ! command -v h2load > /dev/null || ! command -v redis-server > /dev/null; then
  if [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y wrk nghttp2-client redis-server > /dev/null
  else
    echo "wrk, h2load or redis-server is missing: sudo apt-get install wrk nghttp2-client redis-server" >&2
    exit 1
  fi
fi

data=${IDR_BENCH_DATA:-${XDG_CACHE_HOME:-$HOME/.cache}/idresolution-bench}
bench=
clean() {
  status=$?
  trap - EXIT
  # The benchmarks' servers end when the process that started them does.
  if [ -n "$bench" ]; then
    kill "$bench" 2> /dev/null || true
    wait "$bench" 2> /dev/null || true
    rm -rf "$data/scratch-$bench"
  fi
  if [ -n "$smoke" ]; then rm -rf "$data"; fi
  exit $status
}
trap clean EXIT
trap 'exit 130' INT TERM

if [ -n "$smoke" ]; then
  data=$(mktemp -d)
else
  mkdir -p "$data"
fi

dotnet build -c Release --nologo -v quiet tests/IdResolution.Benchmarks >&2

if [ -z "$smoke$only" ]; then
  set -- "$@" --out docs/benchmarks.md --command "$command"
fi
tests/IdResolution.Benchmarks/bin/Release/net10.0/IdResolution.Benchmarks run --data "$data" "$@" &
bench=$!
wait "$bench"
bench=
