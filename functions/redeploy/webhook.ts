// A build tells of a push to a registry without events: proves the signature and starts the story at once (R1).
import { door } from '../door.ts';
import { machines } from '../../shared/aws/machines.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { rawBody, UrlRequest, type UrlAnswer } from '../../shared/contracts/press.ts';
import { deliveryName, pushWebhookSecret } from '../../shared/contracts/redeploy.ts';
import { pushedPackage } from '../../shared/domain/pushed-package.ts';
import { concerned, type Trigger } from '../../shared/domain/selection.ts';
import { isSigned } from '../../shared/web/body-signature.ts';

const answer = (statusCode: number, body: string): UrlAnswer => ({ statusCode, headers: { 'content-type': 'text/plain' }, body });

export const { make, handler } = door(
  { name: 'redeploy/webhook', input: UrlRequest, needs: { machines, secrets }, strangers: true },
  async (request, { machines, secrets, manifest }): Promise<UrlAnswer> => {
    const body = rawBody(request);
    const secret = (await secrets.read(pushWebhookSecret(manifest.id))) ?? '';
    if (!isSigned(body, request.headers['x-hub-signature-256'] ?? '', secret)) return answer(401, 'the signature does not fit');
    const pushed = pushedPackage(JSON.parse(body));
    if (pushed === null) return answer(202, 'this event names no image');
    const delivery = request.headers['x-github-delivery'] ?? signedAs(request);
    const trigger: Trigger = {
      kind: 'webhook',
      detail: delivery,
      repository: pushed.repository,
      ...(pushed.tag === null ? {} : { tag: pushed.tag }),
      ...(pushed.by === null ? {} : { by: pushed.by }),
    };
    if (concerned(manifest.services, trigger, undefined).length === 0) return answer(202, `nothing here watches ${pushed.repository}`);
    const started = await machines.start('redeploy', { trigger }, deliveryName(delivery));
    return answer(202, started === 'started' ? 'the newest image of the watched tag rolls out' : 'this delivery was taken already');
  },
);

/** Without a delivery id the signature names the delivery: the same body again is the same delivery. */
const signedAs = ({ headers }: UrlRequest): string => headers['x-hub-signature-256'] ?? '';
