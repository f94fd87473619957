#!/usr/bin/env bash
# Gives readers of bytes that others made inputs that nobody wrote, and looks whether what must hold holds.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'HELP'
Usage: scripts/fuzz.sh TARGET SECONDS [--seed N] [--no-build]
       scripts/fuzz.sh TARGET --inputs N [--seed N] [--no-build]
       scripts/fuzz.sh TARGET --replay FILE

Targets (docs/testing.md says what each reads, and what must hold):
  handle    the Handle codec: messages, packets, bodies, keys, signatures, values as JSON
  requests  requests of REST and gRPC: bodies, queries, headers; the PROXY header
  scan      texts that scanners send
  rules     patterns of coding rules, and check characters
  values    values of attributes, and numbers
  csv       files to import: CSV, JSON Lines, handles
  packs     template packs
  log       bodies and states of the log, cursors, trees
  stored    what lies in Redis, files and the database
  events    events, links and intents of REST and gRPC; cursors of traces, events, stock
  snms      identifiers of SNMS, and answers of a secondary node
  all       each of them; they share the SECONDS, and each gets N inputs

Inputs are made out of good ones, by a seed: the same seed makes the same inputs (--seed, 1 if not given). Those that take a branch that none
took before are kept and changed further; for that the assemblies are instrumented, in a copy (artifacts/fuzzing).

Every ten seconds a line tells how far it is. An input that fails ends the run with exit code 1; it is written to artifacts/fuzzing/findings, with
the command that reads it again. Once mended, it goes into tests/IdResolution.Fuzzing/Corpus/TARGET, under a name that says what it was: the
fast lane reads all that lies there.

Examples:
  scripts/fuzz.sh scan 60
  scripts/fuzz.sh handle --inputs 10000000 --seed 7
HELP
}

case ${1-} in
  -h | --help)
    usage
    exit 0
    ;;
esac
[ $# -ge 2 ] || {
  usage >&2
  exit 2
}
target=$1
shift
seconds=
inputs=9000000000000000000
seed=1
replay=
build=1
while [ $# -gt 0 ]; do
  case $1 in
    --inputs | --seed)
      [[ ${2-} =~ ^[0-9]{1,18}$ ]] || die "$1 needs a number."
      [ "$1" = --seed ] && seed=$2 || inputs=$2
      shift 2
      ;;
    --replay)
      [ -f "${2-}" ] || die "--replay needs a file."
      replay=$(realpath "$2")
      shift 2
      ;;
    --no-build)
      build=
      shift
      ;;
    *)
      [[ -z $seconds && $1 =~ ^[0-9]{1,9}$ ]] || die "'$1' is not known; see scripts/fuzz.sh --help."
      seconds=$1
      shift
      ;;
  esac
done

need_dotnet
cd "$ROOT"
readonly BUILT=tests/IdResolution.Fuzzing/bin/Release/net10.0 FOLDER=$ARTIFACTS/fuzzing
if [ -n "$build" ] && ! quietly dotnet build tests/IdResolution.Fuzzing -c Release -v quiet; then
  die "The build failed."
fi
# Without instrumentation, as the node runs.
if [ -n "$replay" ]; then
  exec dotnet "$BUILT/IdResolution.Fuzzing.dll" replay "$target" "$replay"
fi

readonly PROGRAM=$FOLDER/bin/IdResolution.Fuzzing.dll
if [ ! -f "$FOLDER/instrumented" ] || [ "$BUILT/IdResolution.Fuzzing.dll" -nt "$FOLDER/instrumented" ] ||
  [ "$BUILT/idnode.dll" -nt "$FOLDER/instrumented" ]; then
  rm -rf "$FOLDER/bin" "$FOLDER/instrumented"
  mkdir -p "$FOLDER/bin"
  cp -r "$BUILT/." "$FOLDER/bin"
  quietly dotnet "$PROGRAM" instrument "$FOLDER/bin" || die "The assemblies could not be instrumented."
  touch "$FOLDER/instrumented"
fi

all=$(dotnet "$PROGRAM" targets)
case " $all all " in
  *" $target "*) ;;
  *) die "There is no target '$target'. There are: $all all." ;;
esac
targets=$target
[ "$target" != all ] || targets=$all
count=$(wc -w <<<"$targets")
# Without seconds: as long as the inputs take.
each=1000000000
[ -z "$seconds" ] || each=$(((seconds + count - 1) / count))
code=0
for one in $targets; do
  result=0
  dotnet "$PROGRAM" run "$one" "$each" "$inputs" "$seed" "$FOLDER/findings" || result=$?
  if [ "$result" -gt 2 ]; then
    dotnet "$PROGRAM" crashed "$one" "$FOLDER/findings" || true
  fi
  [ "$result" -eq 0 ] || code=1
done
exit "$code"
