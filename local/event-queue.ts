// A priority queue of clock entries in total order: time first, then the order in which they were asked for.

export interface Entry {
  readonly time: number;
  readonly sequence: number;
  readonly label: string;
  /** A daemon (a periodic tick) never keeps the clock busy by itself. */
  readonly daemon: boolean;
  readonly run: () => unknown;
  /** Has run or was cancelled. */
  over: boolean;
}

export interface EventQueue {
  push(entry: Entry): void;
  /** The earliest entry that is not over, without removing it. */
  peek(): Entry | undefined;
  pop(): Entry | undefined;
}

const isBefore = (a: Entry, b: Entry): boolean => a.time < b.time || (a.time === b.time && a.sequence < b.sequence);

const siftUp = (heap: Entry[], entry: Entry): void => {
  let index = heap.length;
  heap.push(entry);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent]!;
    if (!isBefore(entry, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
};

const siftDown = (heap: Entry[], entry: Entry): void => {
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
    const below = heap[child]!;
    if (!isBefore(below, entry)) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = entry;
};

export const eventQueue = (): EventQueue => {
  const heap: Entry[] = [];
  const removeFirst = (): Entry | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first !== undefined && last !== undefined && first !== last) siftDown(heap, last);
    return first;
  };
  const dropCancelled = (): void => {
    while (heap[0]?.over) removeFirst();
  };
  return {
    push: (entry) => siftUp(heap, entry),
    peek: () => {
      dropCancelled();
      return heap[0];
    },
    pop: () => {
      dropCancelled();
      return removeFirst();
    },
  };
};
