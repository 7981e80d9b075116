#!/bin/sh
# Keeps one project's controller running: starts it, starts it again when it ends otherwise than by `orchestra down`.
#
#   flock -F -w 5 -E 75 RUN/keeper.lock sh keeper.sh RUN NODE CONTROLLER PROJECT [resume | ahead]
#
# The controller runs under a lock of its own and this waits for that lock: a keeper that comes while an orphaned controller still
# runs takes over when it ends. The kernel frees both locks with their holders, so nothing can be stale.
# With `resume` it only keeps a session that is there: it may get the controller's lock just when the session has gone down.
# With `ahead` it was started before the command line was there to tell what is wrong (scripts/orchestra.sh).
run=$1 node=$2 controller=$3 project=$4 mode=$5

# Whoever started us may close the terminal.
trap '' HUP
trap 'true' INT QUIT

# Hundredths of a second since boot: a wall clock may jump.
uptime() { read -r _up _ </proc/uptime; echo "${_up%.*}${_up#*.}"; }

delay=0
while :; do
  began=$(uptime)
  flock -F -w 600 -E 75 "$run/controller.lock" "$node" "$controller" "$project" $mode 3>&-
  status=$?
  # 0: the session is down. 78: it can't be started as things are (no tmux, say), its message tells why. 75: somebody else has held the lock for ten minutes and does well; look again.
  [ "$status" -eq 0 ] && exit 0
  [ "$status" -eq 78 ] && exit 78
  [ "$status" -eq 75 ] && [ -e "$run/controller.sock" ] && continue
  [ -d "$run" ] || exit 0
  # It never came as far as its database, as with a Node too old for it: nobody has a session to lose, and `up` starts another keeper if it is there.
  [ "$mode" = ahead ] && [ ! -e "${run%/*}/state.db" ] && exit "$status"
  # A controller that ran for a while is started again at once, one that dies young after 1, 3, 7 and then 10 seconds: `up` waits
  # longer than that.
  if [ $(($(uptime) - began)) -ge 200 ]; then delay=0; fi
  echo "controller ended with status $status, starting again in $delay s"
  [ "$delay" -eq 0 ] || sleep "$delay"
  delay=$((delay * 2 + 1))
  [ "$delay" -le 10 ] || delay=10
done
