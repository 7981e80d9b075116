#!/bin/sh
# Takes a pane's output on standard input and keeps it in LOG, moved to LOG.1 each time it has grown to MAX bytes. Runs under tmux
# (pipe-pane), so that logs stay bounded also while no controller is there.
#
#   pane-log.sh LOG MAX
#
# Starts with as few programs as can be: there is one of these for every agent, and they all start at once.
log=$1 max=$2
umask 077
size() { stat -c %s "$log" 2>/dev/null || echo 0; }

# A log that shows a line seconds later is no log: head must not buffer. What stdbuf(1) would set is set here where its library lies.
unbuffered=''
for library in /usr/libexec/coreutils/libstdbuf.so /usr/lib/coreutils/libstdbuf.so; do
  [ -e "$library" ] && unbuffered=$library && break
done
take() {
  if [ -n "$unbuffered" ]; then
    _STDBUF_O=0 LD_PRELOAD=$unbuffered head -c "$1" >>"$log"
  else
    stdbuf -o0 head -c "$1" >>"$log"
  fi
}

# What the pane wrote before this was started is being put into the log: it comes first. Whoever does that may have died.
tries=0
while [ -e "$log.hold" ] && [ "$tries" -lt 100 ]; do
  tries=$((tries + 1))
  sleep 0.02
done

while :; do
  now=0
  [ -s "$log" ] && now=$(size)
  if [ "$now" -ge "$max" ]; then
    mv -f "$log" "$log.1" || exit 1
    now=0
  fi
  # head ends when it has copied its share (go on with a fresh file), when the pane closed (the file is not full) or when the
  # disk is full (its status).
  take "$((max - now))" 2>/dev/null || exit 1
  [ "$(size)" -ge "$max" ] || exit 0
done
