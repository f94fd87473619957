# shellcheck shell=bash
# What the scripts share; to be sourced. Exit code 3: something is missing that only the user can install.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck disable=SC2034  # read by the scripts that source this file
ARTIFACTS=$ROOT/artifacts

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# A build server left behind would hold the terminal of whoever waits for the script.
export MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# need_commands COMMAND:PACKAGE ...
# A path in place of a command is a file or folder that must be there. Where one is missing: root on Debian or Ubuntu installs its package,
# everyone else is told how.
need_commands() {
  local pair packages=()
  for pair in "$@"; do
    if ! is_there "${pair%%:*}"; then
      say "Missing: ${pair%%:*}"
      packages+=("${pair#*:}")
    fi
  done
  if [ ${#packages[@]} -eq 0 ]; then
    return 0
  fi
  mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
  if ! is_debian || [ "$(id -u)" -ne 0 ]; then
    say "Install what is missing and try again. On Debian or Ubuntu:"
    say "  sudo sh -c 'apt-get update && apt-get install -y ${packages[*]}'"
    exit 3
  fi
  say "Installing: ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  local log
  log=$(mktemp)
  if ! { apt-get update && apt-get install -y "${packages[@]}"; } </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    say "These packages could not be installed: ${packages[*]}"
    exit 3
  fi
  rm -f "$log"
  for pair in "$@"; do
    if ! is_there "${pair%%:*}"; then
      say "The package ${pair#*:} did not bring ${pair%%:*}."
      exit 3
    fi
  done
}

is_there() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

is_debian() {
  command -v apt-get >/dev/null 2>&1 && grep -qsE '^(ID|ID_LIKE)=.*(debian|ubuntu)' /etc/os-release
}

need_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    say "The .NET SDK 10.0 is needed and was not found (package dotnet-sdk-10.0 where the distribution has it)."
    exit 3
  fi
}

# quietly COMMAND ...: its output is shown only where it fails.
quietly() {
  local log
  log=$(mktemp)
  if "$@" </dev/null >"$log" 2>&1; then
    rm -f "$log"
    return 0
  fi
  cat "$log" >&2
  rm -f "$log"
  return 1
}

# is_listening PORT: somebody answers on 127.0.0.1.
is_listening() {
  (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}
