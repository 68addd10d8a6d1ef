// What ends the quarantine of an image: a newer one, or a person's word at any time; there is no instant at which a bad image becomes good (R10, R13).

/** `of`: the container whose newer image ends it, or the member of the group that failed and took this image back with it. */
export type QuarantineEnd =
  | { readonly kind: 'newer-image'; readonly of: string }
  | { readonly kind: 'newer-image-of-group'; readonly of: string };

/** `because`: the member of the atomic group that failed, absent where the image itself did. */
export const quarantineEnd = ({ container, because }: { readonly container: string; readonly because?: string }): QuarantineEnd =>
  because === undefined ? { kind: 'newer-image', of: container } : { kind: 'newer-image-of-group', of: because };

/** `until a newer one is pushed or a person lets it go`. */
export const untilWords = ({ kind, of }: QuarantineEnd): string =>
  kind === 'newer-image' ? 'until a newer one is pushed or a person lets it go' : `until ${of} has a newer image or a person lets it go`;

/** For one line of a table: `until a newer image or release`, which is the command's name. */
export const untilInShort = ({ kind, of }: QuarantineEnd): string => `until a newer ${kind === 'newer-image' ? 'image' : of} or release`;
