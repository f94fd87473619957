#!/usr/bin/env bash
# Starts a node with a made-up fuel-cell plant on 127.0.0.1, prints its addresses and keys, and serves until Ctrl-C. With --with-upstream a
# second node is the secondary node that it reports to. The next start goes on with the same data and keys.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly PREFIX=88.300.15907541011
readonly PREFIX_THERE=88.300
readonly USER_THERE=factory

usage() {
  cat <<'HELP'
Usage: scripts/demo.sh [--port PORT] [--fresh] [--with-upstream [--outage]]

  --port PORT      where HTTP listens on 127.0.0.1, gRPC on the next port; default: 8080, or the next free port
  --fresh          throw the demo's data and keys away and start over
  --with-upstream  start a second node besides, as the secondary node (二级节点) that the plant's reports to, and show
                   what arrives there (docs/upstream.md)
  --outage         with that: stop the second node, let the line go on, start it again, and show how it catches up

Both nodes are on this machine alone, and end with the script.

  --folder DIR     where data and keys are kept; default: artifacts/demo
  --idnode FILE    the executable; default: it is built
  --stacks N       how many stacks the plant made, some hundred items each; default: 40

Examples:
  scripts/demo.sh
  scripts/demo.sh --fresh --with-upstream --outage
HELP
}

port=
fresh=
with_upstream=
outage=
folder=
executable=
stacks=40
while [ $# -gt 0 ]; do
  case $1 in
    --port)
      if ! [[ ${2-} =~ ^[0-9]{1,5}$ ]] || ((10#$2 > 65535)); then
        say "--port: '${2-}' must be a port, 1 to 65535, or 0 for any."
        exit 2
      fi
      port=$((10#$2))
      shift 2
      ;;
    --fresh)
      fresh=1
      shift
      ;;
    --with-upstream)
      with_upstream=1
      shift
      ;;
    --outage)
      outage=1
      shift
      ;;
    --folder | --idnode | --stacks)
      if [ -z "${2-}" ]; then
        say "$1 needs a value; --help explains it."
        exit 2
      fi
      case $1 in
        --folder) folder=$2 ;;
        --idnode) executable=$2 ;;
        --stacks) stacks=$2 ;;
      esac
      shift 2
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
done
if [ -n "$outage" ] && [ -z "$with_upstream" ]; then
  say "--outage goes with --with-upstream."
  exit 2
fi

[ -n "$executable" ] || need_dotnet
need_commands curl:curl flock:util-linux

mkdir -p "${folder:=$ARTIFACTS/demo}"
HOME_DIR=$(cd "$folder" && pwd)
readonly HOME_DIR
readonly APP=${executable:-$HOME_DIR/app/idnode}
readonly DATA=$HOME_DIR/data
readonly KEYS=$HOME_DIR/keys
readonly UPPER_DATA=$HOME_DIR/upper
readonly UPPER_SECRET=$HOME_DIR/upper.secret
# Of two nodes the logs are in files: what is shown matters more.
readonly LOG=$HOME_DIR/node.log
readonly UPPER_LOG=$HOME_DIR/upper.log

# The nodes inherit the lock: nothing is built or thrown away under a node that runs.
exec 9>"$HOME_DIR/lock"
flock -n 9 || die "The demo runs already; stop it with Ctrl-C where it was started."

if [ -n "$fresh" ]; then
  rm -rf "$DATA" "$KEYS" "$HOME_DIR/filled" "$UPPER_DATA" "$UPPER_SECRET"
fi

choose_port() {
  if [ -n "$port" ]; then
    if [ "$port" -ne 0 ] && is_listening "$port"; then
      die "Port $port is taken; choose another with --port."
    fi
    return
  fi
  for port in {8080..8179}; do
    if ! is_listening "$port"; then
      return
    fi
  done
  die "No port from 8080 to 8179 is free; choose one with --port."
}
choose_port

# gRPC on the port after it, where that is free.
grpc_port=$((port + 1))
if [ "$port" -eq 0 ] || [ "$grpc_port" -gt 65535 ] || is_listening "$grpc_port"; then
  grpc_port=0
fi
# The Handle protocol on its own port, where that is free.
handle_port=2641
if [ "$port" -eq 0 ] || is_listening "$handle_port"; then
  handle_port=0
fi

