// Cutting text to a limit without breaking it: whole characters, whole entities, whole lines.

const ELLIPSIS = '…';

/** The text, or its beginning and an ellipsis, so that it measures at most `limit` after `written` has been applied to it. */
export const fit = (text: string, limit: number, written: (part: string) => string = (part) => part): string => {
  const whole = written(text);
  if (whole.length <= limit) return whole;
  let kept = '';
  for (const character of text) {
    const next = written(character);
    if (kept.length + next.length > limit - ELLIPSIS.length) break;
    kept += next;
  }
  return kept.trimEnd() + ELLIPSIS;
};

/** A title within `limit`: digests give up their length first, then it ends after a whole word. */
export const oneLine = (text: string, limit: number, ellipsis = ELLIPSIS): string => {
  if (text.length <= limit) return text;
  const shorter = text.replace(/sha256:([0-9a-f]{8})[0-9a-f]*/g, '$1');
  return shorter.length <= limit ? shorter : cutAtWord(shorter, limit, ellipsis);
};

/** Cut after a whole word; a first word longer than half of the room is cut within, between two characters. */
const cutAtWord = (text: string, limit: number, ellipsis: string): string => {
  const room = text.slice(0, limit - ellipsis.length);
  const end = text[room.length] === ' ' ? room.length : room.lastIndexOf(' ');
  const kept = end > limit / 2 ? room.slice(0, end) : room.replace(/[\ud800-\udbff]$/, '');
  return `${kept.replace(/[\s,:;]+$/, '')}${ellipsis}`;
};

/** The last lines that together measure at most `limit`, with a first line that says how many were left out. */
export const lastLines = (
  lines: readonly string[],
  limit: number,
  written: (part: string) => string = (part) => part,
): readonly string[] => {
  const note = (count: number): string => `${ELLIPSIS} ${count} earlier ${count === 1 ? 'line' : 'lines'} left out`;
  const kept: string[] = [];
  let left = limit - note(lines.length).length - 1;
  for (const line of lines.toReversed()) {
    const next = fit(line, Math.max(1, Math.min(600, limit)), written);
    if (next.length + 1 > left) break;
    left -= next.length + 1;
    kept.unshift(next);
  }
  const dropped = lines.length - kept.length;
  return dropped === 0 ? kept : [note(dropped), ...kept];
};

/** Bytes of the text in UTF-8. */
export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
