// Nothing dangerous without saying what will happen: the platform's name typed, or --yes.
import { WrongUse } from './command.ts';
import type { Place } from './place.ts';
import type { Values } from './at-place.ts';
import type { Terminal } from './terminal.ts';

export const yesOption = { yes: { type: 'boolean', help: 'do it without asking' } } as const;

/** Says what will happen and asks for the platform's name; true when it was typed. Throws WrongUse where nobody can answer. */
export const confirmed = async (place: Place, values: Values, terminal: Terminal, what: string): Promise<boolean> => {
  terminal.err(`${what}\n`);
  if (values['yes'] === true) return true;
  if (!terminal.interactive) throw new WrongUse(`Nobody is here to confirm it. Add --yes to do it without asking`);
  const typed = await place.outside(terminal.ask(`Type ${place.manifest.id} to go on: `));
  if (typed === place.manifest.id) return true;
  terminal.err('Nothing was changed.\n');
  return false;
};
