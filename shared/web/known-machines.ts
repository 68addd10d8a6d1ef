// The machines that walk the web, as the maintained list of crawler-user-agents knows them (S10).
import list from 'crawler-user-agents';
import { machinesOf } from '../domain/known-callers.ts';

/** Which machine a User-Agent names, null for people and their tools. */
export const knownMachine = machinesOf(list);
