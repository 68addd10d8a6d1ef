// The wake link of a notice: opening it shows how things stand, pressing its button wakes the platform and is recorded (S10).
import { door } from '../door.ts';
import type { UrlAnswer } from '../../shared/contracts/press.ts';
import { LinkVisitSchema } from '../../shared/contracts/wake.ts';
import { presserWords } from '../../shared/domain/caller.ts';
import { isPress, readLink } from '../../shared/domain/wake-link.ts';
import { linkAnswer } from '../../shared/domain/wake-link-page.ts';
import { progressOf } from '../../shared/domain/wake-progress.ts';
import { frontDesk } from '../../shared/aws/front-desk.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { knownMachine } from '../../shared/web/known-machines.ts';
import { wakeLinks } from '../../shared/web/wake-link.ts';

export const { make, handler } = door(
  { name: 'wake/link', input: LinkVisitSchema, needs: { desk: frontDesk, links: wakeLinks(secrets) }, strangers: true },
  async ({ rawPath, headers, queryStringParameters, requestContext: { http } }, { desk, links, manifest, now }): Promise<UrlAnswer> => {
    const at = new Date(now()).toISOString();
    const standing = await links.judge(readLink(queryStringParameters ?? {}), at);
    const pressed = isPress(standing, { method: http.method, path: rawPath, headers }, knownMachine);
    const woken = pressed && (await desk.wake({ kind: 'link', by: presserWords(http.sourceIp), detail: 'wake link' }, at));
    const progress = progressOf(await desk.view(woken, at), at);
    const { status, headers: answered, body } = linkAnswer(standing, http.method, progress, manifest.site);
    return { statusCode: status, headers: answered, body };
  },
);