if [ -z "$executable" ]; then
  say "Building (the first time one to two minutes on two processors, besides fetching the packages) ..."
  quietly dotnet publish "$ROOT/src/IdResolution.Server" -c Release -o "$HOME_DIR/app" || die "The build failed."
fi

# A key of each role; init prints the admin key once, in the run that makes the node.
key_of() { sed -n "s/^$1=//p" "$KEYS"; }

random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

prepare() {
  local printed role key secret
  [ -d "$DATA" ] || rm -f "$KEYS" "$HOME_DIR/filled"
  printed=$("$APP" init --data "$DATA" --prefix "$PREFIX" </dev/null) || return 1
  (umask 077 && touch "$KEYS")
  chmod 600 "$KEYS"
  key=$(grep -o 'idr_[A-Za-z0-9_-]*$' <<<"$printed" || true)
  if [ -n "$key" ]; then
    printf 'admin=%s\n' "$key" >"$KEYS"
  fi
  for role in admin registrar reader partner; do
    if [ -z "$(key_of "$role")" ]; then
      key=$("$APP" key create --data "$DATA" --role "$role" --name "demo-$role" 2>/dev/null </dev/null | tail -n 1)
      [ -n "$key" ] || return 1
      printf '%s=%s\n' "$role" "$key" >>"$KEYS"
    fi
  done
  if [ -z "$(key_of handle_admin)" ]; then
    # Who administers the node over the Handle protocol: a secret of the handle PREFIX/ADMIN.
    secret=$(random)
    (umask 077 && printf '{"handle":"%s/ADMIN","values":[{"index":1,"type":"DESC","data":"administrator"},{"index":300,"type":"HS_SECKEY","data":"%s","permissions":"1100"}]}\n' "$PREFIX" "$secret" >"$HOME_DIR/handle-admin.json")
    quietly "$APP" handle import --data "$DATA" "$HOME_DIR/handle-admin.json" || return 1
    rm -f "$HOME_DIR/handle-admin.json"
    printf 'handle_admin=300:%s/ADMIN\nhandle_secret=%s\n' "$PREFIX" "$secret" >>"$KEYS"
  fi
  if [ ! -e "$HOME_DIR/filled" ]; then
    say "Filling the plant ..."
    # In so short a run the runtime's profiles of the code cost more than they bring.
    if ! env DOTNET_TieredPGO=0 "$APP" demo --data "$DATA" --stacks "$stacks" </dev/null >"$HOME_DIR/times" 2>"$HOME_DIR/filling"; then
      cat "$HOME_DIR/filling" >&2
      return 1
    fi
    # The tour asks at two times of this plant.
    grep -E '^(before|after)=' "$HOME_DIR/times" >>"$KEYS"
    touch "$HOME_DIR/filled"
  fi
}
prepare || die "The demo's data cannot be used; --fresh starts over."

# The secondary node: a node of the same kind, with an identity (应用标识身份) that the plant's logs in with.
prepare_upper() {
  local key
  quietly "$APP" init --data "$UPPER_DATA" --prefix "$PREFIX_THERE" || return 1
  if [ ! -e "$UPPER_SECRET" ]; then
    (umask 077 && random >"$UPPER_SECRET.new")
    quietly "$APP" key create --data "$UPPER_DATA" --role registrar --name "$USER_THERE" --prefix "$PREFIX" --secret-file "$UPPER_SECRET.new" || return 1
    mv "$UPPER_SECRET.new" "$UPPER_SECRET"
  fi
  if [ -z "$(key_of upper_reader)" ]; then
    key=$("$APP" key create --data "$UPPER_DATA" --role reader --name demo-reader 2>/dev/null </dev/null | tail -n 1)
    [ -n "$key" ] || return 1
    printf 'upper_reader=%s\n' "$key" >>"$KEYS"
  fi
}
if [ -n "$with_upstream" ]; then
  prepare_upper || die "The secondary node's data cannot be used; --fresh starts over."
fi

# The demo's settings are its own, whatever the environment says.
while IFS= read -r name; do
  unset "$name"
done < <(compgen -e | grep '^IDR__' || true)

node=
upper=
# end PID: asks a node to end, and waits.
end() {
  if [ -n "$1" ]; then
    kill -TERM "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
  fi
}
stop() {
  trap '' INT TERM
  end "$node"
  end "$upper"
}
trap 'stop; exit 0' INT TERM
trap stop EXIT

