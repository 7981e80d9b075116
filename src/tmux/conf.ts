import { tmuxQuote } from '../base/index.ts';
import { type KeyProgram, keyTable, ORCHESTRA_KEY } from './keys.ts';

/** The configuration of the private server. A person's own settings come last and win. */
export function tmuxConf(session: string, userConf: string, program: KeyProgram): string {
  return `# Made by orchestra for the session ${session}; written anew at each start. Your own lines go to
# ${userConf}

# Survive an empty server and dead panes: orchestra decides what ends.
set -g exit-empty off
set -g remain-on-exit on
set -g destroy-unattached off
set -g detach-on-destroy on

# No client is ever narrower than a window: tmux up to 3.7 stalls for most of a minute when one is and borders carry titles.
set -g window-size smallest
set -g aggressive-resize off

# What the agents' screens need.
set -g default-terminal "tmux-256color"
set -as terminal-features ",*:RGB,*:clipboard,*:focus"
set -g focus-events on
set -s escape-time 10
set -s set-clipboard on
set -g history-limit 20000
set -g allow-rename off
set -g automatic-rename off

# Hands: the mouse selects, scrolls and resizes; a selection stays where it was made; vi or emacs keys as $EDITOR says.
set -g mouse on
set -g base-index 1
set -g renumber-windows on
set -g display-time 2000
set -g repeat-time 600
bind -T copy-mode MouseDragEnd1Pane send -X copy-pipe-no-clear
bind -T copy-mode-vi MouseDragEnd1Pane send -X copy-pipe-no-clear
# C-b is the prefix; twice sends it to the agent. Arrows move, z zooms, [ scrolls back, d leaves everything running.
bind C-b send-prefix

# C-b ${ORCHESTRA_KEY}, then a key: what can be done with the agent of this pane. C-b ${ORCHESTRA_KEY} ? shows the keys.
${keyTable(program)}

# Looks. Each border names its agent; a name is a pane option, which an agent can't change.
set -g pane-border-status top
set -g pane-border-lines single
set -g pane-border-style "fg=colour240"
set -g pane-active-border-style "fg=colour214"
set -g pane-border-format " #{?#{@label},#{@label},#{?#{@agent},#{@agent},#{pane_current_command}}} "
set -g status-style "bg=colour236,fg=colour250"
set -g status-left-length 60
set -g status-left "#[bold,fg=colour214] orchestra #[nobold,fg=colour244]▸ #[fg=colour252]#{session_name}  "
set -g window-status-format " #I #W "
set -g window-status-current-format "#[fg=colour214] #I #W "
set -g window-status-separator ""
# The dashboard rings when somebody begins to wait for a person: its window is marked, and the terminal told.
set -g monitor-bell on
set -g bell-action any
set -g visual-bell off
set -g window-status-bell-style "fg=colour234,bg=colour214,bold"
set -g status-right "#{?#{==:#{client_key_table},orchestra},#[fg=colour214]m a d r s p l e E  ?  ,#{?client_prefix,#[fg=colour214]C-b…  ,}}#[fg=colour250]#{@orchestra_summary}#[default]  #[fg=colour244]#{?window_zoomed_flag,zoomed: C-b z  ,}C-b ${ORCHESTRA_KEY} ? keys  C-b d leaves it running "
set -g status-right-length 120
set -g status-interval 0
set -g set-titles on
set -g set-titles-string "orchestra ▸ #{session_name}"

source-file -q ${tmuxQuote(userConf)}
`;
}
