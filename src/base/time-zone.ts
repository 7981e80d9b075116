/** Whether there is a time zone of this name (IANA, as Europe/Berlin; UTC too). */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
