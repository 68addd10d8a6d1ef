// The grammar of projection expressions.
import type { Parsed } from './condition.ts';
import { readPath, type Path } from './paths.ts';
import { read } from './tokens.ts';

const cache = new Map<string, Parsed<readonly Path[]>>();

export const parseProjection = (text: string): Parsed<readonly Path[]> => {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const reader = read(text, 'ProjectionExpression');
  const node = [readPath(reader)];
  while (reader.take(',')) node.push(readPath(reader));
  if (reader.peek().kind !== 'end') reader.fail();
  const parsed = { node, names: reader.names, values: reader.values };
  cache.set(text, parsed);
  return parsed;
};
