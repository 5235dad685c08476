/** Longest text of another party that a message repeats. */
const longestText = 400;

/**
 * A text of another party for a terminal: every character beyond printable ASCII is escaped, so that no text can move the cursor,
 * change its direction or look like another one.
 */
export function printable(text: string): string {
  const escaped = text.replace(/[^\x20-\x7e]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return escaped.length > longestText ? `${escaped.slice(0, longestText)}... (${escaped.length} characters)` : escaped;
}
