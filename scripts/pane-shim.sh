#!/bin/sh
# Owns one tmux pane for as long as the pane lives: runs the agent in it, one incarnation after another, and reports every end.
#
#   flock -F -w 5 -E 75 RUN/NAME.lock sh pane-shim.sh RUN NAME
#
# flock -F replaces itself by this shell, so /proc/locks names this very process as the holder: whoever wants to know whether the
# agent has an owner asks the kernel, not a file. RUN holds:
#   NAME.go               fifo, controller to shim: `go INCARNATION` starts one, `say TEXT` prints a line while nothing runs
#   notify                fifo, shims to controller: `start|exit NAME INCARNATION PID|CODE`, a hint that makes things fast
#   launch/NAME           what to run: a generated sh file that ends in exec (read anew at each start)
#   start/NAME.INC.PID    written by the child that becomes the agent
#   exit/NAME.INC.CODE    the truth about an end: the data is in the name, so creating the file is atomic
#
# Every redirection below that may fail (full disk) belongs to a regular command: for a special builtin such as `:` POSIX lets
# the failed redirection end the whole shell, and the agent with it.
run=$1 name=$2
esc=$(printf '\033')

# Ctrl-C and Ctrl-\ while nothing runs must not end the shell. A trap with a command, not an ignored signal: children reset the
# former and would inherit the latter. Without it dash also dies of its child's SIGINT and the exit is never reported.
trap 'true' INT QUIT
# Job control: the agent becomes a process group of its own with the terminal, and a stopped agent is seen.
set -m

exec 4<>"$run/$name.go" 5<>"$run/notify"

tell() { printf '\r%s[2m-- %s --%s[0m\n' "$esc" "$1" "$esc"; }

last=0
tell "$name: waiting for orchestra"
while :; do
  # A line that is neither verb, or an incarnation that is not newer than the last (left over in the fifo), is passed over.
  inc=''
  while [ -z "$inc" ]; do
    read -r verb rest <&4 || continue
    case $verb in
      go) case $rest in '' | *[!0-9]*) ;; *) [ "$rest" -gt "$last" ] && inc=$rest ;; esac ;;
      say) tell "$rest" ;;
    esac
  done
  last=$inc

  (
    read -r pid _ </proc/self/stat
    true >"$run/start/$name.$inc.$pid"
    echo "start $name $inc $pid" >&5
    exec 3>&- 4>&- 5>&-
    ORCHESTRA_INCARNATION=$inc
    export ORCHESTRA_INCARNATION
    . "$run/launch/$name"
  )
  code=$?
  # 147..150: stopped by SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU (a Ctrl-Z nobody can answer). Go on at once; a job that is no longer
  # there really ended with such a status.
  while [ "$code" -ge 147 ] && [ "$code" -le 150 ] && jobs %% >/dev/null 2>&1; do
    fg %% >/dev/null 2>&1
    code=$?
  done

  true >"$run/exit/$name.$inc.$code"
  echo "exit $name $inc $code" >&5
  # The agent may have left the terminal in any state: alternate screen, mouse, bracketed paste, hidden cursor, raw mode.
  printf '%s[?1049l%s[?1000;1002;1003;1006;2004l%s[?25h%s[0m' "$esc" "$esc" "$esc" "$esc"
  tell "$name ended with status $code"
  stty sane 2>/dev/null
done
