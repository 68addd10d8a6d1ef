import { type Command } from '../command.ts';
export const open: Command = { name: 'open', summary: '', usage: 'open', options: {}, example: '', run: async () => 1 };
