#!/usr/bin/env bash
# Changes the code of an area in small ways and runs the area's tests on each change (Stryker.NET).
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

usage() {
  cat <<'HELP'
Usage: scripts/mutate.sh AREA [--file GLOB] [ARGUMENTS OF dotnet stryker ...]

Areas:
  registration  src/IdResolution.Core/Registration, and the content of records
  coding-rules  src/IdResolution.Core/CodingRules
  visibility    what decides how much of a record a caller sees, in Core/Access and Core/Views
  codec         Wire, Messages and Values of the Handle protocol

  --file GLOB   only the files of the area whose name fits, such as 'Registrar.cs'

Prints what survived and the score; the report lies in artifacts/mutation/AREA. One test run at a time, on one core: an area takes hours on a busy machine.
What is in tests/*/bin afterwards is the changed code: build again before other tests run. docs/testing.md says what is known.
HELP
}

[ $# -gt 0 ] || {
  usage >&2
  exit 2
}
area=$1
shift
case $area in
  registration)
    tests=Core
    folders=(Registration Records/RecordContent.cs Records/RecordValidator.cs Records/RecordIndexes.cs Records/RegistrationDigest.cs Records/StateEncoder.cs)
    filter='FullyQualifiedName~Tests.Registration|FullyQualifiedName~Tests.Records.Reg|FullyQualifiedName~RecordValidator'
    ;;
  coding-rules)
    tests=Core
    folders=(CodingRules)
    filter='FullyQualifiedName~Tests.CodingRules'
    ;;
  visibility)
    tests=Core
    folders=(Access/Projection.cs Access/AccessPolicy.cs Access/KeyTable.cs Views/RecordReader.cs Views/ValueView.cs)
    filter='FullyQualifiedName~Tests.Access|FullyQualifiedName~Tests.Records|FullyQualifiedName~ResolverTests|FullyQualifiedName~CachedRecordTests'
    ;;
  codec)
    tests=HandleProtocol
    folders=(Wire Messages Values)
    filter='FullyQualifiedName~Tests.Wire|FullyQualifiedName~Tests.Messages|FullyQualifiedName~Tests.Values|FullyQualifiedName~CredentialTests'
    ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
file='*.cs'
if [ "${1-}" = --file ]; then
  [ $# -gt 1 ] || die "--file needs a pattern."
  file=$2
  shift 2
fi
globs=()
for folder in "${folders[@]}"; do
  case $folder in
    *.cs) [[ ${folder##*/} != $file ]] || globs+=(--mutate "**/$folder") ;;
    *) globs+=(--mutate "**/$folder/$file") ;;
  esac
done
[ ${#globs[@]} -gt 0 ] || die "No file of $area fits $file."

need_dotnet
cd "$ROOT"
dotnet tool restore >&2
# The style of the code was looked at by the ordinary build.
export RunAnalyzers=false
# Fewer values make a run faster, and can only lower the score.
export IDR_PROPERTY_VALUES=20
cd "tests/IdResolution.$tests.Tests"
exec nice -n 15 dotnet stryker --config-file ../../.config/stryker.json --project "IdResolution.$tests.csproj" --concurrency 1 \
  "${globs[@]}" --test-case-filter "$filter" --output "$ARTIFACTS/mutation/$area" --skip-version-check "$@"
