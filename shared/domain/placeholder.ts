// The text that stands in a secret until an operator fills it in; the command that lists unfilled secrets looks for it (A9).

export const unfilled = 'fill-me-in';
