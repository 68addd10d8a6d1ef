// Which services an alarm touches: the one it names, or those that need the database or cache, or those the public sees.
import type { Subject } from './alarm.ts';

interface Touchable {
  readonly name: string;
  readonly needs: readonly string[];
  readonly routes: readonly unknown[];
}

/** Evidence is read of so many services at most: a message holds no more, and CloudWatch Logs answers a few requests a second. */
const MOST = 3;

/** The services whose logs and tasks tell something about the subjects, nearest first. */
export const affectedServices = <S extends Touchable>(subjects: readonly Subject[], services: readonly S[]): readonly S[] => {
  const of = (subject: Subject): readonly S[] => {
    switch (subject.kind) {
      case 'service':
        return services.filter(({ name }) => name === subject.name);
      case 'database':
      case 'cache':
        return services.filter(({ needs }) => needs.includes(subject.name));
      case 'load-balancer':
        return services.filter(({ routes }) => routes.length > 0);
      case 'automation':
      case 'platform':
        return [];
    }
  };
  return [...new Set(subjects.flatMap(of))].slice(0, MOST);
};
