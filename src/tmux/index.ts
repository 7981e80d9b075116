export { tmuxConf } from './conf.ts';
export type { MadePane } from './made-pane.ts';
export type { TmuxCommand, TmuxReply } from './control.ts';
export {
  claimPane,
  type Cut,
  fillWindow,
  focusPane,
  openLog,
  halvePane,
  listPanes,
  openWindow,
  type Pane,
  type PaneContent,
  respawnPane,
  selectLayout,
  sendKeys,
} from './panes.ts';
export { leaveMode, type PaneScreen, pasteText, pressBytes, pressKeys, readPanes } from './screen.ts';
export { TmuxServer, type TmuxPorts } from './server.ts';
