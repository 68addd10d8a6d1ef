// A generic webhook as a road: every notice as JSON, signed, to one address (N1).
import { createHmac } from 'node:crypto';
import { webhookSecret } from '../contracts/notices.ts';
import type { Answer } from '../domain/delivery.ts';
import type { Manifest } from '../domain/manifest.ts';
import { noticeKey } from '../domain/notice.ts';
import { boundedNotice } from '../domain/render-json.ts';
import type { Chat, Secrets } from '../ports.ts';
import { noAnswer, webRequest, type WebAnswer, type WebHost } from './request.ts';

type Host = WebHost & { readonly manifest: Manifest; readonly now: () => number };

/**
 * The platform's webhook. Each request carries `x-dayshift-timestamp` (seconds), `x-dayshift-notice` (the same for every attempt) and
 * `x-dayshift-signature`: `v1=` and the hex HMAC-SHA256 of `<timestamp>.<body>` under the secret's `signingSecret`.
 */
export const webhookRoad =
  <S>(secretsOf: (host: S) => Secrets) =>
  (host: S & Host): Chat => {
    const secrets = secretsOf(host);
    const name = host.manifest.notices.webhook?.secret ?? '';
    return {
      edits: async () => true,
      illustrate: async () => undefined,
      post: async (notice) => {
        const secret = webhookSecret(await secrets.read(name));
        if (secret === null) {
          secrets.forget(name);
          return { kind: 'refused', why: `the secret ${name} holds no url (https) with a signingSecret` };
        }
        const body = JSON.stringify(boundedNotice(notice));
        const timestamp = String(Math.floor(host.now() / 1000));
        const signature = `v1=${createHmac('sha256', secret.signingSecret).update(`${timestamp}.${body}`).digest('hex')}`;
        const headers = {
          'content-type': 'application/json',
          'x-dayshift-timestamp': timestamp,
          'x-dayshift-notice': noticeKey(notice),
          'x-dayshift-signature': signature,
        };
        const [answer] = await Promise.allSettled([webRequest(host, { method: 'POST', url: secret.url, headers, body })]);
        const meant = answer.status === 'rejected' ? noAnswer(answer.reason as Error) : meaning(answer.value);
        if (meant.kind === 'refused') secrets.forget(name);
        return meant;
      },
    };
  };

/** 400, 413 and 422 are about this one notice; other refusals are about the address or its credentials. */
const meaning = ({ status, headers }: WebAnswer): Answer => {
  if (status >= 200 && status < 300) return { kind: 'accepted', channel: null, message: null };
  if (status === 429) return { kind: 'slow-down', seconds: Math.max(1, Number(headers['retry-after'] ?? '30') || 30) };
  if (status >= 500 || status === 408) return { kind: 'unavailable', why: `HTTP ${status}` };
  return { kind: [400, 413, 422].includes(status) ? 'unreadable' : 'refused', why: `HTTP ${status}` };
};
