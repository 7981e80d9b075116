#!/bin/sh
# What a person types: runs the command line (dist/bin/orchestra.js), every argument untouched.
#
# Two things it does before, because Node takes a while to start:
#   - `orchestra up` in a folder whose session has no controller starts the keeper right away, so that the controller comes up on one
#     processor while the command line reads the configuration on another. ORCHESTRA_AHEAD tells the command line: `new` when there
#     was no .orchestra before, else `there`. Anything unusual is left to the command line, which starts a keeper itself.
#   - Node reads every certificate of NODE_EXTRA_CA_CERTS while it starts, which takes it three times as long; nothing here speaks TLS. It
#     travels as ORCHESTRA_CA_CERTS, and both programs set it right for what they start (src/bin/environment.ts).
case $0 in
  /*) _here=$0 ;;
  *) _here=$PWD/$0 ;;
esac
# npm puts a link to this file where programs lie.
[ -h "$_here" ] && _here=$(readlink -f -- "$_here")
_here=${_here%/*} _dist=${_here%/*}/dist/bin

if [ -n "$NODE_EXTRA_CA_CERTS" ]; then
  export ORCHESTRA_CA_CERTS="$NODE_EXTRA_CA_CERTS"
  unset NODE_EXTRA_CA_CERTS
fi

# A checkout has none before it is built, and a keeper would start what is not there again and again.
if [ ! -f "$_dist/orchestra.js" ] || [ ! -f "$_dist/controller.cjs" ]; then
  echo "orchestra: ${_dist%/bin} is not built; run $_here/up, or npm run build in ${_dist%/dist/bin}" >&2
  exit 7
fi

# Options for another Node program, and the cookie of an agent by which its processes are found and ended, must not get into a keeper.
may_start_ahead() {
  shift
  for _word; do
    case $_word in --no-attach | --json) ;; *) return 1 ;; esac
  done
  # Without them the command line finds out, and says what is missing.
  command -v setsid >/dev/null && command -v flock >/dev/null || return 1
  [ -f orchestra.yaml ] && [ -z "$NODE_OPTIONS$NODE_CHANNEL_FD$ORCHESTRA_TREE" ] || return 1
  if [ -e .orchestra ]; then
    [ -d .orchestra ] && [ -O .orchestra ] && [ -w .orchestra ] || return 1
    # A controller may answer there; a refusal nobody has read may be of long ago.
    [ ! -e .orchestra/run/controller.sock ] && [ ! -e .orchestra/run/refused ]
  else
    [ -w . ]
  fi
}

# The same as startKeeper (src/bin/keeper.ts), in a session of its own: a Ctrl-C or a closed terminal must not reach it.
start_ahead() {
  _node=$(command -v node) && cd -P . || exit
  case $_node in /*) ;; *) exit ;; esac
  _project=$PWD _root=${PWD%/}/.orchestra _mask=$(umask)
  umask 077
  mkdir -p "$_root/run" "$_root/logs" && echo '*' >"$_root/.gitignore" && exec >>"$_root/logs/keeper.log" 2>&1 </dev/null || exit
  umask "$_mask"
  unset TMUX TMUX_PANE
  cd /
  exec setsid flock -F -w 5 -E 75 "$_root/run/keeper.lock" sh "$_here/keeper.sh" "$_root/run" "$_node" "$_dist/controller.cjs" \
    "$_project" ahead
}

unset ORCHESTRA_AHEAD
if [ "$1" = up ] && may_start_ahead "$@"; then
  _ahead=new
  [ -e .orchestra ] && _ahead=there
  # Twice removed, so that nobody has to wait for its end.
  (start_ahead &)
  export ORCHESTRA_AHEAD="$_ahead"
fi
exec node "$_dist/orchestra.js" "$@"
