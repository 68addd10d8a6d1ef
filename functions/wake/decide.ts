// Asks the hours, not the event, whether the platform wakes now; a person or a visit may wake it at any time (S10, S12).
import { door } from '../door.ts';
import { NightDecideSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { nightBegan } from '../../shared/domain/night.ts';
import { decideWake } from '../../shared/domain/wake.ts';
import { keepAwakeFor, measuredWakes } from '../../shared/aws/night-memory.ts';
import { beginNight, driveNight, platformNow } from '../../shared/aws/night-state.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { sleepsSlowly } from '../../shared/aws/fall-asleep.ts';

export const { make, handler } = door(
  { name: 'wake/decide', input: NightDecideSchema, needs: { ledger } },
  async ({ execution, at, trigger }, { ledger, manifest }) => {
    const platform = await platformNow(ledger);
    const { state, night } = platform.value;
    const decision = decideWake(
      {
        trigger,
        hours: manifest.hours,
        state,
        nightBegan: night === null ? null : nightBegan(night),
        measured: await measuredWakes(ledger),
        slow: sleepsSlowly(manifest),
      },
      at,
    );
    switch (decision.action) {
      case 'go':
        if (decision.keepAwakeUntil !== null) await keepAwakeFor(ledger, trigger, decision.keepAwakeUntil, at);
        return beginNight('wake', { ledger, execution, trigger, platform, decision }, at);
      case 'resume':
        return driveNight('wake', { ledger, execution, platform, reason: decision.reason }, at);
      case 'pause':
        return stepOf('pause', decision.reason, { seconds: decision.seconds });
      case 'done':
        return stepOf('done', decision.reason);
    }
  },
);
