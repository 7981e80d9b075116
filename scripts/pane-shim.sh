#!/bin/sh
# Owns one tmux pane for as long as the pane lives: runs the agent in it, one incarnation after another, and reports every end.
#
#   flock -F -w 5 -E 75 RUN/NAME.lock sh pane-shim.sh RUN NAME
#
# flock -F replaces itself by this shell, so /proc/locks names this very process as the holder: whoever wants to know whether the
# agent has an owner asks the kernel, not a file. RUN holds:
#   NAME.go               fifo, controller to shim: `go INCARNATION` starts one, `fresh INCARNATION` too after saying how the
#                         last one ended, `say TEXT` prints a line while nothing runs
#   notify                fifo, shims to controller: `start|exit NAME INCARNATION PID|CODE`, a hint that makes things fast
#   launch/NAME           what to run: a generated sh file that ends in exec (read anew at each start)
#   start/NAME.INC.PID    written by the child that becomes the agent
#   exit/NAME.INC.CODE    the truth about an end: the data is in the name, so creating the file is atomic
#
# Every redirection below that may fail (full disk) belongs to a regular command: for a special builtin such as `:` POSIX lets
# the failed redirection end the whole shell, and the agent with it.
#
# Its variables start with an underscore: one that also stood in the environment would be changed for the agent.
_run=$1 _name=$2

# Ctrl-C and Ctrl-\ while nothing runs must not end the shell. A trap with a command, not an ignored signal: children reset the
# former and would inherit the latter. Without it dash also dies of its child's SIGINT and the exit is never reported.
trap 'true' INT QUIT
# Job control: the agent becomes a process group of its own with the terminal, and a stopped agent is seen.
set -m

exec 4<>"$_run/$_name.go" 5<>"$_run/notify"

tell() { printf '\r\033[K\033[2m-- %s --\033[0m\n' "$1"; }

# Says how the last incarnation ended, on a terminal that may be in any state: alternate screen, mouse, bracketed paste, hidden cursor. Not when the
# same program is back at once: it would wait for tmux to draw what nobody has time to read.
tell_end() {
  [ -z "$_told" ] || return 0
  _told=yes
  printf '\033[?1049l\033[?1000;1002;1003;1006;2004l\033[?25h\033[0m'
  tell "$_name ended with status $_code"
}

_last=0 _told=yes _code=0
# Gone without a trace once the agent starts.
printf '\033[2m%s waits for the controller\033[0m' "$_name"
while :; do
  # A line that is neither verb, or an incarnation that is not newer than the last (left over in the fifo), is passed over.
  _inc=''
  while [ -z "$_inc" ]; do
    read -r _verb _rest <&4 || continue
    [ "$_verb" = go ] || tell_end
    case $_verb in
      go | fresh) case $_rest in '' | *[!0-9]*) ;; *) [ "$_rest" -gt "$_last" ] && _inc=$_rest ;; esac ;;
      say) tell "$_rest" ;;
    esac
  done
  [ "$_last" -eq 0 ] && printf '\r\033[K'
  _last=$_inc

  (
    # Its own pid, which sh does not tell a subshell: read(1) of /proc/self/stat takes a system call for each character.
    cd -P /proc/self && _pid=${PWD##*/}
    true >"$_run/start/$_name.$_inc.$_pid"
    echo "start $_name $_inc $_pid" >&5
    exec 3>&- 4>&- 5>&-
    # A program that was killed may have left the line discipline raw, and a shell takes it as it finds it: no echo, no lines. Not after
    # every end: starting stty takes a quarter of the time in which an agent is back.
    [ "$_code" -gt 128 ] && LC_ALL=C stty sane 2>/dev/null
    ORCHESTRA_INCARNATION=$_inc
    export ORCHESTRA_INCARNATION
    . "$_run/launch/$_name"
  )
  _code=$?
  # 147..150: stopped by SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU (a Ctrl-Z nobody can answer). Go on at once; a job that is no longer
  # there really ended with such a status.
  while [ "$_code" -ge 147 ] && [ "$_code" -le 150 ] && jobs %% >/dev/null 2>&1; do
    fg %% >/dev/null 2>&1
    _code=$?
  done

  # The hint first: the controller gets ready while the file is made. It is there before the next order is read.
  echo "exit $_name $_inc $_code" >&5
  true >"$_run/exit/$_name.$_inc.$_code"
  _told=''
done
