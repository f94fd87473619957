#!/usr/bin/env bash
# Starts a node with a made-up fuel-cell plant on 127.0.0.1, prints its addresses and keys, and serves until Ctrl-C.
# The next start goes on with the same data and keys.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly PREFIX=88.300.15907541011
readonly STACKS=40

usage() {
  cat <<'HELP'
Usage: scripts/demo.sh [--port PORT] [--fresh]

  --port PORT  where HTTP listens on 127.0.0.1, gRPC on the next port; default: 8080, or the next free port
  --fresh      throw the demo's data and keys away and start over
HELP
}

port=
fresh=
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

need_dotnet
need_commands curl:curl flock:util-linux

readonly HOME_DIR=$ARTIFACTS/demo
readonly APP=$ARTIFACTS/demo/app/idnode
readonly DATA=$ARTIFACTS/demo/data
readonly KEYS=$ARTIFACTS/demo/keys
readonly OUTPUT=$ARTIFACTS/demo/node.out
mkdir -p "$HOME_DIR"

# The node inherits the lock: nothing is built or thrown away under a node that runs.
exec 9>"$HOME_DIR/lock"
flock -n 9 || die "The demo runs already; stop it with Ctrl-C where it was started."

if [ -n "$fresh" ]; then
  rm -rf "$DATA" "$KEYS" "$HOME_DIR/filled"
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

say "Building (the first time one to two minutes on two processors, besides fetching the packages) ..."
quietly dotnet publish "$ROOT/src/IdResolution.Server" -c Release -o "$HOME_DIR/app" || die "The build failed."

# A key of each role; init prints the admin key once, in the run that makes the node.
key_of() { sed -n "s/^$1=//p" "$KEYS"; }

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
    secret=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    (umask 077 && printf '{"handle":"%s/ADMIN","values":[{"index":1,"type":"DESC","data":"administrator"},{"index":300,"type":"HS_SECKEY","data":"%s","permissions":"1100"}]}\n' "$PREFIX" "$secret" >"$HOME_DIR/handle-admin.json")
    quietly "$APP" handle import --data "$DATA" "$HOME_DIR/handle-admin.json" || return 1
    rm -f "$HOME_DIR/handle-admin.json"
    printf 'handle_admin=300:%s/ADMIN\nhandle_secret=%s\n' "$PREFIX" "$secret" >>"$KEYS"
  fi
  if [ ! -e "$HOME_DIR/filled" ]; then
    say "Filling the plant ..."
    quietly "$APP" demo --data "$DATA" --stacks "$STACKS" || return 1
    touch "$HOME_DIR/filled"
  fi
}
prepare || die "The demo's data cannot be used; --fresh starts over."

# The demo's settings are its own, whatever the environment says.
while IFS= read -r name; do
  unset "$name"
done < <(compgen -e | grep '^IDR__' || true)

node=
stop() {
  trap '' INT TERM
  if [ -n "$node" ]; then
    kill -TERM "$node" 2>/dev/null || true
    wait "$node" 2>/dev/null || true
  fi
}
trap 'stop; exit 0' INT TERM
trap stop EXIT

: >"$OUTPUT"
"$APP" serve --data "$DATA" --http "127.0.0.1:$port" --grpc "127.0.0.1:$grpc_port" --handle "127.0.0.1:$handle_port" --handle-admin "$(key_of handle_admin)" </dev/null >"$OUTPUT" &
node=$!

address=
for _ in {1..300}; do
  address=$(sed -n 's/^ready .*"http":"\([^"]*\)".*/\1/p' "$OUTPUT")
  if [ -n "$address" ] || ! kill -0 "$node" 2>/dev/null; then
    break
  fi
  sleep 0.1
done
[ -n "$address" ] || die "The node did not start."

url=http://$address
grpc=$(sed -n 's/^ready .*"grpc":"\([^"]*\)".*/\1/p' "$OUTPUT")
handle=$(sed -n 's/^ready .*"handle":"\([^"]*\)".*/\1/p' "$OUTPUT")
reader=$(key_of reader)
first_of() {
  curl -sS --max-time 10 -H "Authorization: Bearer $reader" "$url/api/v1/search?template=$1&limit=1" | sed -n 's/.*"identifier":"\([^"]*\)".*/\1/p'
}
stack=$(first_of stack)
[ -n "$stack" ] || die "The demo's data holds no stack; --fresh starts over."

cat <<READY

IdResolution serves a made-up fuel-cell plant. Stop it with Ctrl-C.

  home page      $url/
  REST API       $url/docs/
  gRPC           $grpc (docs/grpc.md)
  Handle         $handle, TCP and UDP (docs/handle.md)
  an item        $url/$stack
  its QR code    $url/api/v1/qr/$stack.svg
  label sheet    $url/api/v1/labels/sheet?id=$stack

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

wait "$node"
