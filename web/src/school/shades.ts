// A school gives one colour; the page needs some of it that can be read on, in light and in dark.

export interface Shades {
  /** For large surfaces; text on it is `onAccent`, at least 4.5 : 1. */
  accent: string;
  onAccent: string;
  /** For text and thin lines on the page's own ground, at least 4.5 : 1. */
  ink: string;
  /** A breath of it, for what is chosen; the page's own text can be read on it. */
  wash: string;
}

type Rgb = [number, number, number];

// As --paper and --card in styles/tokens.css.
const GROUNDS: Record<Scheme, [string, string]> = { light: ["#faf9f5", "#ffffff"], dark: ["#202125", "#2a2c31"] };
const TEXT_CONTRAST = 4.7; // a little over 4.5, for what rounding takes
const WHITE: Rgb = [1, 1, 1];
const DARK: Rgb = [0.09, 0.095, 0.11];

export type Scheme = "light" | "dark";

/** The shades of a colour such as `#1971c2`; what isn't one counts as that. */
export function shades(color: string, scheme: Scheme): Shades {
  const given = parse(color) ?? parse("#1971c2")!;
  const [paper, card] = GROUNDS[scheme].map((ground) => parse(ground)!) as [Rgb, Rgb];
  const wash = mix(card, given, scheme === "light" ? 0.1 : 0.2);
  const grounds = [paper, card, wash];
  // Dimmed rather than greyed, or a sunny school would be ashen in the dark.
  const accent = scheme === "light" ? given : towards(given, 0, (c) => lightness(c) <= 0.62);
  const onAccent = contrast(WHITE, accent) >= contrast(DARK, accent) ? WHITE : DARK;
  const canBeRead = (color: Rgb) => grounds.every((ground) => contrast(color, ground) >= TEXT_CONTRAST);
  const [back, front] = readable(accent, onAccent);
  return {
    accent: hex(back),
    onAccent: hex(front),
    ink: hex(towards(given, scheme === "light" ? 0 : 1, canBeRead)),
    wash: hex(wash),
  };
}

/** Move a ground away from its text until that can be read. */
function readable(back: Rgb, front: Rgb): [Rgb, Rgb] {
  const away = front === WHITE ? 0 : 1;
  return [towards(back, away, (c) => contrast(c, front) >= TEXT_CONTRAST), front];
}

/** Mix in black (0) or white (1) until it is good. */
function towards(color: Rgb, grey: number, isGood: (color: Rgb) => boolean): Rgb {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(color, [grey, grey, grey], share);
    if (isGood(mixed)) return mixed;
  }
  return [grey, grey, grey];
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((value, n) => value + (to[n]! - value) * share) as Rgb;
}

function lightness([r, g, b]: Rgb): number {
  return 0.3 * r + 0.59 * g + 0.11 * b;
}

/** As WCAG 2 counts it: from 1 to 21. */
export function contrast(one: Rgb | string, other: Rgb | string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(color: Rgb | string): number {
  const rgb = typeof color === "string" ? parse(color)! : (color.map((v) => Math.round(v * 255) / 255) as Rgb);
  const [r, g, b] = rgb.map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function parse(color: string): Rgb | undefined {
  const [, digits] = /^#([0-9a-f]{6})$/i.exec(color) ?? [];
  return digits ? ([0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16) / 255) as Rgb) : undefined;
}

function hex(color: Rgb): string {
  return `#${color
    .map((v) =>
      Math.round(v * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
