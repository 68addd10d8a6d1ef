import { type Command } from '../command.ts';
export const logs: Command = { name: 'logs', summary: '', usage: 'logs', options: {}, example: '', run: async () => 1 };
