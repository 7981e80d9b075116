const HOUR = 3_600_000;
/** Limits of a session end within five hours; what reads as later was misread, or is asked again then. */
export const LONGEST_HOLD = 5 * HOUR;

const UNITS: Readonly<Record<string, number>> = { d: 24 * HOUR, h: HOUR, m: 60_000, s: 1_000 };
const IN =
  /\b(?:in|after)\s+((?:\d+(?:\.\d+)?\s*(?:d(?:ays?)?|h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)\b[\s,]*(?:and\s+)?)+)/i;
const PART = /(\d+(?:\.\d+)?)\s*([dhms])/gi;
const AT =
  /\b(?:resets?|again|until|available)\b[^\d\n]{0,24}?(?:[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,?(?: \d{4})?,? (?:at )?)?(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s*([ap]\.?m\.?)?(?:\s*\(?\s*([A-Z][A-Za-z]+(?:\/[A-Za-z_]+)+|UTC|GMT)\)?)?/i;

/**
 * When a limit ends, milliseconds since the epoch, at most five hours from `wall`; null when the text does not say. Understands `try again in
 * 2h 13m`, `resets 3:45pm (Europe/Berlin)`, `resets at 15:00 UTC`. A time of day is the next such one in its zone, `zone` when it names none.
 */
export function resetTime(text: string, wall: number, zone: string): number | null {
  const line = text.replace(/\s+/g, ' ');
  const span = IN.exec(line);
  const at = span === null ? timeOfDay(line, wall, zone) : wall + duration(span[1] as string);
  return at === null ? null : Math.min(at, wall + LONGEST_HOLD);
}

const duration = (text: string): number =>
  [...text.matchAll(PART)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNITS[(unit as string).toLowerCase()] as number),
    0,
  );

function timeOfDay(line: string, wall: number, local: string): number | null {
  const match = AT.exec(line);
  if (match === null) return null;
  const [, hourText, minuteText, half, named] = match;
  // A bare number (`resets 3 limits`) is no time of day.
  if (minuteText === undefined && half === undefined) return null;
  const hour = half === undefined ? Number(hourText) : (Number(hourText) % 12) + (/^p/i.test(half) ? 12 : 0);
  const minute = Number(minuteText ?? 0);
  if (hour > 23 || minute > 59) return null;
  const offset = zoneOffset(named ?? local, wall);
  const day = new Date(wall + offset);
  const there = Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), hour, minute) - offset;
  // A minute's grace: a screen that says `resets 3pm` at 15:00:20 means now, not tomorrow.
  return there >= wall - 60_000 ? there : there + 24 * HOUR;
}

/** Milliseconds a zone is ahead of UTC at that moment; a zone that nobody knows counts as UTC. */
function zoneOffset(zone: string, wall: number): number {
  try {
    const part = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
      .formatToParts(wall)
      .find(({ type }) => type === 'timeZoneName');
    const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})/.exec(part?.value ?? '') ?? [];
    if (sign === undefined) return 0;
    return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * 60_000);
  } catch {
    return 0;
  }
}
