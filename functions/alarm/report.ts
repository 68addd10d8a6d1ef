// Takes a change of an alarm, or a second look at one: decides whether it is news, and tells people with the evidence (L1–L4).
import { door } from '../door.ts';
import { questionOf, ReportInput, type ReportAnswer } from '../../shared/contracts/alarm.ts';
import { answerOf, decide, historyOf, isNews, loudestFirst, recordOf, subjectsOf, write } from '../../shared/domain/alarm-report.ts';
import { emptyBoard } from '../../shared/domain/incident.ts';
import { alarms } from '../../shared/aws/alarms.ts';
import { evidence } from '../../shared/aws/evidence.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';

export const { make, handler } = door(
  {
    name: 'alarm/report',
    input: ReportInput,
    needs: { alarms, evidence, ledger, notices },
  },
  async (input, { alarms, evidence, ledger, notices, manifest }): Promise<ReportAnswer> => {
    const question = questionOf(input);
    const { at } = question;
    const [[alarm], board, known] = await Promise.all([
      alarms.describe([question.alarm]),
      ledger.recall('board', 'alarms'),
      evidence.circumstances(at, question.event?.mutedUntil ?? null),
    ]);
    const verdict = decide(question, alarm ?? null, board?.value ?? emptyBoard, known, manifest);
    if (verdict.board !== null) await ledger.remember('board', 'alarms', verdict.board, { expect: board?.version ?? 'new', at });
    if (verdict.tell !== null) {
      const { incident, what } = verdict.tell;
      // At once, while the board is fresh: evidence takes seconds, and an end told meanwhile must not be overwritten.
      await ledger.remember('incident', incident.id, recordOf(incident), { expect: 'any', at });
      const standing = await alarms.describe([question.alarm, ...loudestFirst(incident)].slice(0, 50));
      const found =
        what === 'closed' || what === 'passed'
          ? null
          : await evidence.gather(subjectsOf(incident, standing, manifest), incident.openedAt, at);
      await notices.send(write(verdict, standing, found, manifest, at));
    }
    if (isNews(verdict)) await ledger.note(historyOf(question, verdict, manifest), at);
    return answerOf(verdict);
  },
);