# address_in PROTOCOL OUTPUT: where a node that is ready listens.
address_in() { sed -n "s/^ready .*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" "$2"; }

# await_ready PID OUTPUT [LOG]: waits until a node serves.
await_ready() {
  for _ in {1..300}; do
    if [ -n "$(address_in http "$2")" ]; then
      return 0
    fi
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  [ -z "${3-}" ] || tail -n 20 "$3" >&2
  die "The node did not start."
}

# start_upper ADDRESS: starts the secondary node.
start_upper() {
  : >"$HOME_DIR/upper.out"
  "$APP" serve --data "$UPPER_DATA" --http "$1" --grpc 127.0.0.1:0 --handle 127.0.0.1:0 </dev/null >"$HOME_DIR/upper.out" 2>>"$UPPER_LOG" &
  upper=$!
  await_ready "$upper" "$HOME_DIR/upper.out" "$UPPER_LOG"
}

# What the plant's node and its verbs are told of the secondary node.
settings=(env)
if [ -n "$with_upstream" ]; then
  : >"$UPPER_LOG"
  start_upper 127.0.0.1:0
  upper_address=$(address_in http "$HOME_DIR/upper.out")
  settings+=("IDR__Upstream__Url=http://$upper_address" "IDR__Upstream__User=$USER_THERE" "IDR__Upstream__SecretFile=$UPPER_SECRET" IDR__Upstream__Share=public IDR__Upstream__Route=own)
fi

# serve: becomes the plant's node.
serve() {
  exec "${settings[@]}" "$APP" serve --data "$DATA" --http "127.0.0.1:$port" --grpc "127.0.0.1:$grpc_port" --handle "127.0.0.1:$handle_port" --handle-admin "$(key_of handle_admin)" </dev/null >"$HOME_DIR/node.out"
}

: >"$HOME_DIR/node.out"
if [ -n "$with_upstream" ]; then
  serve 2>"$LOG" &
else
  serve &
fi
node=$!
await_ready "$node" "$HOME_DIR/node.out" "${with_upstream:+$LOG}"

url=http://$(address_in http "$HOME_DIR/node.out")
grpc=$(address_in grpc "$HOME_DIR/node.out")
handle=$(address_in handle "$HOME_DIR/node.out")
reader=$(key_of reader)

# ask KEY URL [ARGUMENTS OF curl ...]
ask() { curl -sS --max-time 30 -H "Authorization: Bearer $1" "${@:2}"; }

first_of() { ask "$reader" "$url/api/v1/search?template=$1&limit=1" | sed -n 's/.*"identifier":"\([^"]*\)".*/\1/p'; }
stack=$(first_of stack)
[ -n "$stack" ] || die "The demo's data holds no stack; --fresh starts over."

# member NAME: of a JSON object on standard input.
member() { sed -n "s/.*\"$1\":\\([^,}]*\\).*/\\1/p"; }

# await_in_step: shows how far behind the secondary node is, until it is not.
await_in_step() {
  local state lag told=
  for _ in {1..3000}; do
    state=$(ask "$reader" "$url/api/v1/upstream")
    lag=$(member lag <<<"$state")
    if [ "$lag" != "$told" ]; then
      printf '  waiting: %s changes\n' "$lag"
      told=$lag
    fi
    if [ "$lag" = 0 ] && [ "$(member due <<<"$state")" = 0 ]; then
      return 0
    fi
    sleep 0.7
  done
  die "The secondary node is not caught up: $state"
}

# count OPERATION: how often it was done at the secondary node.
count() {
  ask "$(key_of upper_reader)" "http://$upper_address/api/v1/statistics" | tr '{' '\n' | grep "\"$1\"" | member count |
    awk '{ n += $1 } END { print n + 0 }'
}

# upstream VERB ...: runs a verb, and shows it.
upstream() {
  printf '\n$ idnode upstream %s\n' "$*"
  "${settings[@]}" "$APP" upstream "$1" --data "$DATA" "${@:2}" </dev/null
}

