import { type Command } from '../command.ts';
export const up: Command = { name: 'up', summary: '', usage: 'up', options: {}, example: '', run: async () => 1 };
