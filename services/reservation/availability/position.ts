/** A moment in the life of a session's picture: the epoch of the image, and how many changes it had seen by then. */
export interface Position {
  readonly epoch: number;
  readonly count: number;
}

/** `<epoch>-<count>`, as the stream of changes numbers its entries. Undefined for anything else. */
export function parsePosition(text: string): Position | undefined {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  return match ? { epoch: Number(match[1]), count: Number(match[2]) } : undefined;
}

export const positionText = ({ epoch, count }: Position): string => `${epoch}-${count}`;

/** Less than 0 when the first is the earlier. */
export function comparePositions(first: Position, second: Position): number {
  return first.epoch - second.epoch || first.count - second.count;
}
