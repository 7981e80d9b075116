#!/bin/sh
# Takes a pane's output on standard input and keeps it in LOG, moved to LOG.1 each time it has grown to MAX bytes. Runs under tmux
# (pipe-pane), so that logs stay bounded also while no controller is there.
#
#   pane-log.sh LOG MAX
log=$1 max=$2
umask 077
size() { stat -c %s "$log" 2>/dev/null || echo 0; }
while :; do
  now=$(size)
  if [ "$now" -ge "$max" ]; then
    mv -f "$log" "$log.1" || exit 1
    now=0
  fi
  # head ends when it has copied its share (go on with a fresh file), when the pane closed (the file is not full) or when the
  # disk is full (its status); unbuffered, since a log that shows a line seconds later is no log.
  stdbuf -o0 head -c "$((max - now))" >>"$log" 2>/dev/null || exit 1
  [ "$(size)" -ge "$max" ] || exit 0
done
