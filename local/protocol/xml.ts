// XML as S3's requests carry it: elements and text, read by the schema of what is expected.
import { readTimestamp } from './timestamps.ts';
import { flattened, xmlName } from './query.ts';
import type { Shape } from './model.ts';

export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

const TOKEN = /<!\[CDATA\[([\s\S]*?)\]\]>|<[?!][^>]*>|<(\/?)([\w:.-]+)([^>]*?)(\/?)>|([^<]+)/g;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const character = (code: number): string => (code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '');

const decoded = (text: string): string =>
  text.replaceAll(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return character(Number.parseInt(hex, 16));
    if (decimal !== undefined) return character(Number(decimal));
    return ENTITIES[name ?? ''] ?? whole;
  });

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

/** Reads a document into its root element. Throws when it is not well-formed. */
export const parseXml = (source: string): XmlElement => {
  const document: Open = { name: '', children: [], text: '' };
  const open: Open[] = [document];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    const [whole, data, closing, name, , empty, text] = match;
    if (match.index !== end) break;
    end += whole.length;
    const here = open.at(-1) as Open;
    if (data !== undefined) here.text += data;
    else if (text !== undefined) here.text += decoded(text);
    else if (name !== undefined && closing === '/') {
      if (open.length < 2 || here.name !== localName(name)) throw new Error(`</${name}> closes nothing`);
      open.pop();
    } else if (name !== undefined) {
      const element: Open = { name: localName(name), children: [], text: '' };
      here.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [root] = document.children;
  if (end !== source.length || open.length !== 1 || root === undefined) throw new Error('the document is not well-formed');
  return root;
};

const named = (from: XmlElement, name: string): readonly XmlElement[] => from.children.filter((child) => child.name === name);

const readList = (shape: Shape, from: XmlElement): unknown[] =>
  named(from, xmlName(shape.getValueSchema(), 'member')).map((item) => readXml(shape.getValueSchema(), item));

/** The value an element means. */
export const readXml = (shape: Shape, from: XmlElement): unknown => {
  if (shape.isListSchema()) return readList(shape, from);
  if (shape.isStructSchema()) {
    const struct: Record<string, unknown> = {};
    for (const [name, member] of shape.structIterator()) {
      const found = named(from, xmlName(member, name));
      if (found.length === 0) continue;
      struct[name] = member.isListSchema() && flattened(member) ? found.map((item) => readXml(member.getValueSchema(), item)) : readXml(member, found[0] as XmlElement);
    }
    return struct;
  }
  if (shape.isBooleanSchema()) return from.text.trim() === 'true';
  if (shape.isNumericSchema()) return Number(from.text);
  if (shape.isTimestampSchema()) return readTimestamp(from.text.trim());
  return from.text;
};
