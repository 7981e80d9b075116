#!/bin/sh
# What agents' hooks call: keeps the event as a new file and tells the controller, if there is one. An agent waits for its hooks, so this never
# blocks, never fails and prints nothing (a hook's output is taken for an order, a status other than 0 for a veto).
#
#   hook.sh RUN AGENT EVENT [PAYLOAD]     the payload comes as a word or on standard input, 64 KB of it are kept
#
# RUN/status/AGENT.INCARNATION.EVENT.UNIQUE   the record: written under another name, then renamed; no fsync, an event of before a crash is stale
# RUN/notify                                  `hook AGENT`: a hint that makes things fast
run=$1 agent=$2 event=$3
umask 077
exec 2>/dev/null

record() {
  # Nobody has read any for long: what is there already says enough.
  set -- "$run/status/$agent".*
  [ $# -le 1000 ] || return 0
  read -r uptime _ </proc/uptime
  name=$agent.${ORCHESTRA_INCARNATION:-0}.$event.$uptime-$$
  head -c 65536 >"$run/status/.$name" && mv "$run/status/.$name" "$run/status/$name"
}

if [ $# -ge 4 ]; then
  printf %s "$4" | record
else
  record
  # The rest of a long payload: a CLI that writes into a closed pipe may take it for a failure.
  cat >/dev/null
fi
# O_NONBLOCK: with no reader the open fails at once, a full pipe fails the write. Without it an agent would hang on a controller that does.
printf 'hook %s\n' "$agent" | dd of="$run/notify" oflag=nonblock conv=nocreat,notrunc status=none
exit 0
