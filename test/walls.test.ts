// The walls of the house: who may import whom, how large a file or function may grow, and words that have no place.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const rooms = ['infra', 'functions', 'shared', 'local', 'cli', 'test', 'bench', 'docs'];

const sources = (): readonly string[] =>
  rooms
    .flatMap((room) => readdirSync(join(root, room), { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile() && /\.(ts|tsx|js)$/.test(file.name))
    .map((file) => relative(root, join(file.parentPath, file.name)))
    .sort();

/** What each room may import; the first matching row counts. Bare names are packages, `node:` any built-in. */
const table: readonly { readonly room: RegExp; readonly may: readonly RegExp[] }[] = [
  { room: /^shared\/domain\//, may: [/^shared\/domain\//] },
  { room: /^shared\/contracts\//, may: [/^shared\/(domain|contracts)\//, /^shared\/ports\.ts$/, /^valibot$/] },
  { room: /^shared\/ports\.ts$/, may: [/^shared\/(domain|contracts)\//] },
  { room: /^shared\/aws\//, may: [/^shared\//, /^@aws-sdk\//, /^node:crypto$/] },
  { room: /^shared\/web\//, may: [/^shared\//, /^node:(https?|crypto)$/, /^crawler-user-agents$/] },
  { room: /^functions\/door\.ts$/, may: [/^shared\//, /^@middy\/core$/, /^@aws-lambda-powertools\//, /^valibot$/, /^node:fs$/] },
  { room: /^functions\//, may: [/^shared\//, /^functions\/door\.ts$/, /^valibot$/] },
  { room: /^infra\//, may: [/^infra\//, /^shared\/(domain|contracts)\//, /^aws-cdk-lib/, /^constructs$/, /^cdk-nag$/, /^esbuild$/, /^valibot$/, /^date-holidays$/, /^node-ical$/, /^node:/] },
  { room: /^local\/console\/page\//, may: [/^local\/console\/page\//, /^shared\/(domain|contracts)\//, /^state-machines\//, /^preact(\/hooks)?$/] },
  { room: /^local\/console\//, may: [/^local\//, /^esbuild$/, /^node:/] },
  { room: /^local\/services\/cloudformation\/template-text\.ts$/, may: [/^local\//, /^yaml$/] },
  { room: /^local\//, may: [/^(local|shared|functions)\//, /^valibot$/, /^jsonc-parser$/, /^@aws-sdk\//, /^@smithy\//, /^jsonata$/, /^croner$/, /^node:/] },
  { room: /^cli\//, may: [/^(cli|local|shared)\//, /^yaml$/, /^valibot$/, /^node:/] },
  { room: /^(test|bench|docs)\//, may: [/./] },
];

/** Files that may grow beyond the walls, each with its reason. */
const exempt: Readonly<Record<string, string>> = {};

interface Import {
  readonly from: string;
  readonly to: string;
}

const importsOf = (file: string): readonly Import[] => {
  const text = readFileSync(join(root, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)import\s+['"]([^'"]+)['"]/g)];
  return specifiers.map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const to = specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : specifier;
    return { from: file, to };
  });
};

const trespass = ({ from, to }: Import): string | undefined => {
  const row = table.find(({ room }) => room.test(from));
  if (row === undefined) return `${from} is in no room`;
  return row.may.some((allowed) => allowed.test(to)) ? undefined : `${from} may not import ${to}`;
};

/** Lengths of the outermost functions of a file, by brace matching on formatted code. */
const longFunctions = (file: string): readonly string[] => {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const found: string[] = [];
  const opening = /^(\s*)(?:export )?(?:const \w+[^=]*=.*=>|(?:async )?function\b.*|(?:private |public |override |static |async )*\w+\(.*\).*) \{$/;
  lines.forEach((line, start) => {
    const match = opening.exec(line);
    if (match === null || /^\s*(?:if|for|while|switch|else|return|describe|it)\b/.test(line)) return;
    const closing = new RegExp(`^${match[1] ?? ''}\\}`);
    const length = lines.slice(start + 1).findIndex((later) => closing.test(later)) + 2;
    if (length > 60) found.push(`${file}:${start + 1} is a function of ${length} lines`);
  });
  return found;
};

describe('the walls', () => {
  const files = sources();
  const product = files.filter((file) => !/^(test|bench|docs)\//.test(file));

  it('every import points where the table allows', () => {
    expect(files.flatMap(importsOf).map(trespass).filter((finding) => finding !== undefined)).toEqual([]);
  });

  it('the domain asks no clock, no process and no chance', () => {
    const banned = /\bDate\.now\b|new Date\(\)|Math\.random|\bprocess\.|from 'node:/;
    const guilty = files.filter((file) => file.startsWith('shared/domain/') && banned.test(readFileSync(join(root, file), 'utf8')));
    expect(guilty).toEqual([]);
  });

  it('no file is longer than 300 lines and no function longer than 60', () => {
    const long = files
      .filter((file) => exempt[file] === undefined)
      .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').split('\n').length - 1 }))
      .filter(({ lines }) => lines > 300)
      .map(({ file, lines }) => `${file} has ${lines} lines`);
    expect([...long, ...product.flatMap(longFunctions)]).toEqual([]);
  });

  it('no drawer is called utils, common, helpers, lib or misc', () => {
    expect(files.filter((file) => /(^|\/)(utils?|common|helpers?|lib|misc)(\.ts|\/)/.test(file))).toEqual([]);
  });

  it('no module mocks and no default exports', () => {
    const guilty = files.filter((file) => file !== 'test/walls.test.ts' && /\bvi\.mock\(|^export default/m.test(readFileSync(join(root, file), 'utf8')));
    expect(guilty.filter((file) => file !== 'test/vitest.config.ts')).toEqual([]);
  });
});
