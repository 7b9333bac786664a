// The time zones to choose from.

/** All that the browser knows, and one's own, by whatever name it goes. */
export function zones(own: string): string[] {
  const device = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([own, device, "UTC", ...Intl.supportedValuesOf("timeZone")])].sort();
}
