import { type Command } from '../command.ts';
export const completion: Command = { name: 'completion', summary: '', usage: 'completion', options: {}, example: '', run: async () => 1 };
