// The layers of a platform file: the file, what its stage changes, and what the command line sets; later ones win.
import type { Stage } from '../../domain/platform.ts';
import { nearest } from './findings.ts';

interface Fields {
  readonly [name: string]: unknown;
}

export interface LayerProblem {
  readonly field: string;
  readonly value: string;
  readonly problem: string;
  readonly remedy: string;
}

export type Layered = { readonly ok: true; readonly fields: Fields } | { readonly ok: false; readonly problems: readonly LayerProblem[] };

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Tables are merged key by key; everything else, lists included, is replaced. */
const merge = (under: Fields, over: Fields): Fields => {
  const merged: Record<string, unknown> = { ...under };
  for (const [name, value] of Object.entries(over)) {
    const below = under[name];
    merged[name] = isFields(value) && isFields(below) ? merge(below, value) : value;
  }
  return merged;
};

/** The file as it reads in one stage. */
export const applyStage = (file: object, stage: Stage): Fields => {
  const { stages, ...fields } = file as Fields;
  const differences = isFields(stages) ? stages[stage] : undefined;
  return isFields(differences) ? merge(fields, differences) : fields;
};

/** A text from the command line as the kind of value that stands there now. */
const likewise = (text: string, present: unknown): unknown => {
  if (typeof present === 'number' && /^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (Array.isArray(present)) return text.split(',').map((item) => item.trim());
  if (typeof present === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
};

const replaceAt = (fields: Fields, path: readonly string[], text: string): Fields => {
  const [name = '', ...rest] = path;
  const below = fields[name];
  return { ...fields, [name]: rest.length === 0 ? likewise(text, below) : replaceAt(isFields(below) ? below : {}, rest, text) };
};

/** Lays what the command line set over the places that the file gives each name; a name the file does not know is a problem. */
export const applySettings = (fields: Fields, settings: Readonly<Record<string, string>>): Layered => {
  const places = isFields(fields['settings']) ? fields['settings'] : {};
  const known = Object.keys(places);
  const problems: LayerProblem[] = [];
  let set = fields;
  for (const [name, value] of Object.entries(settings)) {
    const paths = places[name];
    if (Array.isArray(paths)) {
      for (const path of paths) set = replaceAt(set, String(path).split('.'), value);
      continue;
    }
    const like = nearest(name, known);
    const remedy = known.length === 0 ? 'this platform has no settings' : `settings of this platform: ${known.join(', ')}`;
    problems.push({
      field: `-c ${name}`,
      value: JSON.stringify(value),
      problem: 'no setting has this name',
      remedy: like === null ? remedy : `write \`${like}\`; ${remedy}`,
    });
  }
  return problems.length === 0 ? { ok: true, fields: set } : { ok: false, problems };
};
