// Addresses in what people write, found without making anything of it but text and links.

export type Piece = string | { href: string; text: string };

// Signs that turn the writing around would show another address than the one that opens.
const ADDRESS = /\bhttps?:\/\/[^\s<>"«»“”\p{Bidi_Control}]+/giu;
const BEHIND = /[.,;:!?'…]+$/; // belongs to the sentence

/** Cut a text into plain pieces and links; only `http` and `https`, and no names or passwords in them. */
export function pieces(text: string): Piece[] {
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    const href = safe(address);
    if (!href) continue;
    if (match.index > end) found.push(text.slice(end, match.index));
    found.push({ href, text: address });
    end = match.index + address.length;
  }
  if (end < text.length) found.push(text.slice(end));
  return found;
}

/** Without what stands behind it: a full stop, a bracket that was opened before. */
function trimmed(address: string): string {
  const bare = address.replace(BEHIND, "");
  if (bare.endsWith(")") && count(bare, ")") > count(bare, "(")) return trimmed(bare.slice(0, -1));
  return bare;
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

function safe(address: string): string | undefined {
  try {
    const { href, protocol, username } = new URL(address);
    return /^https?:$/.test(protocol) && !username ? href : undefined; // name@ would feign another host
  } catch {
    return undefined;
  }
}
