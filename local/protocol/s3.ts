// S3's own way with HTTP: the bucket in path or host, the operation by method and sub-resource, bodies that are objects or XML.
import { AwsError } from '../simulated.ts';
import { chunksOf } from './aws-chunked.ts';
import type { OperationModel, ServiceModel, Shape } from './model.ts';
import { element, escapeXml, writeMembers, xmlName } from './query.ts';
import { bound, fromText, headerText } from './rest.ts';
import type { WireRequest, WireResponse } from './wire.ts';
import { parseXml, readXml } from './xml.ts';

interface Place {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
  readonly query: URLSearchParams;
}

const HOSTED = /^(.+?)\.(?:s3[.-].*|localhost(?::\d+)?)$/;

/** Where the request points to: path style, or the bucket before the host's name. */
const placeOf = ({ path, headers }: WireRequest): Place => {
  const url = new URL(path, 'http://s3');
  const [, hosted] = HOSTED.exec(headers['host'] ?? '') ?? [];
  const bucket = hosted === 's3' ? undefined : hosted;
  const whole = decodeURIComponent(url.pathname.slice(1));
  if (bucket !== undefined) return { bucket, key: whole === '' ? undefined : whole, query: url.searchParams };
  const slash = whole.indexOf('/');
  const name = slash < 0 ? whole : whole.slice(0, slash);
  const key = slash < 0 ? '' : whole.slice(slash + 1);
  return { bucket: name === '' ? undefined : name, key: key === '' ? undefined : key, query: url.searchParams };
};

