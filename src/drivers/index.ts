export { activityStep, type ActivitySignal, type ActivityState, FIRST_ACTIVITY } from './activity.ts';
export { announce } from './announce.ts';
export { type Dialog, readDialog } from './dialog.ts';
export type {
  Answers,
  Composer,
  ComposerReading,
  DialogKind,
  Driver,
  Reading,
  Screen,
  Sign,
  SignPlace,
} from './driver.ts';
export { hookRecord, type HookSignal, parseHook } from './hook.ts';
export { type Launch, type LaunchContext, type LaunchFile, prepare } from './launch.ts';
export { type PaneDoor, PaneLocks } from './pane-door.ts';
export { readScreen } from './read-screen.ts';
export { DRIVERS, driverOf } from './registry.ts';
export { submit } from './submit.ts';
export { readTranscript, transcriptPath } from './transcript.ts';
export { typedText } from './typed-text.ts';
export type { Submission, SubmitOptions, Touched } from './typing.ts';
