// S3's object operations: put, get, copy, delete and list.
import { AwsError, type Operation, type Permission } from '../../simulated.ts';
import type { World } from '../../world.ts';
import { bucketNamed, etagOf, objectNamed, type Storage, type StoredObject } from './storage.ts';

const LARGEST_PAGE = 1000;

const objectNeeds =
  (action: string) =>
  ({ Bucket, Key }: { readonly Bucket?: string; readonly Key?: string }): readonly Permission[] => [{ action: `s3:${action}`, resource: `arn:aws:s3:::${Bucket}/${Key}` }];

const store = (world: World, storage: Storage, bucket: string, object: Omit<StoredObject, 'modifiedAt' | 'etag'>): StoredObject => {
  const stored: StoredObject = { ...object, modifiedAt: world.clock.now, etag: etagOf(object.body) };
  bucketNamed(storage, bucket).objects.set(object.key, stored);
  for (const listener of storage.listeners) listener({ bucket, key: object.key, body: object.body });
  return stored;
};

const put = (world: World, storage: Storage, input: any): object => {
  const { etag } = store(world, storage, input.Bucket, {
    key: input.Key,
    body: input.Body ?? new Uint8Array(),
    contentType: input.ContentType ?? 'binary/octet-stream',
    metadata: input.Metadata ?? {},
  });
  return { ETag: etag, ServerSideEncryption: 'AES256' };
};

const headers = ({ body, contentType, metadata, modifiedAt, etag }: StoredObject): object => ({
  AcceptRanges: 'bytes',
  ContentLength: body.length,
  ContentType: contentType,
  ETag: etag,
  LastModified: new Date(modifiedAt),
  Metadata: metadata,
  ServerSideEncryption: 'AES256',
});

const copy = (world: World, storage: Storage, input: any): object => {
  const source = decodeURIComponent(String(input.CopySource)).replace(/^\//, '');
  const slash = source.indexOf('/');
  const { body, contentType, metadata } = objectNamed(storage, source.slice(0, slash), source.slice(slash + 1));
  const { etag, modifiedAt } = store(world, storage, input.Bucket, { key: input.Key, body, contentType, metadata });
  return { CopyObjectResult: { ETag: etag, LastModified: new Date(modifiedAt) } };
};

const removeMany = (storage: Storage, input: any): object => {
  const { objects } = bucketNamed(storage, input.Bucket);
  const keys = (input.Delete.Objects as readonly { readonly Key: string }[]).map(({ Key }) => Key);
  for (const key of keys) objects.delete(key);
  return input.Delete.Quiet === true ? {} : { Deleted: keys.map((Key) => ({ Key })) };
};

interface Listed {
  readonly Contents: readonly object[];
  readonly CommonPrefixes: readonly { readonly Prefix: string }[];
  readonly last: string;
  readonly more: boolean;
}

/** Keys in the order of their bytes; keys that share the part up to a delimiter count as one. */
const list = (storage: Storage, bucket: string, { prefix, delimiter, after, limit }: { readonly prefix: string; readonly delimiter: string | undefined; readonly after: string; readonly limit: number }): Listed => {
  const keys = [...bucketNamed(storage, bucket).objects.values()]
    .filter(({ key }) => key.startsWith(prefix) && key > after)
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const Contents: object[] = [];
  const prefixes = new Set<string>();
  let last = after;
  for (const object of keys) {
    const cut = delimiter === undefined ? -1 : object.key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : object.key.slice(0, cut + (delimiter ?? '').length);
    if (common !== undefined && prefixes.has(common)) {
      last = object.key;
      continue;
    }
    if (Contents.length + prefixes.size >= limit) return { Contents, CommonPrefixes: [...prefixes].map((Prefix) => ({ Prefix })), last, more: true };
    if (common !== undefined) prefixes.add(common);
    else Contents.push({ Key: object.key, LastModified: new Date(object.modifiedAt), ETag: object.etag, Size: object.body.length, StorageClass: 'STANDARD' });
    last = object.key;
  }
  return { Contents, CommonPrefixes: [...prefixes].map((Prefix) => ({ Prefix })), last, more: false };
};

const limitOf = (input: any): number => Math.min(input.MaxKeys ?? LARGEST_PAGE, LARGEST_PAGE);

const tokenOf = (key: string): string => Buffer.from(key).toString('base64url');
const keyOf = (token: string): string => {
  const key = Buffer.from(token, 'base64url').toString();
  if (tokenOf(key) !== token) throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
  return key;
};

const listV2 = (storage: Storage, input: any): object => {
  const { Bucket, Prefix = '', Delimiter, StartAfter = '', ContinuationToken } = input;
  const after = ContinuationToken === undefined ? StartAfter : keyOf(ContinuationToken);
  const { Contents, CommonPrefixes, last, more } = list(storage, Bucket, { prefix: Prefix, delimiter: Delimiter, after, limit: limitOf(input) });
  const KeyCount = Contents.length + CommonPrefixes.length;
  return { Name: Bucket, Prefix, Delimiter, MaxKeys: limitOf(input), KeyCount, IsTruncated: more, Contents, CommonPrefixes, ...(more ? { NextContinuationToken: tokenOf(last) } : {}) };
};

const listV1 = (storage: Storage, input: any): object => {
  const { Bucket, Prefix = '', Delimiter, Marker = '' } = input;
  const { Contents, CommonPrefixes, last, more } = list(storage, Bucket, { prefix: Prefix, delimiter: Delimiter, after: Marker, limit: limitOf(input) });
  return { Name: Bucket, Prefix, Delimiter, Marker, MaxKeys: limitOf(input), IsTruncated: more, Contents, CommonPrefixes, ...(more ? { NextMarker: last } : {}) };
};

export const objectOperations = (world: World, storage: Storage): Readonly<Record<string, Operation>> => {
  const listNeeds = ({ Bucket }: { readonly Bucket: string }): readonly Permission[] => [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${Bucket}` }];
  return {
    PutObject: { needs: objectNeeds('PutObject'), secret: ['Body'], run: (input) => put(world, storage, input) },
    GetObject: {
      needs: objectNeeds('GetObject'),
      run: (input) => {
        const found = objectNamed(storage, input.Bucket, input.Key);
        return { ...headers(found), Body: found.body };
      },
    },
    HeadObject: {
      needs: objectNeeds('GetObject'),
      run: (input) => {
        const found = bucketNamed(storage, input.Bucket).objects.get(input.Key);
        if (found === undefined) throw new AwsError('NotFound', 'Not Found', 404);
        return headers(found);
      },
    },
    CopyObject: { needs: objectNeeds('PutObject'), run: (input) => copy(world, storage, input) },
    DeleteObject: { needs: objectNeeds('DeleteObject'), run: (input) => void bucketNamed(storage, input.Bucket).objects.delete(input.Key) },
    DeleteObjects: {
      needs: ({ Bucket, Delete }) => Delete.Objects.map(({ Key }: { readonly Key: string }) => ({ action: 's3:DeleteObject', resource: `arn:aws:s3:::${Bucket}/${Key}` })),
      run: (input) => removeMany(storage, input),
    },
    ListObjectsV2: { needs: listNeeds, run: (input) => listV2(storage, input) },
    ListObjects: { needs: listNeeds, run: (input) => listV1(storage, input) },
  };
};
