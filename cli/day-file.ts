// The day file that --day names, or the refusal that says what is the matter with its path.
import { readFileSync } from 'node:fs';
import { WrongUse } from './command.ts';

const wrongs: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EISDIR: 'this is a folder' };

/** Its text. Throws WrongUse when it cannot be read. */
export const dayText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new WrongUse(`--day ${file}: ${wrongs[code] ?? `it cannot be read (${message})`}. Give the path of a day file (docs/day-file.md)`);
  }
};
