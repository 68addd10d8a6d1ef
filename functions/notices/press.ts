// A button pressed or a command typed in Slack: proves it is Slack's, carries it out, and answers within three seconds (L6).
import { door } from '../door.ts';
import { askedOf, rawBody, UrlRequest, type UrlAnswer } from '../../shared/contracts/press.ts';
import { slackSigningSecret } from '../../shared/contracts/notices.ts';
import { alarmNames } from '../../shared/aws/alarm-names.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { machines } from '../../shared/aws/machines.ts';
import { notices } from '../../shared/aws/notices.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { carryOut } from '../../shared/web/press.ts';
import { answerInPrivate } from '../../shared/web/slack-answer.ts';
import { slackGroups } from '../../shared/web/slack-groups.ts';
import { judgeSignature, pressId } from '../../shared/web/slack-signature.ts';

const answer = (statusCode: number, body: string | object): UrlAnswer => ({
  statusCode,
  headers: { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

export const { make, handler } = door(
  {
    name: 'notices/press',
    input: UrlRequest,
    needs: { alarmNames, ledger, machines, notices, secrets, groups: slackGroups(secrets), whisper: answerInPrivate },
    strangers: true,
  },
  async (request, { secrets, whisper, now, ...tools }) => {
    const body = rawBody(request);
    const signed = {
      timestamp: request.headers['x-slack-request-timestamp'] ?? '',
      signature: request.headers['x-slack-signature'] ?? '',
      body,
    };
    const verdict = judgeSignature(signed, slackSigningSecret(await secrets.read(tools.manifest.notices.slack?.secret ?? '')) ?? '', now());
    if (verdict !== 'genuine') return answer(401, verdict);
    const asked = askedOf(body, pressId(signed));
    if (asked === null) return answer(400, 'not understood');
    if ('refused' in asked) return answer(200, { response_type: 'ephemeral', text: asked.refused });
    const reply = await carryOut(asked.order, asked.thread, tools, new Date(now()).toISOString());
    if (asked.from === 'command') return answer(200, { response_type: 'ephemeral', text: reply.text });
    if (!reply.told && asked.answerTo !== null) await whisper(asked.answerTo, reply.text);
    return answer(200, '');
  },
);
