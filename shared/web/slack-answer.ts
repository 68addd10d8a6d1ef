// Answers the person who pressed a button, visible to nobody else, by the response URL of the press (aws-facts H3).
import { webRequest, type WebHost } from './request.ts';

/** Milliseconds: the press itself is answered within three seconds. */
const LIMIT = 1_000;

/** Only Slack's own host is ever answered, whatever the request says. */
export const answerInPrivate =
  (host: WebHost & { readonly now: () => number }) =>
  async (responseUrl: string, text: string): Promise<void> => {
    if (!responseUrl.startsWith('https://hooks.slack.com/')) return;
    const body = JSON.stringify({ response_type: 'ephemeral', replace_original: false, text });
    // A word to one person is not worth failing a request that was carried out.
    await Promise.allSettled([
      webRequest(host, { method: 'POST', url: responseUrl, headers: { 'content-type': 'application/json' }, body, limit: LIMIT }),
    ]);
  };