show_arrived() {
  printf '\nThe secondary node on http://%s is told of every change. Of records go up: public attributes.\n' "$upper_address"
  await_in_step
  printf '  arrived: registered %s, changed %s, revoked %s\n' "$(count register)" "$(count update)" "$(count revoke)"
  printf '\n$ curl http://%s/api/v1/identifiers/%s     # asked there, without a key\n' "$upper_address" "$stack"
  curl -sSw '\n' --max-time 30 "http://$upper_address/api/v1/identifiers/$stack"
  upstream status
  upstream reconcile --sample 200
  show_route
}

# show_route: the secondary node was told where the plant's node is, and sends whoever scans a code on to it.
show_route() {
  local location
  printf '\n$ curl -I http://%s/%s     # what a QR code asks is sent on to the plant\n' "$upper_address" "$stack"
  for _ in {1..150}; do
    location=$(curl -sI --max-time 30 "http://$upper_address/$stack" | grep -i '^location' | tr -d '\r' || true)
    if [ -n "$location" ]; then
      printf '%s\n' "$location"
      return 0
    fi
    sleep 0.2
  done
  printf '  It is not: the second node was made by an earlier demo; --fresh makes it anew.\n'
}

# work ROUND: the line registers 50 rolls of membrane.
work() {
  local items=() i
  for i in {1..50}; do
    items+=("{\"template\":\"membrane-roll\",\"source\":\"mes\",\"sourceKey\":\"OUTAGE-$$-$1-$i\",\"attributes\":{\"productName\":\"PEM 15\"}}")
  done
  printf '{"items":[%s]}' "$(IFS=,; printf '%s' "${items[*]}")" |
    ask "$(key_of registrar)" "$url/api/v1/identifiers:batch" -H 'Content-Type: application/json' -d @- | grep -o '"status":201' | wc -l
}

show_outage() {
  local round state
  printf '\nAn outage: the secondary node is stopped. The line goes on.\n'
  end "$upper"
  upper=
  for round in 1 2 3 4; do
    printf '  registered %s' "$(work "$round")"
    sleep 1
    state=$(ask "$reader" "$url/api/v1/upstream")
    printf ', waiting: %s changes, the first for %s s\n' "$(member lag <<<"$state")" "$(member lagSeconds <<<"$state")"
  done
  upstream status
  printf '\nThe secondary node is started again.\n'
  start_upper "$upper_address"
  await_in_step
  upstream reconcile --sample 1000
}

if [ -n "$with_upstream" ]; then
  show_arrived
  [ -z "$outage" ] || show_outage
fi

cat <<READY

IdResolution serves a made-up fuel-cell plant. Stop it with Ctrl-C.

  home page      $url/
  REST API       $url/docs/
  gRPC           $grpc (docs/grpc.md)
  Handle         $handle, TCP and UDP (docs/handle.md)
  an item        $url/$stack
  its QR code    $url/api/v1/qr/$stack.svg
  label sheet    $url/api/v1/labels/sheet?id=$stack
  the tour       docs/tour.md: what went wrong in the plant, and who has it

Keys (also in ${KEYS#"$ROOT"/}):
  admin          $(key_of admin)
  registrar      $(key_of registrar)
  reader         $reader
  partner        $(key_of partner)
  Handle admin   $(key_of handle_admin), secret $(key_of handle_secret)

Try:
  # what everyone sees of the item, and what the company sees
  curl -sw '\\n' $url/api/v1/identifiers/$stack
  curl -sw '\\n' -H 'Authorization: Bearer $reader' $url/api/v1/identifiers/$stack

  # register a roll of membrane; the same call again gives the same identifier
  curl -sw '\\n' -H 'Authorization: Bearer $(key_of registrar)' -H 'Content-Type: application/json' $url/api/v1/identifiers -d '{"template":"membrane-roll","source":"mes","sourceKey":"R-0815","attributes":{"productName":"PEM 15","thickness":15,"result":"pass"}}'

READY
if [ -n "$with_upstream" ]; then
  cat <<UPSTREAM
The secondary node (docs/upstream.md):
  home page      http://$upper_address/
  the item there http://$upper_address/$stack
  logs           $LOG, $UPPER_LOG

  # how it goes, and whether both hold the same
  curl -sw '\\n' -H 'Authorization: Bearer $reader' $url/api/v1/upstream
  export$(printf ' %q' "${settings[@]:1}")
  $APP upstream status --data $DATA
  $APP upstream reconcile --data $DATA --sample 1000

UPSTREAM
fi

wait "$node"
