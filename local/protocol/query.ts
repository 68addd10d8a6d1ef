// The query protocol: a form as input (`Filters.member.1.Name=…`), XML as output, by the schema of the operation.
import type { OperationModel, ServiceModel, Shape } from './model.ts';
import { DATE_TIME, readTimestamp, writeTimestamp } from './timestamps.ts';

interface Node {
  value: string | undefined;
  readonly children: Map<string, Node>;
}

const node = (): Node => ({ value: undefined, children: new Map() });

const parseForm = (form: URLSearchParams): Node => {
  const root = node();
  for (const [path, value] of form) {
    let here = root;
    for (const part of path.split('.')) {
      const next = here.children.get(part) ?? node();
      here.children.set(part, next);
      here = next;
    }
    here.value = value;
  }
  return root;
};

export const xmlName = (shape: Shape, byDefault: string): string => shape.getMergedTraits().xmlName ?? byDefault;
export const flattened = (shape: Shape): boolean => Boolean(shape.getMergedTraits().xmlFlattened);

const numbered = (from: Node | undefined): readonly Node[] =>
  [...(from?.children ?? [])]
    .filter(([index]) => /^\d+$/.test(index))
    .toSorted(([one], [other]) => Number(one) - Number(other))
    .map(([, item]) => item);

const readList = (shape: Shape, from: Node): unknown[] => {
  const member = shape.getValueSchema();
  const items = flattened(shape) ? from : from.children.get(xmlName(member, 'member'));
  return numbered(items).map((item) => readNode(member, item));
};

const readMap = (shape: Shape, from: Node): Record<string, unknown> => {
  const [key, value] = [shape.getKeySchema(), shape.getValueSchema()];
  const entries = numbered(flattened(shape) ? from : from.children.get('entry'));
  const child = (entry: Node, shapeOf: Shape, byDefault: string): Node => entry.children.get(xmlName(shapeOf, byDefault)) ?? node();
  return Object.fromEntries(
    entries.map((entry) => [child(entry, key, 'key').value ?? '', readNode(value, child(entry, value, 'value'))]),
  );
};

const readStruct = (shape: Shape, from: Node): Record<string, unknown> => {
  const struct: Record<string, unknown> = {};
  for (const [name, member] of shape.structIterator()) {
    const child = from.children.get(xmlName(member, name));
    if (child !== undefined) struct[name] = readNode(member, child);
  }
  return struct;
};

const readNode = (shape: Shape, from: Node): unknown => {
  if (shape.isListSchema()) return readList(shape, from);
  if (shape.isMapSchema()) return readMap(shape, from);
  if (shape.isStructSchema()) return readStruct(shape, from);
  const text = from.value ?? '';
  if (shape.isBooleanSchema()) return text === 'true';
  if (shape.isBigIntegerSchema()) return BigInt(text);
  if (shape.isNumericSchema()) return Number(text);
  if (shape.isTimestampSchema()) return readTimestamp(text);
  if (shape.isBlobSchema()) return new Uint8Array(Buffer.from(text, 'base64'));
  return text;
};

export const readForm = (shape: Shape | undefined, form: URLSearchParams): Record<string, unknown> =>
  shape === undefined ? {} : readStruct(shape, parseForm(form));

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };
export const escapeXml = (text: string): string => text.replace(/[&<>"\r]/g, (character) => ENTITIES[character]!);

export const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** Elements of one member; a flattened list or map repeats the member's own element. */
const writeMember = (name: string, shape: Shape, value: unknown): string => {
  if (shape.isListSchema()) {
    const member = shape.getValueSchema();
    const itemName = flattened(shape) ? name : xmlName(member, 'member');
    const items = (value as unknown[]).map((item) => writeMember(itemName, member, item)).join('');
    return flattened(shape) ? items : element(name, items);
  }
  if (shape.isMapSchema()) {
    const [key, content] = [shape.getKeySchema(), shape.getValueSchema()];
    const entryName = flattened(shape) ? name : 'entry';
    const entry = ([word, item]: [string, unknown]): string =>
      element(entryName, element(xmlName(key, 'key'), escapeXml(word)) + writeMember(xmlName(content, 'value'), content, item));
    const entries = Object.entries(value as object).map(entry).join('');
    return flattened(shape) ? entries : element(name, entries);
  }
  return element(name, writeContent(shape, value));
};

const writeContent = (shape: Shape, value: unknown): string => {
  if (shape.isStructSchema()) return writeMembers(shape, value as Record<string, unknown>);
  if (shape.isTimestampSchema()) return String(writeTimestamp(shape, value as Date, DATE_TIME));
  if (shape.isBlobSchema()) return Buffer.from(value as Uint8Array | string).toString('base64');
  return escapeXml(String(value));
};

export const writeMembers = (shape: Shape, value: Readonly<Record<string, unknown>>): string => {
  let xml = '';
  for (const [name, member] of shape.structIterator()) {
    const found = value[name];
    if (found !== undefined && found !== null) xml += writeMember(xmlName(member, name), member, found);
  }
  return xml;
};

/** EC2's variant: lists are never wrapped, and members are named in capitals. */
const ec2Name = (shape: Shape, byDefault: string): string => {
  const { ec2QueryName, xmlName: written } = shape.getMergedTraits() as { readonly ec2QueryName?: string; readonly xmlName?: string };
  const name = ec2QueryName ?? written ?? byDefault;
  return name.charAt(0).toUpperCase() + name.slice(1);
};

const readEc2Node = (shape: Shape, from: Node): unknown => {
  if (shape.isListSchema()) return numbered(from).map((item) => readEc2Node(shape.getValueSchema(), item));
  if (!shape.isStructSchema()) return readNode(shape, from);
  const struct: Record<string, unknown> = {};
  for (const [name, member] of shape.structIterator()) {
    const child = from.children.get(ec2Name(member, name));
    if (child !== undefined) struct[name] = readEc2Node(member, child);
  }
  return struct;
};

export const readEc2Form = (shape: Shape | undefined, form: URLSearchParams): Record<string, unknown> =>
  shape === undefined ? {} : (readEc2Node(shape, parseForm(form)) as Record<string, unknown>);

/** EC2's response has no result element around its members. */
export const writeEc2Xml = (service: ServiceModel, { name, output: shape }: OperationModel, output: unknown, requestId: string): string => {
  const members = shape === undefined ? '' : writeMembers(shape, (output ?? {}) as Record<string, unknown>);
  return `<${name}Response xmlns="${service.xmlNamespace}/">${element('requestId', requestId)}${members}</${name}Response>`;
};

/** The whole response document, with the request's id as AWS adds it. */
export const writeXml = (service: ServiceModel, { name, output: shape }: OperationModel, output: unknown, requestId: string): string => {
  const members = shape === undefined ? undefined : writeMembers(shape, (output ?? {}) as Record<string, unknown>);
  const result = members === undefined ? '' : element(`${name}Result`, members);
  const metadata = element('ResponseMetadata', element('RequestId', requestId));
  return `<${name}Response xmlns="${service.xmlNamespace}">${result}${metadata}</${name}Response>`;
};
