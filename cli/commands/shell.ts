import { type Command } from '../command.ts';
export const shell: Command = { name: 'shell', summary: '', usage: 'shell', options: {}, example: '', run: async () => 1 };
