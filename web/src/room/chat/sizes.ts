const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];

/** `2.4 MB`, in the words of a language. */
export function sizeOf(bytes: number, locale: string): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  const options = { style: "unit", unit: UNITS[power]!, maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(locale, options).format(value);
}