const BUCKET: Readonly<Record<string, string>> = { GET: 'ListObjects', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' };
const OBJECT: Readonly<Record<string, string>> = { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' };

/** Query parameters that are options of an operation; any other without value names a sub-resource. */
const isSubresource = (name: string, value: string): boolean => value === '' && name !== 'delimiter' && name !== 'prefix' && name !== 'marker' && name !== 'start-after';

const subresource = (service: ServiceModel, method: string, { key, query }: Place): string | undefined => {
  const names = [...query].filter(([name, value]) => isSubresource(name, value)).map(([name]) => name);
  if (query.has('uploadId')) return method === 'PUT' ? 'UploadPart' : 'CompleteMultipartUpload';
  if (names.length === 0) return undefined;
  const found = [...service.operations.values()].find(({ http }) => {
    const [verb, uri = ''] = http ?? [];
    const [path = '', fixed = ''] = uri.split('?');
    return verb === method && path.includes('{Key') === (key !== undefined) && names.some((name) => fixed.split('&').some((pair) => pair.split('=')[0] === name));
  });
  return found?.name ?? names[0];
};

const operationName = (service: ServiceModel, { method, headers }: WireRequest, place: Place): string => {
  const special = subresource(service, method, place);
  if (special !== undefined) return special;
  if (place.bucket === undefined) return 'ListBuckets';
  if (place.key === undefined && place.query.get('list-type') === '2') return 'ListObjectsV2';
  if (method === 'PUT' && headers['x-amz-copy-source'] !== undefined) return 'CopyObject';
  return (place.key === undefined ? BUCKET : OBJECT)[method] ?? method;
};

const prefixed = (prefix: string, headers: WireRequest['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).flatMap(([name, value]) => (name.startsWith(prefix.toLowerCase()) ? [[name.slice(prefix.length), value ?? '']] : [])));

const readMember = (name: string, member: Shape, { bucket, key, query }: Place, { headers, body }: WireRequest): unknown => {
  const traits = member.getMergedTraits() as { readonly [trait: string]: any };
  if (traits['httpLabel'] !== undefined) return name === 'Bucket' ? bucket : key;
  if (traits['httpQuery'] !== undefined) {
    const text = query.get(traits['httpQuery']);
    return text === null ? undefined : fromText(member, text);
  }
  if (traits['httpPrefixHeaders'] !== undefined) return prefixed(traits['httpPrefixHeaders'], headers);
  if (traits['httpHeader'] !== undefined) {
    const text = headers[String(traits['httpHeader']).toLowerCase()];
    return text === undefined || member.isListSchema() ? undefined : fromText(member, text);
  }
  if (traits['httpPayload'] === undefined) return undefined;
  if (member.isBlobSchema()) return new Uint8Array(chunksOf({ headers, body }));
  return body.length === 0 ? undefined : readXml(member, parseXml(body.toString('utf8')));
};

/** The operation a request means and its input. */
export const readS3 = (service: ServiceModel, request: WireRequest): { readonly operation: OperationModel; readonly input: unknown } => {
  const place = placeOf(request);
  const name = operationName(service, request, place);
  const operation = service.operations.get(name);
  if (operation === undefined) throw new AwsError('NotImplemented', `s3 has no operation at ${request.method} ${request.path}`, 501);
  const input: Record<string, unknown> = {};
  for (const [member, shape] of operation.input?.structIterator() ?? []) {
    const value = readMember(member, shape, place, request);
    if (value !== undefined) input[member] = value;
  }
  return { operation, input };
};

const documentOf = (service: ServiceModel, { name, output: shape }: OperationModel, value: Readonly<Record<string, unknown>>): string => {
  if (shape === undefined) return '';
  const namespace = ` xmlns="${service.xmlNamespace}"`;
  // The one answer without an element around its only member.
  if (name === 'GetBucketLocation') {
    const region = typeof value['LocationConstraint'] === 'string' ? value['LocationConstraint'] : '';
    return `<LocationConstraint${namespace}>${escapeXml(region)}</LocationConstraint>`;
  }
  for (const [member, content] of shape.structIterator()) {
    if (!content.getMergedTraits().httpPayload || content.isBlobSchema()) continue;
    const root = xmlName(content, member);
    return value[member] === undefined ? '' : `<${root}${namespace}>${writeMembers(content, value[member] as Record<string, unknown>)}</${root}>`;
  }
  const inBody = [...shape.structIterator()].filter(([, member]) => !bound(member));
  if (inBody.length === 0) return '';
  const root = xmlName(shape, `${name}Result`);
  const members = Object.fromEntries(inBody.map(([member]) => [member, value[member]]));
  return `<${root}${namespace}>${writeMembers(shape, members)}</${root}>`;
};

/** The answer: members in headers, the object itself, or an XML document. */
export const writeS3 = (service: ServiceModel, operation: OperationModel, output: unknown): WireResponse => {
  const value = (output ?? {}) as Readonly<Record<string, unknown>>;
  const headers: Record<string, string> = {};
  let body: string | Uint8Array | undefined;
  for (const [name, member] of operation.output?.structIterator() ?? []) {
    const found = value[name];
    const traits = member.getMergedTraits() as { readonly [trait: string]: any };
    if (found === undefined || found === null) continue;
    if (traits['httpPrefixHeaders'] !== undefined) {
      for (const [key, text] of Object.entries(found)) headers[`${String(traits['httpPrefixHeaders'])}${key}`] = String(text);
    } else if (traits['httpHeader'] !== undefined) headers[String(traits['httpHeader']).toLowerCase()] = headerText(member, found);
    else if (traits['httpPayload'] !== undefined && member.isBlobSchema()) body = found as Uint8Array;
  }
  const document = body ?? documentOf(service, operation, value);
  if (typeof document === 'string' && document !== '') headers['content-type'] = 'application/xml';
  return { status: operation.http?.[2] ?? 200, headers, body: document };
};

/** S3's error document. */
export const writeS3Error = ({ code, message, status, extra }: AwsError, requestId: string): WireResponse => {
  const more = Object.entries(extra).map(([name, value]) => element(name, escapeXml(String(value)))).join('');
  const content = `${element('Code', escapeXml(code))}${element('Message', escapeXml(message))}${more}${element('RequestId', requestId)}`;
  return { status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', content)}` };
};
