// Asks the hours, not the event, whether the platform goes to sleep now (S8, S12); the first who may begins the night.
import { door } from '../door.ts';
import { NightDecideSchema, stepOf } from '../../shared/contracts/sleep.ts';
import { decideOnAsk } from '../../shared/aws/sleep-asked.ts';
import { beginNight, driveNight, platformNow, tellBeforehand } from '../../shared/aws/night-state.ts';
import { ledger } from '../../shared/aws/ledger.ts';
import { notices } from '../../shared/aws/notices.ts';
import { secrets } from '../../shared/aws/secrets.ts';
import { use } from '../../shared/aws/traffic.ts';
import { wakeLinks } from '../../shared/web/wake-link.ts';

export const { make, handler } = door(
  { name: 'sleep/decide', input: NightDecideSchema, needs: { ledger, notices, use, links: wakeLinks(secrets) } },
  async ({ execution, at, trigger }, { manifest, ...ports }) => {
    const { ledger, notices, links } = ports;
    const platform = await platformNow(ledger);
    const decision = await decideOnAsk({ execution, trigger, platform }, manifest, ports, at);
    switch (decision.action) {
      case 'go':
        return beginNight('sleep', { ledger, execution, trigger, platform, decision }, at);
      case 'resume':
      case 'tend':
        return driveNight('sleep', { ledger, execution, platform, reason: decision.reason }, at);
      case 'warn':
      case 'pause':
        await tellBeforehand({ ledger, notices, manifest, execution, platform, decision, links }, at);
        return stepOf('pause', decision.reason, { seconds: decision.seconds });
      case 'done':
        return stepOf('done', decision.reason);
    }
  },
);
