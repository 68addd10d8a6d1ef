// A visitor at a sleeping platform: people and programs wake it and see how far it is; machines that come by themselves wake nothing (S10).
import { door } from '../door.ts';
import { VisitSchema, type VisitAnswer } from '../../shared/contracts/wake.ts';
import { callerOf, visitorWords, wakes } from '../../shared/domain/caller.ts';
import { answerFor } from '../../shared/domain/wake-answer.ts';
import { progressOf } from '../../shared/domain/wake-progress.ts';
import { frontDesk } from '../../shared/aws/front-desk.ts';
import { knownMachine } from '../../shared/web/known-machines.ts';

export const { make, handler } = door(
  { name: 'wake/visit', input: VisitSchema, needs: { desk: frontDesk }, strangers: true },
  async ({ httpMethod, path, headers }, { desk, manifest, now }): Promise<VisitAnswer> => {
    const at = new Date(now()).toISOString();
    const asked = { method: httpMethod, path, headers: headers ?? {} };
    const caller = callerOf(asked, knownMachine);
    const woken = wakes(caller) && (await desk.wake({ kind: 'visit', by: visitorWords(asked.headers['x-forwarded-for']), detail: path }, at));
    const progress = progressOf(await desk.view(woken, at), at);
    const { status, headers: answered, body } = answerFor(caller, httpMethod, progress, manifest.nights?.monitorsSee ?? 200);
    return {
      isBase64Encoded: false,
      statusCode: status,
      statusDescription: status === 200 ? '200 OK' : '503 Service Unavailable',
      headers: answered,
      body,
    };
  },
);
