import { type Command } from '../command.ts';
export const destroy: Command = { name: 'destroy', summary: '', usage: 'destroy', options: {}, example: '', run: async () => 1 };
