#!/bin/sh
# Keeps one project's controller running: starts it, starts it again when it ends otherwise than by `orchestra down`.
#
#   flock -F -n -E 75 RUN/keeper.lock sh keeper.sh RUN NODE CONTROLLER PROJECT
#
# The controller runs under a lock of its own and this waits for that lock: a keeper that comes while an orphaned controller still
# runs takes over when it ends. The kernel frees both locks with their holders, so nothing can be stale.
run=$1 node=$2 controller=$3 project=$4

# Whoever started us may close the terminal.
trap '' HUP
trap 'true' INT QUIT

# Whole seconds since boot: a wall clock may jump.
uptime_seconds() { read -r _up _ </proc/uptime; echo "${_up%%.*}"; }

delay=0
while :; do
  began=$(uptime_seconds)
  flock -F -w 600 -E 75 "$run/controller.lock" "$node" "$controller" "$project" 3>&-
  status=$?
  # 0: the session is down. 75: somebody else has held the lock for ten minutes and does well; look again.
  [ "$status" -eq 0 ] && exit 0
  [ "$status" -eq 75 ] && [ -e "$run/controller.sock" ] && continue
  [ -d "$run" ] || exit 0
  # A controller that ran for a while is started again at once, one that dies young after 1, 2, 4 ... 30 seconds.
  if [ $(($(uptime_seconds) - began)) -ge 5 ]; then delay=0; fi
  echo "controller ended with status $status, starting again in $delay s"
  [ "$delay" -eq 0 ] || sleep "$delay"
  delay=$((delay * 2 + 1))
  [ "$delay" -le 30 ] || delay=30
done
