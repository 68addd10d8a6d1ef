// Which of Slack's user groups a person belongs to, asked of Slack with the app's token (scope `usergroups:read`) (L6).
import { slackMembers, slackSecret } from '../contracts/notices.ts';
import type { Manifest } from '../domain/manifest.ts';
import type { Secrets } from '../ports.ts';
import { webRequest, type WebHost } from './request.ts';

type Host = WebHost & { readonly manifest: Manifest };

/** Of these groups (`S…`), those the person is in. A group that Slack does not answer for counts as one without the person. */
export type Groups = (user: string, groups: readonly string[]) => Promise<readonly string[]>;

export const slackGroups =
  <S>(secretsOf: (host: S) => Secrets) =>
  (host: S & Host): Groups => {
    const secrets = secretsOf(host);
    return async (user, groups) => {
      const secret = groups.length === 0 ? null : slackSecret(await secrets.read(host.manifest.notices.slack?.secret ?? ''));
      if (secret === null || !('token' in secret)) return [];
      const asked = await Promise.allSettled(groups.map((group) => membersOf(host, secret.token, group)));
      return groups.filter((_, index) => {
        const answer = asked[index];
        return answer?.status === 'fulfilled' && answer.value.includes(user);
      });
    };
  };

/** Milliseconds: whoever pressed wants an answer within three seconds. */
const LIMIT = 1_200;

const membersOf = async (host: WebHost, token: string, group: string): Promise<readonly string[]> => {
  const answer = await webRequest(host, {
    method: 'GET',
    url: `https://slack.com/api/usergroups.users.list?usergroup=${encodeURIComponent(group)}`,
    headers: { authorization: `Bearer ${token}` },
    limit: LIMIT,
  });
  return slackMembers(answer.body);
};
